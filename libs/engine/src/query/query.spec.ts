import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { podConfig, type DatasetConfig } from '@podnet/contracts';
import { isFault } from '@podnet/errors';
import { analysePlan, col, concatString, expressionKinds, len, lit, nodeKinds, parsePlan, runReference, scan, when, type ColumnType, type LazyPlan, type Source } from '@podnet/plan';
import type polars from 'nodejs-polars';
import { plainWork } from '../fixtures/staged-tables.ts';
import { openEngine, type Engine, type QueryOutcome, type QueryTable, type QueryWork } from '../index.ts';
import { aggregateKinds } from './aggregates.ts';
import { expressionCompilers } from './expressions/registry.ts';
import { nodeCompilers } from './nodes/registry.ts';

const pl = createRequire(import.meta.url)('nodejs-polars') as typeof polars;
let folder: string;
let engine: Engine;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'query-'));
  engine = await openEngine();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const rowsOf = ({ columns, rows }: QueryOutcome): unknown[][] => Array.from({ length: rows }, (_row, at) => columns.map(({ values }) => values[at]));
const configOf = (source: object, rest: object = {}): DatasetConfig => podConfig.parse({ version: 1, name: 'n', hub: 'http://localhost', datasets: [{ name: 'd', source, ...rest }] }).datasets[0]!;

function run(lazy: LazyPlan, tables: ReadonlyMap<string, QueryTable>, sources: ReadonlyMap<string, Source>, rest: Partial<QueryWork> = {}): QueryOutcome {
  const plan = parsePlan(JSON.parse(JSON.stringify(lazy.toJson())), sources);
  return engine.query(plainWork(plan, analysePlan(plan), tables, folder, 1, rest));
}

/** A file as a dataset of its own, asked through what the engine publishes of it. */
function asked(config: DatasetConfig, lazy: LazyPlan, rest: Partial<QueryWork> = {}): QueryOutcome {
  const { columns: schema } = engine.inspect(config, folder);
  const source: Source = { kind: 'dataset', unit: null, columns: engine.planColumns(config, folder, schema) };
  return run(lazy, new Map([['d', { kind: 'dataset', config, schema, version: 'v', unit: null }]]), new Map([['d', source]]), rest);
}

it('every node and every expression that a plan may contain is run', () => {
  expect(new Set(nodeCompilers.keys())).toEqual(new Set(nodeKinds.keys()));
  expect(new Set([...expressionCompilers.keys(), ...aggregateKinds, 'column'])).toEqual(new Set(expressionKinds.keys()));
});

