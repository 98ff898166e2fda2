import { col, len, lit, when } from '../builder/functions.ts';
import { concat, scan, type LazyPlan } from '../builder/lazy-plan.ts';
import { expressionKinds } from '../expressions/registry.ts';
import { declared, notPrivateOf, privateOf } from '../fixtures/private.ts';
import { nodeKinds } from '../nodes/registry.ts';
import type { Source } from '../typed.ts';
import type { PrivacyRule } from './not-private.ts';
import { privateQueryOf } from './private-query-of.ts';
import { readKinds } from './reading.ts';
import { RowsReader } from './rows.ts';

const tables = declared({
  people: {
    privacy_unit: 'pid', max_rows_per_unit: 2, max_groups_per_unit: 3,
    columns: {
      pid: { type: 'string', selectable: false }, age: { type: 'int', lower: 17, upper: 90, nullable: false }, hours: { type: 'int', lower: 0, upper: 99 }, weight: { type: 'float' },
      score: { type: 'float', lower: -1, upper: 1, granularity: 0.01 }, sex: { type: 'string', public_values: ['Female', 'Male'] }, job: { type: 'string' }, hid: { type: 'string' }, notes: { type: 'string', selectable: false },
      secret: { type: 'int', lower: 0, upper: 9, selectable: false }, born: { type: 'date' }, smokes: { type: 'boolean' },
    },
  },
  visits: { privacy_unit: 'pid', columns: { pid: { type: 'string', selectable: false }, cost: { type: 'float', lower: 0, upper: 100 } } },
  clicks: { columns: { page: { type: 'string' }, ms: { type: 'int', lower: 0, upper: 1000 } } },
  hospitals: { public: true, unique_key: 'hid', columns: { hid: { type: 'string' }, region: { type: 'string', public_values: ['N', 'S'] }, beds: { type: 'int', lower: 1, upper: 500, nullable: false } } },
});
const list: Source = { kind: 'own', columns: [{ name: 'pid', type: 'text' }, { name: 'hid', type: 'text' }] };
const undeclared: Source = { kind: 'dataset', unit: null, columns: [{ name: 'x', type: 'integer' }] };
const all = { metadata: tables.metadata, sources: new Map<string, Source>([...tables.sources, ['list', list], ['payroll', undeclared]]) };

const take = (plan: LazyPlan) => privateQueryOf(plan.toJson(), all.metadata, all.sources);

const people = scan('people');
const hospitals = scan('hospitals');
const n = len().alias('n');

