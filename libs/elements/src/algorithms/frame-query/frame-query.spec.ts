import { col, lit, len, scan } from '@podnet/plan';
import { body } from '../../body.ts';
import { refusalOf } from '../../fixtures/refusal.ts';
import { ask } from '../../fixtures/small-task.ts';
import { openPodSession } from '../../open.ts';
import type { Answer } from '../../query/answer.ts';
import { ownTableLimits } from '../../query/own-table.ts';
import type { QuerySummary } from '../../query/summary.ts';
import { scansBeside } from '../../schema-check.ts';
import { memoryData, simulate, type MemoryOptions, type SimulatedPod } from '../../simulator/simulator.ts';
import { parseTriple } from '../../triple.ts';

const schema = [
  { name: 'id', kind: 'integer' },
  { name: 'sex', kind: 'category', domain: ['f', 'm'] },
  { name: 'age', kind: 'number' },
];

const rowsOf = (ages: readonly (number | null)[]) => ages.map((age, i) => ({ id: i, sex: i % 2 === 0 ? 'f' : 'm', age }));
const podOf = (name: string, ages: readonly (number | null)[], options: MemoryOptions = {}): SimulatedPod => ({ podId: `pod-${name}`, podName: name, data: memoryData(schema, rowsOf(ages), { dataset: `${name}-people`, ...options }) });
const pods = [podOf('east', [10, 20, 30, null]), podOf('west', [40, 50])];

const triple = (params: object, pods_ = pods) => ({ protocol: ask('results-only'), algorithm: ask('frame-query', params), model: null, pods: pods_ });
const bySex = scan('data').groupBy('sex').agg(len(), col('age').mean().alias('mean')).sort('sex');
const summaryOf = (params: object, pods_ = pods) => simulate(triple(params, pods_)).outcome!.summary as QuerySummary;

describe('each pod', () => {
  test('answers a plan that calls every dataset `data`, whatever its name there', () => {
    expect(summaryOf({ plan: bySex.toJson(), combine: 'each' })).toEqual({
      combine: 'each',
      pods: [
        { pod: 'east', columns: [{ name: 'sex', type: 'text', nulled: false }, { name: 'len', type: 'integer', nulled: false }, { name: 'mean', type: 'number', nulled: false }], rows: [['f', 2, 20], ['m', 2, 20]], suppressed: false, warnings: [] },
        { pod: 'west', columns: expect.any(Array), rows: [['f', 1, 40], ['m', 1, 50]], suppressed: false, warnings: [] },
      ],
      absent: [],
    });
  });

  test('knows its dataset by its own name too, and its other datasets', () => {
    const visits = { schema: [{ name: 'id', kind: 'integer' }, { name: 'cost', kind: 'number' }], rows: [{ id: 0, cost: 5 }, { id: 0, cost: 7 }] };
    const pod = podOf('east', [10, 20], { others: { visits } });
    const plan = scan('east-people').join(scan('visits'), { on: 'id' }).select(col('cost').sum());
    expect(summaryOf({ plan: plan.toJson(), combine: 'each' }, [pod])).toMatchObject({ pods: [{ rows: [[12]] }] });
    expect(scansBeside(triple({ plan: plan.toJson() }), 'east-people')).toEqual(['visits']);
    expect(scansBeside(triple({ plan: bySex.toJson() }), 'east-people')).toEqual([]);
  });

  test('joins a table that the modeller brings, which is nobody\'s dataset', () => {
    const tables = { weights: { columns: [{ name: 'sex', type: 'text' }, { name: 'w', type: 'number' }], rows: [['f', 2], ['m', null]] } };
    const params = { plan: scan('data').join(scan('weights'), { on: 'sex' }).select(col('w').count()).toJson(), tables, combine: 'each' };
    expect(summaryOf(params)).toMatchObject({ pods: [{ rows: [[2]] }, { rows: [[1]] }] });
    expect(scansBeside(triple(params), 'east-people')).toEqual([]);
  });

  test('that its policy refuses is absent, and the others\' answers are there', () => {
    const large = podOf('large', Array.from({ length: 40 }, (_, i) => i), { minSize: 10 });
    const small = podOf('small', [1, 2, 3], { minSize: 10 });
    const { outcome } = simulate({ ...triple({ plan: bySex.toJson(), combine: 'each' }, [large, small]), minPods: 1 });
    expect(outcome!.summary).toMatchObject({ pods: [{ pod: 'large' }], absent: [{ pod: 'small', code: 'policy.denied' }] });
  });
});

describe('a kept frame', () => {
  test('is not answered, and later plans scan it by its name', () => {
    const keep = { name: 'women', hours: 2 };
    const kept = summaryOf({ plan: scan('data').filter(col('sex').eq(lit('f'))).toJson(), keep });
    expect(kept).toEqual({ kept: 'women', pods: [{ pod: 'east', columns: schema.map(({ name }) => ({ name, type: name === 'id' ? 'integer' : name === 'sex' ? 'text' : 'number' })) }, { pod: 'west', columns: expect.any(Array) }], absent: [] });
    expect(JSON.stringify(kept)).not.toMatch(/rows|values/);
    expect(summaryOf({ plan: scan('women').select(len()).toJson(), combine: 'each' })).toMatchObject({ pods: [{ rows: [[2]] }, { rows: [[1]] }] });
  });
});