describe('values of a table of one\'s own', () => {
  const columns = [
    { name: 'k', type: 'text' }, { name: 'x', type: 'number' }, { name: 'y', type: 'integer' }, { name: 's', type: 'text' }, { name: 'b', type: 'boolean' }, { name: 'd', type: 'date' }, { name: 't', type: 'datetime' },
  ] as const;
  const own: QueryTable = { kind: 'own', columns, rows: [
    ['a', 1.5, 10, ' Ab_c', true, '2024-12-30', '2024-12-30T23:59:58.250Z'], ['b', null, -7, null, false, null, null], ['a', 3, '30', 'x%y', null, '2023-01-01', '2023-01-01T00:00'],
    [null, -3, 40, '12.5', true, '2000-02-29', '1969-12-31T12:30:15Z'], ['c', 0, 0, 'true', false, '1999-12-31', '2024-02-29T08:00:00'],
  ] };
  const small = { units: [], rows: own.rows.map(([k, x, y, s, b, d, t]) => ({ k, x, y: y === '30' ? 30 : y, s, b, d: d === null ? null : Date.parse(`${d as string}T00:00Z`), t: t === null ? null : Date.parse((t as string).endsWith('Z') ? (t as string) : `${t as string}Z`) })) };
  const sources = new Map<string, Source>([['own', { kind: 'own', columns }]]);
  const t = scan('own');
  const x = col('x');
  const y = col('y');
  const s = col('s');

  const plans: [string, LazyPlan][] = [
    ['arithmetic', t.select(x.add(y).alias('a'), x.sub(1).alias('b'), y.mul(y).alias('c'), y.div(4).alias('d'), x.mul(true).alias('e'), y.add(lit(null)).alias('f'))],
    ['whole division and remainder', t.select(y.floorDiv(4).alias('a'), y.rem(4).alias('b'), x.floorDiv(-2).alias('c'), x.rem(2).alias('d'), y.floorDiv(0).alias('e'), y.rem(y).alias('f'))],
    ['powers', t.select(x.pow(2).alias('a'), y.pow(3).alias('b'), lit(2).pow(x).alias('c'), y.abs().pow(0.5).alias('d'))],
    ['functions', t.select(x.abs().alias('a'), y.abs().sqrt().alias('b'), x.exp().alias('c'), y.abs().add(1).log().alias('d'), x.clip(-1, 2).alias('e'), y.clip(0, 30).alias('f'))],
    ['roundings', t.select(x.round().alias('a'), x.floor().alias('b'), x.ceil().alias('c'), x.div(7).round(3).alias('d'), x.mul(-1).round().alias('e'))],
    ['comparisons', t.select(x.gt(y).alias('a'), x.eq(3).alias('b'), s.ltEq('m').alias('c'), col('b').gt(false).alias('e'), col('d').lt(col('t')).alias('f'), x.neq(lit(null)).alias('g'))],
    ['three-valued logic', t.select(col('b').and(x.gt(1)).alias('a'), col('b').or(x.gt(1)).alias('b'), col('b').not().alias('c'), lit(null).and(col('b')).alias('d'))],
    ['membership', t.select(x.isIn([1.5, 3]).alias('a'), y.isIn([10]).alias('b'), s.isIn(['x%y', '12.5']).alias('c'), col('b').isIn([true]).alias('d'), x.isBetween(0, 2).alias('e'), y.isBetween(x, 30).alias('f'))],
    ['missing values', t.select(x.isNull().alias('a'), x.fillNull(9).alias('b'), col('b').fillNull(false).alias('c'), y.fillNull(1.5).alias('d'), s.fillNull('?').alias('e'))],
    ['choices', t.select(when(x.gt(1)).then(y).otherwise(x).alias('a'), when(col('b')).then('yes').alias('b'), when(x.isNull()).then(lit(null)).when(x.gt(2)).then(2).otherwise(1).alias('c'))],
    ['texts', t.select(s.str.toUpperCase().alias('a'), s.str.toLowerCase().alias('b'), s.str.trim().alias('c'), s.str.lengths().alias('d'), s.str.slice(1).alias('e'), s.str.slice(-2, 1).alias('f'), s.str.replace('%', '$1').alias('g'), concatString('k', 's').alias('h'))],
    ['matches', t.select(s.str.contains('%').alias('a'), s.str.contains('.').alias('b'), s.str.startsWith(' ').alias('c'), s.str.endsWith('5').alias('d'), s.str.like('%\u0062_c').alias('e'), s.str.like('__._').alias('f'), s.str.like('x\\%').alias('g'))],
    ['parts of instants', t.select(...(['year', 'quarter', 'month', 'week', 'weekday', 'day', 'ordinalDay', 'hour', 'minute', 'second'] as const).map((part) => col('t').date[part]().alias(part)))],
    ['parts of days', t.select(...(['year', 'quarter', 'month', 'week', 'weekday', 'day', 'ordinalDay'] as const).map((part) => col('d').date[part]().alias(part)))],
    ['beginnings', t.select(...(['year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second'] as const).map((to) => col('t').date.truncate(to).alias(to)), ...(['year', 'quarter', 'month', 'week', 'day'] as const).map((to) => col('d').date.truncate(to).alias(`d${to}`)))],
    ['aggregates as in SQL', t.select(x.filter(x.gt(99)).sumOrNull().alias('a'), y.sumOrNull().alias('b'), x.nUniquePresent().alias('c'), s.filter(x.gt(99)).nUniquePresent().alias('d'), s.str.replaceAll('%', '$&').last().alias('e'))],
    ['spans', t.select(col('t').sub(col('d')).alias('a'), col('t').add(lit(90_000, 'duration')).alias('b'), col('d').sub(lit('2000-01-01', 'date')).alias('c'))],
    ['casts of texts', t.select(s.cast('number').alias('a'), s.cast('integer').alias('b'), s.cast('boolean').alias('c'), s.cast('date').alias('d'), lit('2024-02-30').cast('date').alias('e'), lit('2024-02-29T24:00').cast('datetime').alias('f'), lit('2024-02-29T01:02').cast('datetime').alias('g'), x.alias('x'))],
    ['casts of numbers', t.select(x.cast('integer').alias('a'), y.cast('text').alias('b'), x.cast('text').alias('c'), x.cast('boolean').alias('d'), col('b').cast('integer').alias('e'), col('b').cast('text').alias('f'), col('d').cast('datetime').alias('g'), col('t').cast('date').alias('h'))],
    ['aggregates', t.select(x.sum().alias('a'), x.mean().alias('b'), x.std().alias('c'), x.var().alias('d'), x.count().alias('e'), x.nUnique().alias('f'), len(), y.sum().alias('g'), col('b').sum().alias('h'), col('b').mean().alias('i'))],
    ['order statistics', t.select(x.min().alias('a'), x.max().alias('b'), x.median().alias('c'), x.quantile(0.3).alias('d'), col('k').mode().alias('e'), s.first().alias('f'), s.last().alias('g'), s.max().alias('h'), col('d').min().alias('i'), col('b').max().alias('j'))],
    ['aggregates of filtered values', t.select(y.filter(x.gt(0)).sum().alias('a'), y.filter(x.gt(9)).mean().alias('b'), y.filter(x.gt(9)).sum().alias('c'), s.filter(x.gt(0)).first().alias('d'), lit(1).sum().alias('e'), lit(1).filter(x.gt(0)).sum().alias('f'), s.filter(x.lt(9)).nUnique().alias('g'))],
    ['functions of aggregates', t.groupBy('k').agg(x.sum().div(len()).alias('a'), when(y.sum().gt(20)).then(y.max()).otherwise(0).alias('b'), lit(7).alias('c'))],
    ['windows', t.select(x.sum().over('k').alias('a'), y.sub(y.mean()).alias('b'), len().over().alias('c'), x.sum().div(len()).over('k', col('b').fillNull(true)).alias('d'))],
    ['orders', t.sort(['b', 'x'], { descending: [true, false], nullsLast: true })],
    ['orders with missing values first', t.sort(['b', s.str.lengths()])],
    ['slices', t.slice(-3, 2)],
    ['a slice that begins before the first row', t.slice(-9, 6)],
    ['row numbers', t.withRowIndex('n', 3).filter(col('n').gt(4))],
    ['distinct rows', t.select('k', 'b').unique({ keep: 'last' })],
    ['rows that are alone', t.unique({ subset: ['k'], keep: 'none' })],
    ['a full join', t.select('k', 'x').join(t.filter(x.gt(0)).select('k', 'y'), { on: 'k', how: 'full' })],
    ['a join of different types', t.select('x').join(t.select(y.alias('z'), col('k')), { leftOn: 'x', rightOn: 'z' })],
    ['the nearest before', t.select('y').joinAsof(t.select(y.add(1).alias('z'), 'k'), { leftOn: 'y', rightOn: 'z' })],
    ['the nearest after, by a key', t.select('k', 'y').joinAsof(t.select(y.alias('z'), col('k'), 'x'), { leftOn: 'y', rightOn: 'z', by: 'k', strategy: 'forward' })],
    ['a description', t.select('x', 'y', 'b', 's').describe('count', 'nullCount', 'mean', 'std', 'min', 'median', 'max')],
    ['columns as rows', t.unpivot(['k'], ['x', 'y'], { variableName: 'which', valueName: 'what' })],
    ['nothing at all', t.filter(x.gt(99)).groupBy('k').len()],
    ['totals of nothing', t.filter(x.gt(99)).select(len(), x.sum(), x.mean().alias('m'), y.max().alias('n'))],
  ];
  const plain = (cell: unknown, type: ColumnType): unknown => {
    if (cell === null || (typeof cell === 'number' && !Number.isFinite(cell))) return null;
    if (type === 'date') return new Date(Number(cell)).toISOString().slice(0, 10);
    if (type === 'datetime') return new Date(Number(cell)).toISOString();
    return typeof cell === 'number' ? expect.closeTo(cell, 9) : cell;
  };
  it.each(plans)('agree with the reference: %s', (_what, lazy) => {
    const plan = parsePlan(lazy.toJson(), sources);
    const expected = runReference(plan, new Map([['own', small as never]])).rows.map((row) => row.map((cell, at) => plain(cell, plan.root.schema[at]!.type)));
    expect(rowsOf(run(lazy, new Map([['own', own]]), sources))).toEqual(expected);
  });

  it('names that mean something to the native library mean nothing', () => {
    const names = ['^.*$', 'k1', 'schema', '', '*', 'len'].filter((name) => name !== '');
    const odd: QueryTable = { kind: 'own', columns: names.map((name) => ({ name, type: 'integer' })), rows: [names.map((_name, at) => at)] };
    const source = new Map<string, Source>([['own', { kind: 'own', columns: names.map((name) => ({ name, type: 'integer' })) }]]);
    expect(rowsOf(run(t.select(col('^.*$'), col('*').add(1).alias('$0'), col('k1').alias('^a$')), new Map([['own', odd]]), source))).toEqual([[0, 4, 1]]);
  });

  it('whole numbers beyond 2^53 are texts, and what is no number is missing', () => {
    const big: QueryTable = { kind: 'own', columns: [{ name: 'y', type: 'integer' }, { name: 'x', type: 'number' }], rows: [['9007199254740993', 1], [5, 0]] };
    const source = new Map<string, Source>([['own', { kind: 'own', columns: [{ name: 'y', type: 'integer' }, { name: 'x', type: 'number' }] }]]);
    expect(rowsOf(run(t.select('y', col('x').div(0).alias('q'), lit(0).div(col('x')).alias('r')), new Map([['own', big]]), source))).toEqual([['9007199254740993', null, 0], [5, null, null]]);
  });
});