/** What would say something of one person, or of more of them than noise is made for; and the place at fault. */
const refusals: [attack: string, plan: LazyPlan, rule: PrivacyRule, at: string][] = [
  ['rows of people', people.select(col('age')), 'no-aggregate', '$'],
  ['rows of people in order', people.sort('age').head(1), 'no-aggregate', '$'],
  ['groups without an aggregate', people.groupBy('sex').agg(), 'no-aggregate', '$'],
  ['an aggregate of nobody', hospitals.select(n), 'no-private-table', '$'],
  ['a predicate on the unit', people.filter(col('pid').eq('p-17')).select(n), 'unit-predicate', '$.input.predicate'],
  ['a predicate on the unit under another name', people.rename({ pid: 'who' }).filter(col('age').gt(3).or(col('who').eq('p'))).select(n), 'unit-predicate', '$.input.predicate'],
  ['a predicate on a part of the unit', people.withColumns(col('pid').str.slice(0, 2).alias('a')).filter(col('a').eq('p-')).select(n), 'unit-predicate', '$.input.predicate'],
  ['a condition on the unit inside a sum', people.select(when(col('pid').eq('p')).then(col('age')).otherwise(0).sum()), 'unit-predicate', '$.columns[0].input'],
  ['a filter on the unit inside an aggregate', people.select(col('age').filter(col('pid').eq('p')).sum()), 'unit-predicate', '$.columns[0].input'],
  ['gaps of the unit', people.dropNulls('pid').select(n), 'unit-predicate', '$.input.subset[0]'],
  ['gaps of every column', people.dropNulls().select(n), 'unit-predicate', '$.input'],
  ['values of the unit counted as rows', people.select(col('pid').count()), 'unit-predicate', '$.columns[0].input'],
  ['groups by the unit', people.groupBy('pid').agg(n), 'unit-key', '$.by[0]'],
  ['groups by a part of the unit', people.groupBy(col('sex'), col('pid').str.slice(0, 3).alias('p')).agg(n), 'unit-key', '$.by[1]'],
  ['different units under a condition', people.select(when(col('sex').eq('Male')).then(col('pid')).nUniquePresent()), 'distinct', '$.columns[0].input'],
  ['different values', people.select(col('job').nUniquePresent()), 'distinct', '$.columns[0].input'],
  ['rows that differ', people.select(col('sex'), col('job')).unique().select(n), 'distinct', '$.input'],
  ['a limit below the aggregate', people.sort('age').head(10).select(n), 'unstable', '$.input'],
  ['an offset below the aggregate', people.slice(5).select(col('age').sum()), 'unstable', '$.input'],
  ['places of rows', people.withRowIndex().select(col('index').max()), 'unstable', '$.input'],
  ['a cross join with oneself', people.join(people, { how: 'cross' }).select(n), 'join', '$.input'],
  ['a join with oneself', people.join(people, { on: 'hid' }).select(n), 'join', '$.input'],
  ['a join of two private tables on the unit', people.join(scan('visits'), { on: 'pid' }).select(n), 'join', '$.input'],
  ['a semi-join with a list of people', people.join(scan('list'), { how: 'semi', on: 'pid' }).select(n), 'join', '$.input'],
  ['an anti-join with a list of people', people.join(scan('list'), { how: 'anti', on: 'pid' }).select(n), 'join', '$.input'],
  ['a list that is kept where people match', scan('list').join(people, { how: 'semi', on: 'pid' }).select(n), 'join', '$.input'],
  ['an inner join with a list of people', people.join(scan('list'), { on: 'pid' }).select(n), 'unit-predicate', '$.input.leftOn[0]'],
  ['a join with a list of one\'s own', people.join(scan('list').select('hid'), { on: 'hid' }).select(n), 'join', '$.input.rightOn'],
  ['a public table on another key', people.join(hospitals, { leftOn: 'sex', rightOn: 'region' }).select(n), 'join', '$.input.rightOn'],
  ['a public table twice, keyed by what is unique no more', people.join(hospitals.join(hospitals.rename({ beds: 'b' }), { leftOn: 'region', rightOn: 'hid' }), { on: 'hid' }).select(n), 'join', '$.input.rightOn'],
  ['a key that was filled', people.join(hospitals.fillNull('H', 'hid'), { on: 'hid' }).select(n), 'join', '$.input.rightOn'],
  ['a full join', people.join(hospitals, { how: 'full', on: 'hid' }).select(n), 'join', '$.input'],
  ['rows without people', hospitals.join(people, { how: 'left', on: 'hid' }).select(n), 'join', '$.input'],
  ['the nearest rows', people.joinAsof(scan('hospitals').rename({ beds: 'age' }), { leftOn: 'age', rightOn: 'age' }).select(n), 'join', '$.input'],
  ['a table stacked on itself', concat([people, people]).select(n), 'set-operation', '$.input'],
  ['a window', people.withColumns(col('age').mean().over('sex').alias('m')).select(col('m').sum()), 'window', '$.input.columns[0].input'],
  ['a window without keys', people.filter(col('age').gt(col('age').max().over())).select(n), 'window', '$.input.predicate.right'],
  ['an aggregate beside each row', people.withColumns(col('age').sub(col('age').mean()).alias('d')).select(col('d').sum()), 'window', '$.input.columns[0].input.right'],
  ['rows multiplied', people.unpivot(['pid'], ['age', 'hours']).select(n), 'multiplying', '$.input'],
  ['an aggregate of aggregates', people.groupBy('sex').agg(col('age').sum().alias('a')).select(col('a').sum()), 'nested-aggregate', '$.input'],
  ['an aggregate of groups within a unit', people.groupBy('pid', 'sex').agg(n).select(col('n').sum()), 'nested-aggregate', '$.input'],
  ['groups by what was made of the unit', people.groupBy(col('pid').str.slice(0, 2)).agg(n).select(col('n').sum()), 'nested-aggregate', '$.input'],
  ['groups of rows that name nobody', scan('clicks').groupBy('page').agg(n).select(col('n').sum()), 'nested-aggregate', '$.input'],
  ['totals of the units, by unit', people.groupBy('pid').agg(n).groupBy('pid').agg(col('n').sum().alias('n')), 'unit-key', '$.by[0]'],
  ['totals of one unit', people.groupBy('pid').agg(n).filter(col('pid').eq('p')).select(col('n').sum()), 'unit-predicate', '$.input.predicate'],
  ['the largest total', people.groupBy('pid').agg(n).select(col('n').max()), 'unsupported-aggregate', '$.columns[0]'],
  ['a unit\'s first value', people.groupBy('pid').agg(col('age').first()).select(col('age').sum()), 'unsupported-aggregate', '$.input.aggs[0]'],
  ['a unit\'s total without bounds', people.groupBy('pid').agg(col('weight').sum()).select(col('weight').sum()), 'unbounded', '$.columns[0].input'],
  ['totals of the units beside others', people.groupBy('pid').agg(n).sort('n').head(3).select(n), 'unstable', '$.input'],
  ['a total under groups', people.select(col('age').sum().alias('a')).groupBy('a').agg(n), 'nested-aggregate', '$.input'],
  ['an aggregate beside noisy groups', people.groupBy('sex').agg(n).withColumns(col('n').sub(col('n').mean()).alias('d')), 'nested-aggregate', '$.columns[0]'],
  ['noisy groups joined', people.groupBy('sex').agg(n).join(people.groupBy('sex').agg(n), { on: 'sex' }), 'join', '$'],
  ['noisy groups stacked', concat([people.groupBy('sex').agg(n), people.groupBy('sex').agg(n)]), 'set-operation', '$'],
  ['a high power', people.select(col('age').pow(20).sum()), 'function', '$.columns[0].input'],
  ['a power by products', people.select(Array.from({ length: 20 }, () => col('age')).reduce((a, b) => a.mul(b)).sum()), 'unbounded', '$.columns[0].input'],
  ['a quotient', people.select(col('age').div(col('hours')).sum()), 'partial-function', '$.columns[0].input'],
  ['a quotient that picks somebody out', people.filter(lit(1).div(col('age').sub(42)).gt(0)).select(n), 'partial-function', '$.input.predicate.left'],
  ['a remainder', people.groupBy(col('age').modulo(7)).agg(n), 'partial-function', '$.by[0]'],
  ['a logarithm', people.select(col('age').log().mean()), 'partial-function', '$.columns[0].input'],
  ['a text read as a number', people.select(col('job').cast('integer').sum()), 'partial-function', '$.columns[0].input'],
  ['a text read as a date', people.filter(col('job').cast('date').isNotNull()).select(n), 'partial-function', '$.input.predicate.input.input'],
  ['a value without bounds', people.select(col('weight').add(1).sum()), 'unbounded', '$.columns[0].input'],
  ['a length without bounds', people.select(col('job').str.lengths().sum()), 'unbounded', '$.columns[0].input'],
  ['the largest value', people.select(col('age').max()), 'unsupported-aggregate', '$.columns[0]'],
  ['the first value', people.select(col('job').first()), 'unsupported-aggregate', '$.columns[0]'],
  ['the most frequent value', people.select(col('job').mode()), 'unsupported-aggregate', '$.columns[0]'],
  ['a statistic of every column', people.describe('mean'), 'no-aggregate', '$'],
];

