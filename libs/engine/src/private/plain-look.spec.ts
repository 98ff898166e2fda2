import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { podConfig } from '@podnet/contracts';
import { col, scan, type PrivateAsk, type PrivateCounts, type PrivateKey, type PrivateMeasure, type PrivateQuery, type Source, type Sources } from '@podnet/plan';
import fc from 'fast-check';
import type polars from 'nodejs-polars';
import { countSlowly, type PlainRow } from '../fixtures/private-counts.ts';
import { stageTables } from '../fixtures/staged-tables.ts';
import { openEngine, type Engine, type QueryTable } from '../index.ts';

const pl = createRequire(import.meta.url)('nodejs-polars') as typeof polars;

const columns = [
  { name: 'who', type: 'text' }, { name: 'job', type: 'text' }, { name: 'level', type: 'integer' }, { name: 'grade', type: 'number' }, { name: 'ill', type: 'boolean' }, { name: 'day', type: 'date' },
  { name: 'hours', type: 'integer' }, { name: 'score', type: 'number' },
] as const;
const people: Source = { kind: 'dataset', unit: 'who', columns };
const wards: Source = { kind: 'dataset', unit: null, columns: [{ name: 'job', type: 'text' }, { name: 'beds', type: 'integer' }] };
const sources: Sources = new Map([['people', people], ['wards', wards]]);

let folder: string;
let engine: Engine;
let staged = 0;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'private-'));
  engine = await openEngine();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const blank: PlainRow = { who: null, job: null, level: null, grade: null, ill: null, day: null, hours: null, score: null };
const inside = (rows: readonly Partial<PlainRow>[]): PlainRow[] => rows.map((row) => ({ ...blank, ...row }) as PlainRow);
const stage = (rows: readonly PlainRow[], wardRows: readonly PlainRow[] = []): Map<string, QueryTable> =>
  stageTables(folder, `t${(staged += 1)}`, sources, new Map([['people', { columns: columns.map(({ name }) => name), rows }], ['wards', { columns: ['job', 'beds'], rows: wardRows }]]) as never);

const hours = { column: 'hours', bounds: { lower: -4, upper: 6, granularity: 1 }, nullable: true };
const score = { column: 'score', bounds: { lower: -1, upper: 2, granularity: 0.25 }, nullable: true };
const ill = { column: 'ill', bounds: { lower: 0, upper: 1, granularity: 1 }, nullable: true };
const allMeasures: PrivateMeasure[] = [
  { measure: 'rows' }, { measure: 'units' },
  ...[0, 1, 2].flatMap((value): PrivateMeasure[] => [{ measure: 'present', value }, { measure: 'sum', value, origin: 2 }, { measure: 'squares', value, origin: 1, squareOrigin: 5 }, { measure: 'sorted', value }]),
];

/** A query of the plain columns of people. */
function asking({ measures = [{ measure: 'rows' }], ...query }: Partial<PrivateQuery> & { measures?: readonly PrivateMeasure[] }): PrivateAsk {
  const { unit = 'who', keys = [], values = [] } = query;
  const named = [...new Set([...(unit === null ? [] : [unit]), ...keys.map(({ column }) => column), ...values.map(({ column }) => column), 'job'])];
  const rows = scan('people').select(...named.map((name) => col(name))).toJson();
  return { query: { datasets: ['people'], dataset: 'people', rows, unit, maxRows: 1_000, maxGroups: 1_000, keys, needsDelta: false, values, aggregates: [], rest: {}, noisy: 'noisy', ...query }, measures };
}
const count = (ask: PrivateAsk, tables: ReadonlyMap<string, QueryTable>): PrivateCounts => engine.countPrivately(ask, { tables, baseDir: folder });
const dayText = (row: PlainRow): PlainRow => ({ ...row, day: row['day'] === null ? null : new Date(Number(row['day'])).toISOString().slice(0, 10) });
/** Doubles of the file that are no finite numbers are missing, as in all reading. */
const read = (row: PlainRow): PlainRow => ({ ...dayText(row), score: Number.isFinite(row['score']) ? row['score']! : null });

const person = fc.record({
  who: fc.option(fc.constantFrom('p', 'q', 'r', 's', 't')), job: fc.option(fc.constantFrom('a', 'b', 'c', 'dé')), level: fc.option(fc.integer({ min: -1, max: 3 })),
  grade: fc.constantFrom(null, NaN, 0, -0, 0.5, Infinity), ill: fc.option(fc.boolean()), day: fc.option(fc.integer({ min: -2, max: 2 }).map((days) => days * 86_400_000)),
  hours: fc.option(fc.oneof(fc.integer({ min: -6, max: 8 }), fc.constantFrom(2 ** 53, -(2 ** 40)))),
  score: fc.option(fc.oneof(fc.integer({ min: -20, max: 20 }).map((eighths) => eighths / 8), fc.constantFrom(NaN, Infinity, -Infinity, 1e300, 0.12499999999999999), fc.double())),
});
const keyChoice: Readonly<Record<string, readonly PrivateKey[]>> = {
  job: [null, ['a', 'b'], ['a', null, 'z'], [null]].map((values) => ({ column: 'job', type: 'text', values })),
  level: [null, [0, 1, 9], [null, 2], [null]].map((values) => ({ column: 'level', type: 'integer', values })),
  grade: [null, [0, 0.5], [null, 0.5]].map((values) => ({ column: 'grade', type: 'number', values })),
  ill: [null, [false, true], [null, true], [null]].map((values) => ({ column: 'ill', type: 'boolean', values })),
  day: [null, ['1970-01-01', '1970-01-02'], [null, '1969-12-31']].map((values) => ({ column: 'day', type: 'date', values })),
};
const someKeys = fc.subarray(Object.keys(keyChoice), { maxLength: 3 }).chain((names) => fc.tuple(...names.map((name) => fc.constantFrom(...keyChoice[name]!))));