describe('columns of files', () => {
  it('a CSV is read by its published kinds', () => {
    writeFileSync(join(folder, 'kinds.csv'), ['n,i,b,c,t,d,w', '1.5,1.0,yes,1.0, x ,2020-01-02,2020-01-02T10:30:00+02:00', 'inf,2,no, 1,NA,2020-02-30,2020-01-02 08:30', 'x,2.5,maybe,7,?,NA,2020-01-02'].join('\n'));
    const config = configOf({ csv: 'kinds.csv' }, { columns: { n: { type: 'number' }, i: { type: 'integer' }, b: { type: 'boolean' }, c: { domain: [1] }, t: { type: 'text' }, d: { type: 'date' }, w: { type: 'date' } } });
    expect(engine.planColumns(config, folder, engine.inspect(config, folder).columns).map(({ type }) => type)).toEqual(['number', 'integer', 'boolean', 'text', 'text', 'date', 'datetime']);
    expect(rowsOf(asked(config, scan('d')))).toEqual([
      [1.5, 1, true, '1', 'x', '2020-01-02', '2020-01-02T08:30:00.000Z'], [null, 2, false, '1', null, null, '2020-01-02T08:30:00.000Z'], [null, null, null, null, null, null, '2020-01-02T00:00:00.000Z'],
    ]);
  });

  it('Parquet brings lists, days and instants', () => {
    pl.DataFrame({ l: [['a', 'b'], [], null], n: [[1.5], [2, 3], null], x: [Number.NaN, 1, 2.5] })
      .withColumns(pl.lit(1_577_923_200_000).cast(pl.Int64).cast(pl.Datetime('ms')).alias('w'), pl.lit(1_577_923_200_000).cast(pl.Int64).cast(pl.Datetime('ms')).cast(pl.Date).alias('d')).writeParquet(join(folder, 'lists.parquet'));
    const config = configOf({ parquet: 'lists.parquet' });
    expect(engine.planColumns(config, folder, engine.inspect(config, folder).columns).map(({ type }) => type)).toEqual(['list of text', 'list of number', 'number', 'datetime', 'date']);
    expect(rowsOf(asked(config, scan('d').select('l', 'x', 'w', 'd')))).toEqual([[['a', 'b'], null, '2020-01-02T00:00:00.000Z', '2020-01-02'], [[], 1, '2020-01-02T00:00:00.000Z', '2020-01-02'], [null, 2.5, '2020-01-02T00:00:00.000Z', '2020-01-02']]);
    expect(rowsOf(asked(config, scan('d').explode('n').select(col('n').sum().alias('s'), len())))).toEqual([[6.5, 4]]);
  });

  it('texts are read alike, whether a column has been found to need care or not, and anew in every version', () => {
    const careful = { plain: ['a', 'b', null, 'a'], blank: ['a', ' a ', 'b', null], marks: ['NA', 'a', '?', 'b'] };
    const write = (table: object): void => pl.DataFrame(table).writeParquet(join(folder, 'texts.parquet'));
    write(careful);
    const config = configOf({ parquet: 'texts.parquet' }, { columns: { plain: { type: 'text' }, blank: { type: 'text' }, marks: { type: 'text' } } });
    const { columns: schema } = engine.inspect(config, folder);
    const sources = new Map<string, Source>([['d', { kind: 'dataset', unit: null, columns: engine.planColumns(config, folder, schema) }]]);
    const groups = (version: string, name: string): unknown[][] => rowsOf(run(scan('d').groupBy(name).len().sort(name), new Map([['d', { kind: 'dataset', config, schema, version, unit: null }]]), sources));
    for (const _turn of ['found out', 'remembered']) expect(['plain', 'blank', 'marks'].map((name) => groups('texts 1', name))).toEqual([[[null, 1], ['a', 2], ['b', 1]], [[null, 1], ['a', 2], ['b', 1]], [[null, 2], ['a', 1], ['b', 1]]]);
    write({ ...careful, plain: ['a ', 'b', 'NA', 'a'] });
    expect(groups('texts 2', 'plain')).toEqual([[null, 1], ['a', 2], ['b', 1]]);
  });

  it('a value outside a domain is missing, also as a key', () => {
    writeFileSync(join(folder, 'rare.csv'), `c\n${'a\n'.repeat(12)}rare\n`);
    expect(rowsOf(asked(configOf({ csv: 'rare.csv' }, { columns: { c: { type: 'category' } } }), scan('d').groupBy('c').len()))).toEqual([[null, 1], ['a', 12]]);
  });
});