/** A column that the custodian keeps closed, by every road to an answer. */
const roads: [road: string, plan: LazyPlan][] = [
  ['a key', people.groupBy('notes').agg(n)],
  ['a part of a key', people.groupBy(col('notes').str.slice(0, 1).alias('k')).agg(n)],
  ['a key by its gaps', people.groupBy(col('notes').isNull().alias('k')).agg(n)],
  ['a predicate', people.filter(col('notes').str.contains('x')).select(n)],
  ['gaps', people.dropNulls('notes').select(n)],
  ['a count', people.select(col('notes').count())],
  ['a sum', people.select(col('secret').sum())],
  ['a quantile', people.select(col('secret').median())],
  ['a condition inside a sum', people.select(when(col('secret').eq(1)).then(1).otherwise(0).sum())],
  ['a filter inside an aggregate', people.select(col('age').filter(col('secret').eq(1)).mean())],
  ['another name', people.rename({ secret: 'open' }).select(col('open').sum())],
  ['a made column', people.withColumns(col('age').add(col('secret')).alias('a')).select(col('a').sum())],
  ['a column that is replaced', people.withColumns(col('secret').alias('age')).select(col('age').sum())],
  ['another type', people.cast({ secret: 'number' }).select(col('secret').sum())],
  ['a filled column', people.fillNull(0, 'secret').select(col('secret').sum())],
  ['a unit\'s total', people.groupBy('pid').agg(col('secret').sum()).select(col('secret').sum())],
  ['a condition on a unit\'s largest value', people.groupBy('pid').agg(col('secret').max()).filter(col('secret').gt(3)).select(n)],
  ['a key of a join', people.join(hospitals, { leftOn: 'notes', rightOn: 'hid' }).select(n)],
];

