import { makeTalk, plainText, table, wantsColour } from './index.ts';

describe('text of foreign origin', () => {
  it.each([
    ['a sequence that writes the clipboard', '\u001b]52;c;Zm9v\u0007'],
    ['a sequence that clears the screen', '\u001b[2J'],
    ['a carriage return', 'good\rbad'],
    ['a right-to-left override', 'abc\u202etxt.exe'],
    ['a C1 control', 'x\u009b31m'],
  ])('does nothing to a terminal: %s', (_, text) => {
    // eslint-disable-next-line no-control-regex -- what must be gone
    expect(plainText(text)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/u);
    expect(table([['name'], [text]])).not.toContain('\u001b');
  });

  it('stays as it is when it is harmless', () => {
    expect(plainText('Größe (mm) — 体重')).toBe('Größe (mm) — 体重');
  });
});

describe('colour', () => {
  it.each([
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: '1' }, false],
    [true, { TERM: 'dumb' }, false],
    [true, { CI: 'true' }, false],
    [false, { FORCE_COLOR: '1' }, true],
    [false, { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
  ])('terminal %p with %j: %p', (isTTY, environment, wanted) => {
    expect(wantsColour({ isTTY }, environment)).toBe(wanted);
  });
});

describe('progress without a terminal', () => {
  it('is a few plain lines', () => {
    const lines: string[] = [];
    const talk = makeTalk({ write: (text: string) => lines.push(text) } as unknown as NodeJS.WriteStream, {});
    const bar = talk.bar('training');
    for (let done = 1; done <= 100; done++) bar.at(done, 100, `round ${done}`);
    bar.end();
    expect(lines).toEqual([20, 40, 60, 80, 100].map((round) => `  training: round ${round}\n`));
  });
});
