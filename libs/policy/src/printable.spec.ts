import { plainText, printable } from './printable.ts';

describe('a name in a sentence', () => {
  it.each([
    ['federated-averaging@1', 'federated-averaging@1'],
    ['Hôpital Zürich – 東京', 'Hôpital Zürich – 東京'],
    ['evil\u001b[2J\u0007', 'evil?[2J?'],
    ['two\nlines\u2028three', 'two?lines?three'],
    ['turned\u202earound\u2066', 'turned?around?'],
    ['a\u200bb\u00adc\ufeffd\u061ce', 'a?b?c?d?e'],
    ['\u0085\u009b', '??'],
    ['\u007e\u007f\u009f\u00a0\ud7ff\udfff\ue000', '~??\u00a0\ud7ff?\ue000'],
    ['half \ud800 pair', 'half ? pair'],
    ['a\u206fb\u2027c\u2010d\u200ae', 'a?b\u2027c\u2010d\u200ae'],
    ['', ''],
  ])('%j reads %j', (name, shown) => {
    expect(printable(name)).toBe(shown);
  });

  it('is cut when it is long, and cleaned as well', () => {
    expect(printable(`\n${'x'.repeat(500)}`)).toBe(`?${'x'.repeat(99)}…`);
    expect(plainText('x'.repeat(500))).toHaveLength(500);
  });

  it.each([undefined, null, 7, {}])('that is %j reads ?', (name) => {
    expect(printable(name)).toBe('?');
  });
});
