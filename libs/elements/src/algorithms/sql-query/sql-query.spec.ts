import { refusalOf } from '../../fixtures/refusal.ts';
import { ask } from '../../fixtures/small-task.ts';
import { openModellerMachine } from '../../open.ts';
import { prepareElements } from '../../query/sql-reader.ts';
import type { QuerySummary } from '../../query/summary.ts';
import { scansBeside } from '../../schema-check.ts';
import { memoryData, simulate, type SimulatedPod } from '../../simulator/simulator.ts';

const schema = [{ name: 'Sex', kind: 'category', domain: ['f', 'm'] }, { name: 'Age', kind: 'number' }];
const podOf = (name: string, ages: readonly (number | null)[]): SimulatedPod => ({
  podId: `pod-${name}`, podName: name,
  data: memoryData(schema, ages.map((age, i) => ({ Sex: i % 2 === 0 ? 'f' : 'm', Age: age })), { dataset: `${name}-people`, others: { rooms: { schema: [{ name: 'floor', kind: 'integer' }], rows: [{ floor: 3 }] } } }),
});
const pods = [podOf('east', [10, 20, 30, null]), podOf('west', [40, 50])];
const triple = (params: object) => ({ protocol: ask('results-only'), algorithm: ask('sql-query', params), model: null, pods });
const summaryOf = (params: object) => simulate(triple(params)).outcome!.summary as QuerySummary;

test('before the reader of SQL is loaded, nothing that has to read it goes through', () => {
  const machine = () => openModellerMachine({ ...triple({ sql: 'SELECT count(*) FROM data' }), privacy: null, minPods: 1, pods: pods.map(({ podId, podName, data }) => ({ podId, podName, dataset: data.dataset, schema })) });
  expect(refusalOf(machine)).toMatchObject({ code: 'usage.unsupported', at: 'algorithm.sql' });
  expect(refusalOf(() => scansBeside(triple({ sql: 'SELECT 1 FROM data' }), 'x')).code).toBe('usage.unsupported');
});

describe('once it is loaded', () => {
  beforeAll(prepareElements);

  test('a SELECT is pooled over pods, whatever they call their dataset', () => {
    const sql = 'SELECT sex, count(*) AS n, avg(age) AS mean, stddev(age) AS dev FROM data GROUP BY sex HAVING count(*) > 2 ORDER BY sex';
    expect(summaryOf({ sql })).toEqual({
      combine: 'pooled', columns: ['Sex', 'n', 'mean', 'dev'].map((name) => ({ name: expect.stringMatching(new RegExp(name, 'i')), type: expect.any(String), nulled: false })),
      rows: [['f', 3, 80 / 3, expect.closeTo(15.275252316519467, 12)], ['m', 3, 35, expect.closeTo(Math.sqrt(450), 12)]], suppressed: [], warnings: [], absent: [],
    });
  });

  test('it is the answer of each pod when asked for', () => {
    expect(summaryOf({ sql: 'SELECT max(age) AS oldest FROM data', combine: 'each' })).toMatchObject({ combine: 'each', pods: [{ pod: 'east', rows: [[30]] }, { pod: 'west', rows: [[50]] }] });
  });

  test('it reads other datasets, one\'s own tables, and frames that were kept', () => {
    const tables = { limits: { columns: [{ name: 'least', type: 'number' }], rows: [[25]] } };
    expect(summaryOf({ sql: 'SELECT sum(floor) AS floors FROM data, limits, rooms WHERE age > least', tables, combine: 'each' })).toMatchObject({ pods: [{ rows: [[3]] }, { rows: [[6]] }] });
    expect(scansBeside(triple({ sql: 'SELECT 1 FROM data, limits, rooms', tables }), 'east-people')).toEqual(['rooms']);
    summaryOf({ sql: "SELECT * FROM data WHERE sex = 'f'", keep: { name: 'women' } });
    expect(summaryOf({ sql: 'SELECT avg(age) AS a FROM women', combine: 'each' })).toMatchObject({ pods: [{ rows: [[20]] }, { rows: [[40]] }] });
  });

  test.each([
    ['SELECT agee FROM data', 'schema.unknown-column', 'sql:1:8', 'each'],
    ['SELECT bit_and(age) FROM data', 'plan.unknown-operation', /^sql:1:/, 'each'],
    ['DROP TABLE data', 'usage.unsupported', /^sql:1:/, 'each'],
    ['SELECT max(age) FROM data', 'plan.cannot-pool', /^algorithm\.plan/, 'pooled'],
    ['SELECT sum(x) FROM elsewhere', 'dataset.unknown', /^sql:1:/, 'pooled'],
  ])('%s is refused before anything travels', (sql, code, at, combine) => {
    const refusal = refusalOf(() => openModellerMachine({ ...triple({ sql, combine }), privacy: null, minPods: 1, pods: pods.map(({ podId, podName, data }) => ({ podId, podName, dataset: data.dataset, schema })) }));
    expect(refusal.code).toBe(code);
    expect(refusal.at).toMatch(at);
  });
});
