import fc from 'fast-check';
import { Fault } from '@podnet/errors';
import { noBits } from '../../fixtures/no-bits.ts';
import { ask } from '../../fixtures/small-task.ts';
import { refusalOf } from '../../fixtures/refusal.ts';
import type { SchemaColumn } from '../../pod-part.ts';
import type { Answer, QueryAsk } from '../../query/answer.ts';
import { memoryData, simulate, type SimulatedPod } from '../../simulator/simulator.ts';
import { addTo, nothing, valueOf } from './compensated-sum.ts';
import { columnAveragePod } from './pod.ts';

const unasked = { privacy: null, bits: noBits, calls: [] };

const schema: SchemaColumn[] = [
  { name: 'age', kind: 'integer' },
  { name: 'sex', kind: 'category', domain: ['a', 'b'] },
];

const podOf = (i: number, ages: readonly (number | null)[], minRows: number): SimulatedPod => ({ podId: `pod-${i}`, podName: `p${i}`, data: memoryData(schema, ages.map((age) => ({ age, sex: 'a' })), { minRows }) });

interface Summary {
  columns: { column: string; count: number; mean: number }[];
  pods: { pod: string; columns: { column: string; count: number; mean: number }[] }[];
}

const averageOf = (lists: readonly (readonly (number | null)[])[], minRows = 1): Summary =>
  simulate({ protocol: ask('results-only'), algorithm: ask('column-average', { columns: ['age'] }), model: null, pods: lists.map((list, i) => podOf(i, list, minRows)) }).outcome!.summary as Summary;

test('the mean is that of all rows, not the mean of means', () => {
  const { columns, pods } = averageOf([[10, 20], [30, null, 40, 50, 60, 70]]);
  expect(columns).toEqual([{ column: 'age', count: 7, mean: 40 }]);
  expect(pods.map(({ columns: [column] }) => [column!.count, column!.mean])).toEqual([[2, 15], [5, 50]]);
});

test('rounding does not show, whatever the size and order of values', () => {
  expect(averageOf([[1e16, 1], [-1e16, 1], [1, 1]]).columns[0]!.mean).toBe(4 / 6);
  expect(valueOf([0.1, 0.2, 0.3, 0.4].reduce(addTo, nothing))).toBe(1);
  expect(valueOf([1, 1e100, 1, -1e100].reduce(addTo, nothing))).toBe(2);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -(2 ** 40), max: 2 ** 40 }), { minLength: 1, maxLength: 60 }), fc.integer({ min: 1, max: 5 }), (values, parts) => {
      const lists = Array.from({ length: parts }, (_, part) => values.filter((_value, i) => i % parts === part)).filter((list) => list.length > 0);
      const exact = Number(values.reduce((sum, value) => sum + BigInt(value), 0n)) / values.length;
      expect(averageOf(lists).columns[0]!.mean).toBe(exact);
      expect(valueOf(values.map((value) => value / 1024).reduce(addTo, nothing))).toBe(Number(values.reduce((sum, value) => sum + BigInt(value), 0n)) / 1024);
    }),
    { numRuns: 100 },
  );
});

const run = (columns: string[], ages: readonly (number | null)[], minRows = 10) => columnAveragePod.open({ params: { columns }, model: null, podIndex: 0, podCount: 1, ...unasked, data: podOf(1, ages, minRows).data }).call('run', { json: null, arrays: {} });

test('too few present values are refused, and how many there are is not told', () => {
  const nine = [...Array.from({ length: 9 }, (_, i) => i), null, null, null];
  const refusal = refusalOf(() => run(['age'], nine));
  expect(refusal).toMatchObject({ code: 'policy.too-few-rows', detail: 'The column age has fewer usable rows than this pod’s limit of 10.'.replace('’', "'") });
  expect(run(['age'], [...nine, 1]).json).toEqual({ columns: [{ count: 10, high: 37, low: 0 }] });
});

test.each([
  ['categories', ['sex'], [1, 2], 'schema.wrong-kind'],
  ['unknown columns', ['agee'], [1, 2], 'schema.unknown-column'],
  ['sums that are not finite', ['age'], [1e308, 1e308], 'data.not-finite'],
] as const)('refuses %s', (_name, columns, ages, code) => {
  expect(refusalOf(() => run([...columns], ages, 1)).code).toBe(code);
});

describe('the policies of the dataset', () => {
  const ages = Array.from({ length: 30 }, (_, i) => (i < 2 ? null : 3 * i));
  const exact = run(['age'], ages).json as { columns: { count: number; high: number; low: number }[] };
  const answering = (change: (answer: Answer) => Answer) => {
    const { data } = podOf(1, ages, 10);
    const work = { params: { columns: ['age'] }, model: null, podIndex: 0, podCount: 1, ...unasked, data: { ...data, query: (ask: QueryAsk) => change(data.query!(ask)) } };
    return columnAveragePod.open(work).call('run', { json: null, arrays: {} }).json;
  };
  const withCells = (cells: Record<string, number | null>) => (answer: Answer): Answer => ({ ...answer, columns: answer.columns.map((column) => ({ ...column, values: [cells[column.name] ?? column.values[0]!] })) });

  test('are asked for count and sum before anything is read', () => {
    const { data } = podOf(1, ages, 10);
    const asked: QueryAsk[] = [];
    const work = { params: { columns: ['age'] }, model: null, podIndex: 0, podCount: 1, ...unasked, data: { ...data, query: (ask: QueryAsk) => { asked.push(ask); throw new Fault('policy.denied'); }, table: () => { throw new Error('It was read.'); } } };
    expect(refusalOf(() => columnAveragePod.open(work).call('run', { json: null, arrays: {} })).code).toBe('policy.denied');
    expect(JSON.stringify(asked)).toMatch(/"source":"data"/);
  });

  test('let exact sums go where they change nothing', () => expect(answering((answer) => answer)).toEqual(exact));

  test('have their rounded numbers in the place of exact ones', () => {
    expect(answering(withCells({ sum_0: 1300, count_0: 30 }))).toEqual({ columns: [{ count: 30, high: 1300, low: 0 }] });
    expect(answering(withCells({ sum_0: 1301 }))).toEqual({ columns: [{ count: 28, high: 1301, low: 0 }] });
  });

  test.each<[string, (answer: Answer) => Answer]>([
    ['null the column', (answer) => ({ ...answer, columns: answer.columns.map((column) => ({ ...column, nulled: true, values: [null] })) })],
    ['suppress the answer', (answer) => ({ ...answer, rows: 0, columns: answer.columns.map((column) => ({ ...column, values: [] })) })],
  ])('are kept when they %s', (_name, change) => expect(refusalOf(() => answering(change)).code).toBe('policy.denied'));

  test('are not there where a pod runs no plans', () => {
    const { query: _query, ...data } = podOf(1, ages, 10).data;
    expect(columnAveragePod.open({ params: { columns: ['age'] }, model: null, podIndex: 0, podCount: 1, ...unasked, data }).call('run', { json: null, arrays: {} }).json).toEqual(exact);
  });
});