const good: Answer = { rows: 1, columns: [{ name: 'n', type: 'integer', nulled: false, values: [1] }], suppressed: false, warnings: [] };

test.each<[string, unknown]>([
  ['nothing', null],
  ['another form', { columns: [] }],
  ['a key more', { ...good, smallest: 3 }],
  ['fewer values than rows', { ...good, rows: 2 }],
  ['a text among whole numbers', { ...good, columns: [{ ...good.columns[0], values: ['1'] }] }],
  ['a fraction among whole numbers', { ...good, columns: [{ ...good.columns[0], values: [1.5] }] }],
  ['digits that a number could hold', { ...good, columns: [{ ...good.columns[0], values: ['9007199254740991'] }] }],
  ['a value in a nulled column', { ...good, columns: [{ ...good.columns[0], nulled: true }] }],
  ['an unknown type', { ...good, columns: [{ ...good.columns[0], type: 'blob' }] }],
  ['a name twice', { ...good, columns: [good.columns[0], good.columns[0]] }],
  ['a date that is none', { ...good, columns: [{ name: 'n', type: 'date', nulled: false, values: ['yesterday'] }] }],
  ['a warning that moves the cursor', { ...good, warnings: ['\u001b[2J'] }],
])('an answer that is %s is left out, and its pod is named', (_name, json) => {
  const { outcome, excluded } = simulate({ ...triple({ plan: bySex.toJson(), combine: 'each' }), minPods: 1 }, undefined, { output: (podId, output) => (podId === 'pod-west' ? { type: 'finish', body: body(json) } : output) });
  expect(excluded).toEqual([{ podId: 'pod-west', code: 'envelope.malformed' }]);
  expect(outcome).toMatchObject({ contributors: ['pod-east'], summary: { absent: [{ pod: 'west', state: 'excluded', code: 'envelope.malformed' }] } });
});

test('large whole numbers are texts of digits', () => {
  const large = { ...good, columns: [{ ...good.columns[0], values: ['9007199254740993'] }] };
  const { outcome } = simulate(triple({ plan: bySex.toJson(), combine: 'each' }), undefined, { output: () => ({ type: 'finish', body: body(large) }) });
  expect(outcome!.summary).toMatchObject({ pods: [{ rows: [['9007199254740993']] }, {}] });
});

const table = (columns: number, rows: number) => ({ columns: Array.from({ length: columns }, (_, i) => ({ name: `c${i}`, type: 'integer' })), rows: Array.from({ length: rows }, () => Array.from({ length: columns }, () => 1)) });

test.each<[string, object, RegExp]>([
  ['no plan', { plan: [] }, /record/],
  ['a plan of nothing', { plan: { version: 1 } }, /scans nothing/],
  ['a ragged table', { tables: { t: { columns: [{ name: 'a', type: 'integer' }], rows: [[1, 2]] } } }, /one value for each column/],
  ['a value of another type', { tables: { t: { columns: [{ name: 'a', type: 'integer' }], rows: [[1], ['x']] } } }, /no integer/],
  ['a column twice', { tables: { t: { columns: [{ name: 'a', type: 'integer' }, { name: 'a', type: 'text' }], rows: [] } } }, /twice/],
  ['a table called data', { tables: { data: table(1, 1) } }, /task's dataset/],
  ['too many rows', { tables: { t: table(1, ownTableLimits.rows + 1) } }, /./],
  ['too many values', { tables: { t: table(ownTableLimits.columns, ownTableLimits.cells / ownTableLimits.columns + 1) } }, /at most 20000 values/],
  ['too many tables', { tables: Object.fromEntries(Array.from({ length: ownTableLimits.tables + 1 }, (_, i) => [`t${i}`, table(1, 1)])) }, /at most 10 tables/],
  ['too many characters', { tables: { t: { columns: [{ name: 'a', type: 'text' }], rows: [['x'.repeat(ownTableLimits.characters)]] } } }, /characters/],
  ['a frame kept as data', { keep: { name: 'data' } }, /task's dataset/],
  ['a frame kept for ever', { keep: { name: 'mine', hours: 1e9 } }, /./],
])('parameters with %s are refused before anything travels', (_name, params, says) => {
  const refusal = refusalOf(() => parseTriple(triple({ plan: bySex.toJson(), ...params })));
  expect(refusal.code).toBe('usage.invalid');
  expect(refusal.at).toMatch(/^algorithm\.(plan|tables|keep)/);
  expect(refusal.detail).toMatch(says);
});

test('a pod does not let an own table take the place of its dataset', () => {
  const params = { plan: bySex.toJson(), tables: { 'east-people': table(1, 1) } };
  const session = openPodSession({ ...triple(params), privacy: null, podIndex: 0, podCount: 1, data: pods[0]!.data });
  expect(refusalOf(() => session.start())).toMatchObject({ code: 'usage.invalid', at: 'algorithm.tables.east-people' });
});

test('a pod that runs no plans says so', () => {
  const { query: _query, keep: _keep, ...data } = pods[0]!.data;
  for (const params of [{ plan: bySex.toJson() }, { plan: bySex.toJson(), keep: { name: 'mine' } }]) {
    const session = openPodSession({ ...triple(params), privacy: null, podIndex: 0, podCount: 1, data });
    expect(refusalOf(() => session.start()).code).toBe('usage.unsupported');
  }
});
