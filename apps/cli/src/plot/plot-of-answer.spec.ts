import type { Answer, AnswerColumn, Cell } from '@podnet/elements';
import { plotSvg, plotText } from '@podnet/plot';
import { plotOfAnswer } from './plot-of-answer.ts';

const column = (name: string, type: AnswerColumn['type'], values: readonly Cell[], nulled = false): AnswerColumn => ({ name, type, values, nulled });
const answerOf = (columns: AnswerColumn[], suppressed = false): Answer => ({ rows: columns[0]?.values.length ?? 0, columns, suppressed, warnings: [] });
const wish = { title: 'An answer' };

describe('the plot of an answer', () => {
  it('has bars for groups, and says when small ones are left out', () => {
    const answer = answerOf([column('Sex', 'text', ['female', null]), column('rate', 'number', [0.74, null]), column('n', 'integer', [314, 5])], true);
    expect(plotOfAnswer(answer, wish)).toEqual({
      kind: 'bar', title: 'An answer', subtitle: 'Small groups are left out: too few people stand behind them.', x: { label: 'Sex' }, y: { label: 'rate' },
      bars: [{ label: 'female', value: 0.74 }, { label: 'null', value: null }],
    });
  });

  it('has a line along dates, and one for each column of numbers', () => {
    const answer = answerOf([column('day', 'date', ['2026-01-01', '2026-01-02', '2026-01-03']), column('a', 'number', [1, null, 3]), column('b', 'integer', ['9007199254740993', 2, 1])]);
    expect(plotOfAnswer(answer, wish)).toMatchObject({
      kind: 'line', x: { label: 'day', of: 'date' }, y: { label: 'value' },
      series: [{ name: 'a', points: [{ x: Date.UTC(2026, 0, 1), y: 1 }, { y: null }, { y: 3 }] }, { name: 'b', points: [{ y: 9007199254740992 }, { y: 2 }, { y: 1 }] }],
    });
  });

  it('has bars along numbers that do not ascend, and a line when one is asked for', () => {
    const answer = answerOf([column('Pclass', 'integer', [3, 1, 2]), column('rate', 'number', [0.24, 0.63, 0.47])]);
    expect(plotOfAnswer(answer, wish).kind).toBe('bar');
    expect(plotOfAnswer(answer, { ...wish, kind: 'line' })).toMatchObject({ series: [{ points: [{ x: 1, y: 0.63 }, { x: 2, y: 0.47 }, { x: 3, y: 0.24 }] }] });
  });

  it('has bars for a few whole numbers, a line for many', () => {
    const counted = (rows: number): string => plotOfAnswer(answerOf([column('age', 'integer', Array.from({ length: rows }, (_, at) => at)), column('n', 'integer', Array.from({ length: rows }, () => 20))]), wish).kind;
    expect([counted(3), counted(12), counted(13)]).toEqual(['bar', 'bar', 'line']);
  });

  it('has a heat map for a matrix of correlations, and for any table when one is asked for', () => {
    const matrix = answerOf([column('column', 'text', ['a', 'b']), column('a', 'number', [1, -0.4]), column('b', 'number', [-0.4, 1])]);
    expect(plotOfAnswer(matrix, wish)).toMatchObject({ kind: 'heat-map', value: { label: 'correlation' }, rows: ['a', 'b'], columns: ['a', 'b'], cells: [[1, -0.4], [-0.4, 1]] });
    const table = answerOf([column('city', 'text', ['x', 'y']), column('a', 'number', [5, -20]), column('b', 'number', [1, 2])]);
    expect(plotOfAnswer(table, { ...wish, kind: 'heat-map' })).toMatchObject({ value: { label: 'value' }, low: -20, high: 20 });
  });

  it('leaves out columns that were nulled', () => {
    const answer = answerOf([column('g', 'text', ['x']), column('secret', 'number', [null], true), column('n', 'integer', [12])]);
    expect(plotOfAnswer(answer, wish)).toMatchObject({ y: { label: 'n' }, bars: [{ label: 'x', value: 12 }] });
  });

  it('can be drawn, also of an answer without rows', () => {
    for (const values of [[], [1]]) {
      const answer = answerOf([column('x', 'text', values.map(String)), column('n', 'integer', values)]);
      for (const kind of ['bar', 'heat-map']) {
        const plot = plotOfAnswer(answer, { ...wish, kind });
        expect(plotSvg(plot)).toContain('<svg');
        expect(plotText(plot, 80)[0]).toBe('An answer');
      }
    }
  });

  it.each([
    ['another kind', answerOf([column('x', 'text', ['a']), column('n', 'integer', [1])]), 'pie', 'usage.unsupported'],
    ['no numbers', answerOf([column('x', 'text', ['a']), column('y', 'text', ['b'])]), undefined, 'usage.invalid'],
    ['no columns', answerOf([]), undefined, 'usage.invalid'],
    ['a key that was nulled', answerOf([column('x', 'text', [null], true), column('n', 'integer', [1])]), undefined, 'usage.invalid'],
    ['only numbers that were nulled', answerOf([column('x', 'text', ['a']), column('n', 'integer', [null], true)]), undefined, 'usage.invalid'],
    ['a line along names', answerOf([column('x', 'text', ['a']), column('n', 'integer', [1])]), 'line', 'usage.invalid'],
    ['a line with two values at one place', answerOf([column('x', 'integer', [1, 1]), column('n', 'integer', [1, 2])]), 'line', 'usage.invalid'],
  ])('is refused for %s', (_, answer, kind, code) => {
    expect(() => plotOfAnswer(answer, { ...wish, kind })).toThrow(expect.objectContaining({ code }));
  });
});