describe('what is refused, by the query and by what is declared', () => {
  it.each(refusals)('%s', (_attack, plan, rule, at) => {
    const fault = notPrivateOf(() => take(plan));
    expect(fault).toMatchObject({ code: 'privacy.not-private', rule, at, sentence: expect.stringMatching(/^[A-Z].*\.$/), hint: expect.any(String) });
  });

  it.each(roads)('a closed column as %s', (_road, plan) => {
    expect(notPrivateOf(() => take(plan))).toMatchObject({ code: 'privacy.not-private', rule: 'column-policy', sentence: expect.stringMatching(/secret|notes/) });
  });

  it('names the column for which bounds are missing', () => {
    expect(notPrivateOf(() => take(people.select(col('age').add(col('weight')).sum())))).toMatchObject({ rule: 'unbounded', hint: 'Ask the custodian to declare bounds for weight.' });
  });

  it('says the same of a table that is not declared and of one that does not exist', () => {
    const of = (plan: LazyPlan) => notPrivateOf(() => take(plan));
    expect(of(scan('payroll').select(n))).toEqual(of(scan('nothing').select(n)));
    expect(of(scan('payroll').select(n)).code).toBe('dataset.unknown');
  });

  it('knows no column that is not there, and opens none that is not declared', () => {
    expect(notPrivateOf(() => take(people.select(col('salary').sum()))).code).toBe('schema.unknown-column');
    const metadata = new Map([...all.metadata].map(([name, table]) => [name, { ...table, columns: table.columns.filter((column) => column.name !== 'age') }]));
    expect(notPrivateOf(() => privateQueryOf(people.select(col('age').sum()).toJson(), metadata, all.sources)).rule).toBe('column-policy');
  });

  it('takes no constant that could be a million keys', () => {
    const rounded = (name: string) => col(name).mul(10).cast('integer').alias(name);
    expect(notPrivateOf(() => take(people.groupBy(rounded('age'), rounded('hours')).agg(n))).rule).toBe('too-many-keys');
  });

  it('follows every node and every expression that a plan may hold, or says that it does not', () => {
    const reader = new RowsReader(all.metadata, 'unit');
    expect(Object.keys(reader.treatments).sort()).toEqual([...nodeKinds.keys()].sort());
    expect([...readKinds].sort()).toEqual([...expressionKinds.keys()].sort());
  });
});