describe('counts that no bound binds', () => {
  it('are those of a plain look at every row, in any order of rows', () => {
    fc.assert(fc.property(fc.array(person, { maxLength: 40 }), someKeys, fc.constantFrom('who', null), (rows, keys, unit) => {
      const ask = asking({ unit, keys, values: [hours, score, ill], measures: allMeasures });
      const slow = countSlowly(ask, rows.map(read));
      expect(count(ask, stage(rows))).toEqual(slow);
      expect(count(ask, stage(rows.toReversed()))).toEqual(slow);
    }), { numRuns: 60 });
  });

  it('take a column for a key and for a value at once, and for two keys', () => {
    const rows = inside([{ who: 'p', hours: 9 }, { who: 'p', hours: 6 }, { who: 'q', hours: 1 }]);
    const plan = scan('people').select(col('who').alias('unit'), col('hours').alias('key_1'), col('hours').alias('key_2'), col('hours').alias('value_1'));
    const keys: PrivateKey[] = ['key_1', 'key_2'].map((column) => ({ column, type: 'integer', values: null }));
    const ask = asking({ rows: plan.toJson(), unit: 'unit', keys, values: [{ ...hours, column: 'value_1' }], measures: [{ measure: 'sorted', value: 0 }] });
    expect(count(ask, stage(rows)).groups.map(({ key, measured }) => [...key, ...(measured[0] as Float64Array)])).toEqual([[1, 1, 1], [6, 6, 6], [9, 9, 6]]);
  });

  it('are exact at the ends of what can be declared', () => {
    const [far, wide] = [2 ** 40, 94_906_264];
    const rows = inside(Array.from({ length: 999 }, (_, at) => ({ who: 'p', hours: [far, -far, 7, wide - 1, -wide, 2 ** 53][at % 6]! })));
    const values = [{ ...hours, bounds: { lower: -far, upper: far, granularity: 1 } }, { ...hours, bounds: { lower: -wide, upper: wide, granularity: 1 } }];
    const measures: PrivateMeasure[] = [{ measure: 'sum', value: 0, origin: 0 }, { measure: 'sum', value: 0, origin: -far }, { measure: 'squares', value: 1, origin: 0, squareOrigin: Math.floor(wide ** 2 / 2) }, { measure: 'squares', value: 1, origin: 1, squareOrigin: 0 }];
    const ask = asking({ values, measures });
    expect(count(ask, stage(rows))).toEqual(countSlowly(ask, rows));
  });

  it('hold NaN and infinities that expressions make', () => {
    const rows = inside([{ who: 'p', hours: 1 }, { who: 'p', hours: -1 }, { who: 'q', hours: 0 }, { who: 'r' }]);
    const huge = col('hours').mul(1e200).mul(1e200);
    const ask = asking({ values: [{ ...hours, column: 'huge' }, { ...hours, column: 'odd' }], measures: [0, 1].flatMap((value): PrivateMeasure[] => [{ measure: 'present', value }, { measure: 'sorted', value }]), rows: scan('people').select(col('who').alias('unit'), huge.alias('huge'), huge.sub(huge).alias('odd')).toJson(), unit: 'unit' });
    expect(count(ask, stage(rows)).groups).toEqual([{ key: [], measured: [3n, Float64Array.of(-4, 0, 6), 1n, Float64Array.of(0)] }]);
  });

  it('are about a public table too, joined on its key', () => {
    const rows = inside([{ who: 'p', job: 'a' }, { who: 'p', job: 'b' }, { who: 'q', job: 'a' }, { who: 'r', job: 'none' }, { who: 's' }]);
    const joined = scan('people').join(scan('wards'), { on: 'job', how: 'inner' }).select(col('who').alias('unit'), col('job'), col('beds'));
    const ask = asking({ datasets: ['people', 'wards'], rows: joined.toJson(), unit: 'unit', keys: [keyChoice['job']![0]!], values: [{ ...hours, column: 'beds' }], measures: [{ measure: 'units' }, { measure: 'sum', value: 0, origin: 0 }] });
    const found = count(ask, stage(rows, [{ job: 'a', beds: 3 }, { job: 'b', beds: 100 }, { job: 'none', beds: null }]));
    expect(found).toEqual({ groups: [{ key: ['a'], measured: [2n, 6n] }, { key: ['b'], measured: [1n, 6n] }, { key: ['none'], measured: [1n, 0n] }], privateKeys: [{ key: ['a'], units: 2 }, { key: ['b'], units: 1 }, { key: ['none'], units: 1 }] });
  });

  it('are of all files of a dataset', () => {
    for (const part of ['one', 'two']) pl.DataFrame({ who: ['p', part], hours: [1, 2] }).writeParquet(join(folder, `${part}.parquet`));
    const config = podConfig.parse({ version: 1, name: 'north', hub: 'http://localhost', datasets: [{ name: 'people', source: { parquet: ['one.parquet', 'two.parquet'] } }] }).datasets[0]!;
    const table: QueryTable = { kind: 'dataset', config, version: '1', unit: 'who', schema: [{ name: 'who', kind: 'text' }, { name: 'hours', kind: 'integer' }] };
    const ask = asking({ rows: scan('people').select(col('who'), col('hours')).toJson(), values: [hours], measures: [{ measure: 'rows' }, { measure: 'units' }, { measure: 'sum', value: 0, origin: 0 }] });
    expect(count(ask, new Map([['people', table]])).groups).toEqual([{ key: [], measured: [4n, 3n, 6n] }]);
  });
});