it('knows the greatest number of rows of one unit, those without an id together', () => {
  writeFileSync(join(folder, 'units.csv'), 'id,x\n7,1\n7,2\n8,3\nNA,4\n,5\n,6\n');
  const config = configOf({ csv: 'units.csv' }, { columns: { id: { type: 'integer' }, x: { type: 'number' } } });
  const { columns: schema } = engine.inspect(config, folder);
  expect(engine.unitFacts({ kind: 'dataset', config, schema, version: 'v', unit: 'id' }, folder)).toEqual({ most: 3, units: 3 });
  expect(engine.unitFacts({ kind: 'dataset', config, schema, version: 'v', unit: null }, folder)).toEqual({ most: 1, units: 6 });
  const source: Source = { kind: 'dataset', unit: 'id', columns: engine.planColumns(config, folder, schema) };
  const tables = new Map<string, QueryTable>([['d', { kind: 'dataset', config, schema, version: 'v', unit: 'id' }]]);
  expect(run(scan('d').select(len()), tables, new Map([['d', source]]), { thresholds: new Map([['d', 4]]) }).measurement.checkpoints[0]!.demands[0]!.smallest).toEqual({ units: 3, atLeast: false });
  // Six rows, at most three of one: two units at least.
  expect(run(scan('d').select(len()), tables, new Map([['d', source]]), { thresholds: new Map([['d', 2]]) }).measurement.checkpoints[0]!.demands[0]!.smallest).toEqual({ units: 2, atLeast: true });
});