describe('what is taken', () => {
  it('carries the unit through steps that would lose or replace it', () => {
    const { rows, unit } = take(people.select(col('age').alias('unit'), col('sex').alias('pid')).drop('unit').groupBy('pid').agg(n));
    expect(unit).toBe('unit');
    expect(JSON.stringify(rows)).toContain('{"expr":"alias","name":"unit_","input":{"expr":"column","name":"pid"}}');
  });

  it('bounds nobody\'s rows where every row is its own unit', () => {
    expect(take(scan('clicks').groupBy('page').agg(col('ms').sum()))).toMatchObject({ unit: null, maxRows: 1, maxGroups: 1, needsDelta: true });
  });

  it('bounds one unit\'s groups only where there are groups', () => {
    expect(take(people.select(n))).toMatchObject({ maxRows: 2, maxGroups: 1, keys: [], needsDelta: false });
    expect(take(people.groupBy('sex').agg(n))).toMatchObject({ maxRows: 2, maxGroups: 3, needsDelta: false });
  });

  it('knows public keys by their declaration and by their form', () => {
    const keys = (...by: Parameters<LazyPlan['groupBy']>) => take(people.groupBy(...by).agg(n)).keys.map(({ values }) => values);
    expect(keys('sex')).toEqual([['Female', 'Male']]);
    expect(keys('job')).toEqual([null]);
    expect(keys('smokes', col('age').gt(40).alias('old'), col('hours').gt(40).alias('busy'))).toEqual([[false, true, null], [false, true], [false, true, null]]);
    expect(keys(when(col('age').gt(65)).then('old').otherwise(when(col('age').gt(30)).then('grown')).alias('k'))).toEqual([['old', 'grown', null]]);
    expect(keys(col('born').date.month().alias('m'))).toEqual([[...Array.from({ length: 12 }, (_, at) => at + 1), null]]);
    expect(keys(col('age').sub(17).alias('k'))[0]).toHaveLength(74);
    expect(keys(col('sex').fillNull('?').alias('k'))).toEqual([['Female', 'Male', '?']]);
    const joined = (how: 'inner' | 'left') => take(people.join(hospitals, { how, on: 'hid' }).groupBy('region').agg(n)).keys[0]!.values;
    expect(joined('inner')).toEqual(['N', 'S']);
    expect(joined('left')).toEqual(['N', 'S', null]);
  });

  const bounds: [what: string, sql: string, lower: number, upper: number, granularity: number, nullable: boolean][] = [
    ['a column', 'age', 17, 90, 1, false], ['a sum', 'age + hours', 17, 189, 1, true], ['a difference', 'age - hours', -82, 90, 1, true], ['a product', 'score * hours', -99, 99, 0.01, true],
    ['a product with a constant', '-2.5 * score', -2.5, 2.5, 0.025, true], ['a quotient by a constant', 'age / 2.0', 8.5, 45, 0.5, false], ['a magnitude', 'abs(score)', 0, 1, 0.01, true],
    ['a filled column', 'coalesce(hours, 120)', 0, 120, 1, false], ['a case', "CASE WHEN sex = 'Male' THEN age ELSE -1 END", -1, 90, 1, false], ['a case without else', "CASE WHEN sex = 'Male' THEN age END", 17, 90, 1, true],
    ['a rounded value', 'round(score * 3)', -3, 3, 1, true], ['a floor', 'floor(score / 2)', -1, 0, 1, true], ['a ceiling', 'ceil(score / 2)', 0, 1, 1, true], ['a negation', '-age', -90, -17, 1, false],
    ['the greater of two', 'GREATEST(age, hours)', 0, 99, 1, true], ['the lesser of a column and a constant', 'LEAST(age, 50)', 17, 90, 1, false],
    ['a part of a date', 'extract(month from born)', 1, 12, 1, true], ['a cast', 'CAST(score AS int)', -1, 1, 1, true],
  ];
  it.each(bounds)('bounds %s: %s', (_what, sql, lower, upper, granularity, nullable) => {
    const { values } = privateOf(`SELECT SUM(${sql}) FROM people`, all);
    expect(values).toEqual([{ column: 'value_1', bounds: { lower, upper, granularity: expect.closeTo(granularity, 9) }, nullable }]);
  });

  it('takes totals of each unit for values, of which a unit has one', () => {
    const sql = (inner: string, outer = 'SUM(x)') => privateOf(`SELECT ${outer} FROM (SELECT pid, ${inner} AS x, SUM(hours) AS h, MAX(job) AS job FROM people GROUP BY pid) AS t WHERE h > 3`, all);
    const bounded = (inner: string) => sql(inner).values.map(({ bounds: { lower, upper }, nullable }) => [lower, upper, nullable]);
    expect(sql('SUM(age)')).toMatchObject({ unit: 'unit', maxRows: 1, maxGroups: 1, aggregates: [{ kind: 'SUM', value: 0 }] });
    expect(bounded('SUM(age)')).toEqual([[17, 180, false]]);
    expect(bounded('SUM(hours)')).toEqual([[0, 198, true]]);
    expect(bounded('SUM(-age)')).toEqual([[-180, -17, false]]);
    expect(bounded('SUM(score) + COUNT(*)')).toEqual([[-1, 4, true]]);
    expect(bounded('AVG(age) FILTER (WHERE smokes)')).toEqual([[17, 90, true]]);
    expect(bounded('MIN(hours)')).toEqual([[0, 99, true]]);
    expect(bounded('COUNT(DISTINCT job)')).toEqual([[0, 2, false]]);
    expect(sql('COUNT(*)', 'COUNT(DISTINCT pid), MEDIAN(x)').aggregates.map(({ kind }) => kind)).toEqual(['COUNT_DISTINCT', 'QUANTILE']);
  });

  it('bounds what is clipped, whatever it was', () => {
    expect(take(people.select(col('weight').clip(0, 200).mean())).values[0]).toMatchObject({ bounds: { lower: 0, upper: 200 }, nullable: true });
  });

  it('makes each value and each aggregate once', () => {
    const sql = 'SELECT SUM(age) / COUNT(*) AS a, SUM(age), AVG(age), COUNT(age), COUNT(hours), AVG(hours), MEDIAN(age), PERCENTILE_CONT(0.25) WITHIN GROUP (ORDER BY age), COUNT(job) FROM people';
    const { values, aggregates } = privateOf(sql, all);
    expect(values.map(({ bounds: { lower, upper }, nullable }) => [lower, upper, nullable])).toEqual([[17, 90, false], [0, 99, true], [1, 1, true]]);
    expect(aggregates.map(({ kind, value, quantile }) => [kind, value, ...(quantile === undefined ? [] : [quantile])])).toEqual([
      ['SUM', 0], ['COUNT', null], ['AVG', 0], ['COUNT', 1], ['AVG', 1], ['QUANTILE', 0, { part: 1, whole: 2 }], ['QUANTILE', 0, { part: 1, whole: 4 }], ['COUNT', 2],
    ]);
  });
});
