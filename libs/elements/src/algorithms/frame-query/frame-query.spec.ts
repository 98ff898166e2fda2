import { col, lit, len, scan } from '@podnet/plan';
import { body } from '../../body.ts';
import { noBits } from '../../fixtures/no-bits.ts';
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
  const session = openPodSession({ ...triple(params), privacy: null, podIndex: 0, podCount: 1, data: pods[0]!.data, bits: noBits });
  expect(refusalOf(() => session.start())).toMatchObject({ code: 'usage.invalid', at: 'algorithm.tables.east-people' });
});

test('a pod that runs no plans says so', () => {
  const { query: _query, keep: _keep, ...data } = pods[0]!.data;
  for (const params of [{ plan: bySex.toJson() }, { plan: bySex.toJson(), keep: { name: 'mine' } }]) {
    const session = openPodSession({ ...triple(params), privacy: null, podIndex: 0, podCount: 1, data, bits: noBits });
    expect(refusalOf(() => session.start()).code).toBe('usage.unsupported');
  }
});

describe('pooled over pods', () => {
  test('is what there is when several are asked and nothing is said', () => {
    expect(summaryOf({ plan: bySex.toJson() })).toEqual({
      combine: 'pooled', columns: [{ name: 'sex', type: 'text', nulled: false }, { name: 'len', type: 'integer', nulled: false }, { name: 'mean', type: 'number', nulled: false }],
      rows: [['f', 3, 80 / 3], ['m', 3, 35]], suppressed: [], warnings: [], absent: [],
    });
    expect(summaryOf({ plan: bySex.toJson() }, [pods[0]!])).toMatchObject({ combine: 'each' });
  });

  test('it is the same whatever the network does', () => {
    const whole = simulate(triple({ plan: bySex.toJson() })).outcome;
    for (let seed = 1; seed <= 20; seed++) expect(simulate(triple({ plan: bySex.toJson() }), { seed, reorder: true, repeat: 0.5, restartPod: 0.3, restartModeller: 0.3, skipCheckpoint: 0.5 }).outcome).toEqual(whole);
  });

  test('pods answer parts of groups, which their policies judge, and never more', () => {
    const seen: unknown[] = [];
    simulate(triple({ plan: bySex.head(1).toJson() }), undefined, { output: (_podId, output) => (seen.push(output.type === 'finish' && (output.body.json as Answer).columns.map(({ name }) => name)), output) });
    expect(seen).toEqual([['sex', 'len_1', 'sum_3', 'count_4', 'mean_5'], ['sex', 'len_1', 'sum_3', 'count_4', 'mean_5']]);
  });

  test('says which pods suppressed groups, what pods warn of, and nulls for all what one pod nulls', () => {
    const { outcome } = simulate(triple({ plan: bySex.toJson() }), undefined, {
      output(podId, output) {
        if (podId !== 'pod-west' || output.type !== 'finish') return output;
        const answer = output.body.json as Answer;
        return { type: 'finish', body: body({ ...answer, suppressed: true, warnings: ['Too few.'], columns: answer.columns.map((column) => (column.name.startsWith('mean') ? { ...column, nulled: true, values: column.values.map(() => null) } : column)) }) };
      },
    });
    expect(outcome!.summary).toMatchObject({ suppressed: ['west'], warnings: [{ pod: 'west', says: 'Too few.' }], columns: [{ nulled: false }, { nulled: false }, { nulled: true }], rows: [['f', 3, null], ['m', 3, null]] });
  });

  test('an answer to another plan is left out, and its pod is named', () => {
    const { outcome } = simulate({ ...triple({ plan: bySex.toJson() }), minPods: 1 }, undefined, { output: (podId, output) => (podId === 'pod-west' ? { type: 'finish', body: body(good) } : output) });
    expect(outcome).toMatchObject({ contributors: ['pod-east'], summary: { rows: [['f', 2, 20], ['m', 2, 20]], absent: [{ pod: 'west', state: 'excluded', code: 'envelope.malformed' }] } });
  });

  test('a kept frame of rows is pooled, and one of groups is refused by its pods', () => {
    summaryOf({ plan: scan('data').filter(col('age').gt(10)).toJson(), keep: { name: 'older' } });
    summaryOf({ plan: scan('data').groupBy('sex').agg(col('age').mean()).toJson(), keep: { name: 'means' } });
    expect(summaryOf({ plan: scan('older').select(col('age').mean()).toJson() })).toMatchObject({ rows: [[35]] });
    expect(simulate(triple({ plan: scan('means').select(col('age').mean()).toJson() })).failure).toMatchObject({ says: expect.stringContaining('plan.cannot-pool') });
  });
});

test.each<[string, object, string, string | RegExp]>([
  ['an unknown column', { plan: scan('data').select(col('agee').sum()).toJson() }, 'schema.unknown-column', 'algorithm.plan.columns[0].input.name'],
  ['a sum of texts', { plan: scan('data').select(col('sex').sum()).toJson() }, 'plan.wrong-type', 'algorithm.plan.columns[0].input'],
  ['what cannot be pooled', { plan: scan('data').select(col('age').max()).toJson() }, 'plan.cannot-pool', 'algorithm.plan.columns[0]'],
])('%s is refused before anything travels', (_name, params, code, at) => {
  const refusal = refusalOf(() => simulate(triple(params)));
  expect(refusal).toMatchObject({ code, at });
});

test('what fits one pod and not another names the other', () => {
  const other: SimulatedPod = { podId: 'pod-x', podName: 'x', data: memoryData([{ name: 'sex', kind: 'text' }], [{ sex: 'f' }]) };
  expect(refusalOf(() => simulate(triple({ plan: bySex.toJson() }, [...pods, other])))).toMatchObject({ code: 'schema.unknown-column', detail: expect.stringMatching(/^On x: /) });
  expect(refusalOf(() => simulate(triple({ plan: scan('data').toJson(), combine: 'each' }, [...pods, other])))).toMatchObject({ code: 'schema.incompatible' });
});