describe('what would be too much', () => {
  const wide: QueryTable = { kind: 'own', columns: [{ name: 'n', type: 'integer' }], rows: Array.from({ length: 1000 }, (_row, at) => [at]) };
  const sources = new Map<string, Source>([['own', { kind: 'own', columns: [{ name: 'n', type: 'integer' }] }]]);
  const times = (plan: LazyPlan, name: string): LazyPlan => plan.join(scan('own').select(col('n').alias(name)), { how: 'cross' });

  it('a cross join of 40 GB ends in a code before it begins', () => {
    const plan = times(times(times(scan('own'), 'a'), 'b'), 'c').select(len());
    let code = 'none';
    try {
      run(plan, new Map([['own', wide]]), sources);
    } catch (error) {
      code = isFault(error) ? error.code : String(error);
    }
    expect(code).toBe('usage.too-large');
  });

  it('an answer beyond the rows or bytes asked for is not here, and says so to who judges', () => {
    const long = run(scan('own'), new Map([['own', wide]]), sources, { mostRows: 999 });
    expect([long.tooLarge, long.rows, long.columns[0]!.values]).toEqual([true, 0, []]);
    expect(run(scan('own'), new Map([['own', wide]]), sources, { mostBytes: 1000 }).tooLarge).toBe(true);
    expect(run(scan('own'), new Map([['own', wide]]), sources, { mostRows: 1000 }).tooLarge).toBe(false);
  });

  it('engine texts stay in the cause', () => {
    pl.DataFrame({ a: [1] }).writeParquet(join(folder, 'gone.parquet'));
    const config = configOf({ parquet: 'gone.parquet' });
    const { columns: schema } = engine.inspect(config, folder);
    writeFileSync(join(folder, 'gone.parquet'), 'secret text');
    let fault: unknown;
    try {
      run(scan('d'), new Map([['d', { kind: 'dataset', config, schema, version: 'v', unit: null }]]), new Map([['d', { kind: 'dataset', unit: null, columns: [{ name: 'a', type: 'integer' }] }]]));
    } catch (error) {
      fault = error;
    }
    expect(isFault(fault) && [fault.code, fault.message]).toEqual(['data.unreadable', 'The file cannot be read as a table.']);
  });
});
