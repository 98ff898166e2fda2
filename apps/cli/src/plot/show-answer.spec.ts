import type { Answer, AnswerColumn, Cell } from '@podnet/elements';
import { columns as widthOf } from '@podnet/plot';
import fc from 'fast-check';
import { showAnswer } from './show-answer.ts';

const column = (name: string, type: AnswerColumn['type'], values: readonly Cell[], nulled = false): AnswerColumn => ({ name, type, values, nulled });
const answerOf = (columns: AnswerColumn[], rest: Partial<Answer> = {}): Answer => ({ rows: columns[0]?.values.length ?? 0, columns, suppressed: false, warnings: [], ...rest });
const plain = { json: false, colour: false, width: 80 };
const titanic = answerOf([
  column('Pclass', 'integer', [1, 2, 3]),
  column('rate', 'number', [0.6296296296, 0.5, null]),
  column('name', 'text', ['Ms "A"', '', 'null']),
  column('Ticket', 'text', [null, null, null], true),
], { suppressed: true, warnings: ['One group is smaller than the policy asks for.'] });

describe('an answer for people', () => {
  it('is a table with types, aligned numbers, what was nulled, what was left out and what was warned of', () => {
    expect(showAnswer(titanic, plain).split('\n')).toEqual([
      ' Pclass      rate   name     Ticket',
      'integer    number   text     text',
      '───────────────────────────────────────────────',
      '      1   0.62963   Ms "A"   «nulled by policy»',
      '      2   0.5       ""       «nulled by policy»',
      '      3      null   "null"   «nulled by policy»',
      '',
      '3 rows',
      '1 column was nulled by policy: whatever they held is not in the answer.',
      'Small groups were left out: too few people stand behind them.',
      '! One group is smaller than the policy asks for.',
    ]);
  });

  it('puts points of numbers below each other', () => {
    const lines = showAnswer(answerOf([column('x', 'number', [1, 22.25, -3.5, 1e-9, 123456789.5])]), plain).split('\n').slice(3, 8);
    expect(lines).toEqual(['     1', '    22.25', '    -3.5', '     1e-9', '1.23457e8']);
  });

  it.each([
    ['integer', '9007199254740993', '9007199254740993'],
    ['boolean', false, 'false'],
    ['date', '2026-11-26', '2026-11-26'],
    ['duration', 93_784_500, '1 d 02:03:04.5'],
    ['duration', -1000, '-00:00:01'],
    ['list of integer', [1, null, 3], '[1, null, 3]'],
    ['number', -0, '0'],
    ['text', ' padded', '" padded"'],
    ['text', 'a\u001b[2Jb', 'a?[2Jb'],
  ] as [AnswerColumn['type'], Cell, string][])('shows a %s %j as %j', (type, value, text) => {
    expect(showAnswer(answerOf([column('x', type, [value])]), plain).split('\n')[3]!.trim()).toBe(text.trim());
  });

  it('puts columns that do not fit into further tables', () => {
    const wide = answerOf(Array.from({ length: 7 }, (_, at) => column(`a column named ${at}`, 'integer', [at])));
    const text = showAnswer(wide, { ...plain, width: 60 });
    expect(text.match(/─\n/g)).toHaveLength(3);
    for (let at = 0; at < 7; at++) expect(text).toContain(`a column named ${at}`);
  });

  it('shows the first rows of many and says how many there are', () => {
    const lines = showAnswer(answerOf([column('x', 'integer', Array.from({ length: 5000 }, (_, at) => at))]), plain).split('\n');
    expect(lines).toHaveLength(3 + 100 + 2);
    expect(lines.at(-1)).toBe('5000 rows; the first 100 are shown, --json has all');
  });

  it('says so when there is no row or no column', () => {
    expect(showAnswer(answerOf([column('x', 'integer', [])]), plain)).toBe('      x\ninteger\n───────\n\n0 rows');
    expect(showAnswer(answerOf([]), plain)).toBe('0 rows');
  });

  it('paints on a terminal with colours only', () => {
    expect(showAnswer(titanic, { ...plain, colour: true })).toContain('\u001b[');
    expect(showAnswer(titanic, plain)).not.toContain('\u001b');
  });

  it('is never wider than the terminal and does nothing to it, whatever the answer holds', () => {
    const cell = fc.oneof(fc.string({ unit: 'binary', maxLength: 90 }), fc.constantFrom('\u001b]52;c;Zm9v\u0007', 'a\u202eb', '体重'.repeat(40), '\r\n'), fc.constant(null));
    const some = fc.tuple(fc.string({ unit: 'binary', maxLength: 70 }), fc.array(cell, { minLength: 3, maxLength: 3 }), fc.boolean()).map(([name, values, nulled]) => column(name, 'text', values, nulled));
    fc.assert(fc.property(fc.array(some, { maxLength: 8 }), fc.array(fc.string({ unit: 'binary', maxLength: 200 }), { maxLength: 2 }), fc.integer({ min: 20, max: 220 }), (columns, warnings, width) => {
      for (const line of showAnswer(answerOf(columns, { warnings, rows: 3 }), { ...plain, width }).split('\n')) {
        expect(widthOf(line)).toBeLessThanOrEqual(width);
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }
    }));
  });
});

describe('an answer for programs', () => {
  it('is the whole answer in the one shape of --json', () => {
    expect(JSON.parse(showAnswer(titanic, { ...plain, json: true }))).toEqual({ ok: true, data: titanic });
    expect(showAnswer(titanic, { ...plain, json: true })).not.toContain('\n');
  });
});
