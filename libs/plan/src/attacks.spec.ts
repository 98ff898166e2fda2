import type { Expr } from './builder/expr.ts';
import { col, concatString, len, lit, when } from './builder/functions.ts';
import { concat, scan, type LazyPlan } from './builder/lazy-plan.ts';
import { ask } from './fixtures/ask.ts';
import { parsePlan } from './parse.ts';
import type { ReleasedSet } from './reference/judge.ts';
import type { SmallTable, SmallTables } from './reference/run.ts';
import type { Source, Sources } from './typed.ts';

/** Sixty people, two of them without a ward; everybody's salary is their own. Number 7 is the target. `min_size` is 5. */
const people: SmallTable = {
  rows: Array.from({ length: 60 }, (_, index) => ({
    id: index + 1, name: `Person ${index + 1}`, ward: index < 2 ? null : ['a', 'b', 'c'][index % 3]!, age: 20 + (index % 40), salary: 1000 + index ** 2, ill: index % 2 === 0, tags: ['x', 'y'], rare: index < 2 ? index + 50 : null, born: -index * 864e5,
  })),
  units: Array.from({ length: 60 }, (_, index) => String(index + 1)),
};
const columns = [
  { name: 'id', type: 'integer', nullable: false }, { name: 'name', type: 'text', nullable: false }, { name: 'ward', type: 'text' }, { name: 'age', type: 'integer', nullable: false },
  { name: 'salary', type: 'number', nullable: false }, { name: 'ill', type: 'boolean', nullable: false }, { name: 'tags', type: 'list of text' }, { name: 'born', type: 'date' }, { name: 'rare', type: 'number' },
] as const;
const weights: SmallTable = { rows: people.rows.map(({ id, name }) => ({ id: id!, name: name!, weight: 2 ** Number(id) })), units: [] };
const base = new Map<string, Source>([
  ['people', { kind: 'dataset', columns, unit: 'id' }],
  ['mine', { kind: 'own', columns: [{ name: 'id', type: 'integer' }, { name: 'name', type: 'text' }, { name: 'weight', type: 'number' }] }],
]);
const tables: SmallTables = new Map([['people', people], ['mine', weights]]);

const p = scan('people');
const mine = scan('mine');
const target = col('id').eq(7);
const isTarget = when(target);
const some = (expression: Expr): LazyPlan => p.select(expression.alias('answer'));

/** A stored frame: what `collect` keeps. */
const stored = (plan: LazyPlan, sources: Sources = base): Sources => new Map<string, Source>([...sources, ['kept', { kind: 'derived', plan: parsePlan(plan.toJson(), sources) }]]);

/** The same people, known by another column. */
const unitIs = (unit: string): Sources => new Map<string, Source>([['people', { kind: 'dataset', columns: columns.map((column) => ({ ...column, nullable: column.name !== unit && column.name !== 'id' })), unit }]]);

type Verdict = 'released' | 'membership' | 'moving-choice' | 'moving-key' | 'row-position' | 'single-rows' | 'degree' | 'steps' | 'constants' | 'foreign-values' | 'too-few-units' | 'side-too-small' | 'order-statistics';
type Row = [attack: string, plan: LazyPlan, verdict: Verdict, sources?: Sources];

const duplication: Row[] = [
  ['one person stacked a hundred times', concat(Array.from({ length: 100 }, () => p.filter(target))).select(col('salary').sum()), 'too-few-units'],
  ['one person melted', p.filter(target).unpivot(['id'], ['salary', 'age']).select(col('value').sum()), 'too-few-units'],
  ['one person exploded', p.filter(target).explode('tags').select(col('salary').sum()), 'too-few-units'],
  ['one person crossed with a table of sixty', p.filter(target).join(mine, { how: 'cross' }).select(col('salary').sum()), 'too-few-units'],
  ['one person crossed with everybody', p.filter(target).join(p.select(col('ward').alias('w')), { how: 'cross' }).select(col('salary').sum()), 'too-few-units'],
  ['one person joined with the own group', p.filter(target).join(p.select('ward'), { on: 'ward' }).select(col('salary').sum()), 'too-few-units'],
  ['one person beside everybody with zero', concat([p.filter(target).select('salary'), p.withColumns(lit(0, 'number').alias('salary')).select('salary')]).select(col('salary').sum()), 'too-few-units'],
  ['everybody, stacked on themselves', concat([p, p]).groupBy(col('ward').fillNull('a')).agg(col('salary').mean()), 'released'],
  ['padding with own rows', concat([p.filter(target).select('id', 'name', 'salary'), mine.rename({ weight: 'salary' })]).select(len()), 'too-few-units'],
  ['summing own rows with everybody\'s', concat([p.select('salary'), mine.select(col('weight').alias('salary'))]).select(col('salary').sum()), 'foreign-values'],
];

const conditions: Row[] = [
  ['a filter in the sum', some(col('salary').filter(target).sum()), 'side-too-small'],
  ['all but one in the sum', some(col('salary').filter(col('id').neq(7)).sum()), 'side-too-small'],
  ['a case in the sum', some(isTarget.then(col('salary')).otherwise(0).sum()), 'side-too-small'],
  ['a case without else', some(isTarget.then(col('salary')).sum()), 'side-too-small'],
  ['a mask times a value', some(target.cast('integer').mul(col('salary')).sum()), 'side-too-small'],
  ['a boolean summed', some(target.sum()), 'side-too-small'],
  ['a boolean averaged', some(target.mean()), 'side-too-small'],
  ['two harmless masks whose product is one person', some(col('id').gt(6).cast('integer').mul(col('id').lt(8).cast('integer')).mul(col('salary')).sum()), 'side-too-small'],
  ['a mask made two steps before', p.withColumns(isTarget.then(col('salary')).otherwise(0).alias('s')).filter(col('age').gt(0)).select(col('s').sum()), 'side-too-small'],
  ['a mask hidden by another name', p.withColumns(isTarget.then(1).otherwise(0).alias('m')).rename({ m: 'n' }).withColumns(col('n').mul(col('salary')).alias('s')).select(col('s').sum()), 'side-too-small'],
  ['a mask through a cast', p.withColumns(target.alias('m')).cast({ m: 'integer' }).select(col('m').mul(col('salary')).sum()), 'side-too-small'],
  ['a mask by missing values', p.withColumns(isTarget.then(1).alias('m')).select(col('m').mul(col('salary')).sum()), 'side-too-small'],
  ['the missing values of a column as a mask', some(col('ward').isNull().cast('integer').mul(col('salary')).sum()), 'side-too-small'],
  ['the number of missing wards', some(col('ward').isNull().sum()), 'side-too-small'],
  ['the number of wards', some(col('ward').count()), 'side-too-small'],
  ['wards counted by their length', some(col('ward').str.lengths().mul(0).add(1).sum()), 'side-too-small'],
  ['a name parsed as a number', some(col('name').str.replace('Person 7', '1').cast('number').sum()), 'steps'],
  ['a clip that leaves one person', some(col('salary').clip(0, 4000).sum()), 'released'],
  ['a clip above everybody but one', some(col('salary').clip(4480, 9000).sum()), 'side-too-small'],
  ['an absolute value that turns one person', some(col('salary').sub(1000.5).abs().sum()), 'side-too-small'],
  ['filling gaps with something else', some(col('ward').fillNull('z').eq('z').sum()), 'side-too-small'],
  ['the mean of a value that two people have', some(col('rare').mean()), 'too-few-units'],
  ['a value that two people have, as a mask', some(col('rare').mul(0).add(col('salary')).sum()), 'too-few-units'],
  ['half of the people', some(col('salary').filter(col('ill')).mean()), 'released'],
  ['a case on half of the people', some(when(col('age').gt(40)).then(col('salary')).otherwise(0).sum()), 'released'],
];

const masksAndSteps: Row[] = [
  ['a rounding as a comparison', some(col('salary').div(4481).floor().sum()), 'steps'],
  ['an integer division', some(col('salary').floorDiv(4481).sum()), 'steps'],
  ['a remainder', some(col('salary').rem(2).sum()), 'steps'],
  ['a cast that cuts', some(col('salary').div(4481).cast('integer').sum()), 'steps'],
  ['a large number that swallows small ones', some(col('salary').add(1e18).sub(1e18).sum()), 'constants'],
  ['small factors in a row', some(col('salary').mul(1e-6).mul(1e-6).sum()), 'constants'],
  ['bits packed by powers of ids', some(lit(2).pow(col('id')).mul(col('ill')).sum()), 'degree'],
  ['bits packed by an exponential', some(col('id').exp().mul(col('ill')).sum()), 'degree'],
  ['bits packed by weights of one\'s own', p.join(mine, { on: 'id' }).select(col('weight').mul(col('ill')).sum()), 'foreign-values'],
  ['membership by weights of one\'s own', p.join(mine, { on: 'id' }).select(col('weight').sum()), 'foreign-values'],
  ['weights padded with rows of the dataset', concat([mine.select('id', 'weight'), p.select(col('id'), lit(0, 'number').alias('weight'))]).join(p, { on: 'id' }).select(col('weight').mul(col('salary')).sum()), 'foreign-values'],
  ['a power sum', some(col('salary').pow(3).sum()), 'degree'],
  ['a power sum by products', p.withColumns(col('salary').mul(col('salary')).alias('q')).select(col('q').mul(col('salary')).sum()), 'degree'],
  ['a power sum by a variance', some(col('salary').mul(col('salary')).var()), 'degree'],
  ['a power sum over persons', p.groupBy('id').agg(col('salary').sum().alias('s')).select(col('s').pow(3).sum()), 'degree'],
  ['a ratio inside a sum', some(col('salary').div(col('age')).sum()), 'degree'],
  ['a second moment', some(col('salary').mul(col('salary')).mean()), 'released'],
];

const positions: Row[] = [
  ['the sum of the first six', p.head(6).select(col('salary').sum()), 'row-position'],
  ['the sum from the seventh on', p.slice(7).select(col('salary').sum()), 'row-position'],
  ['a row number times a value', p.withRowIndex('n').select(col('n').mul(col('salary')).sum()), 'row-position'],
  ['a row number as a filter', p.withRowIndex('n').filter(col('n').gt(6)).select(col('salary').sum()), 'row-position'],
  ['a row number as a mask', p.withRowIndex('n').select(col('salary').filter(col('n').gt(30)).sum()), 'row-position'],
  ['a row number as a key', p.withRowIndex('n').groupBy('n').len(), 'row-position'],
  ['the first groups in order', p.dropNulls('ward').groupBy('ward').agg(col('salary').mean()).sort('salary').head(2), 'released'],
  ['groups ordered by one person, who is then dropped', p.dropNulls('ward').groupBy('ward').agg(col('salary').filter(target).sum().alias('s')).sort('s').drop('s'), 'side-too-small'],
  ['a rank among groups', p.dropNulls('ward').groupBy('ward').len().withRowIndex('n'), 'released'],
  ['the first of all groups, one of them small', p.groupBy('ward').len().sort('len', { descending: true }).head(2), 'too-few-units'],
];

const windows: Row[] = [
  ['a window beside rows', p.select(col('id'), col('salary').mean().over('ward')), 'too-few-units'],
  ['a mean beside rows', p.select(col('id'), col('salary').sub(col('salary').mean()).alias('d')), 'too-few-units'],
  ['one person\'s window, summed', p.withColumns(col('salary').filter(target).sum().over().alias('w')).select(col('w').sum()), 'side-too-small'],
  ['choosing by a window', p.filter(col('salary').gt(col('salary').mean())).select(len()), 'moving-choice'],
  ['grouping by a window', p.withColumns(col('salary').mean().over('ward').alias('w')).groupBy('w').len(), 'moving-key'],
  ['deviations from the group, squared', p.withColumns(col('salary').sub(col('salary').mean().over('age')).alias('d')).select(col('d').mul(col('d')).sum()), 'released'],
];

const oracles: Row[] = [
  ['my names among theirs', mine.join(p, { how: 'semi', on: 'name' }).select(len()), 'membership'],
  ['my names not among theirs', mine.join(p, { how: 'anti', on: 'name' }).select(len()), 'membership'],
  ['their rows found by my names', p.join(mine.filter(col('id').ltEq(2)), { how: 'semi', on: 'name' }), 'too-few-units'],
  ['a left join that shows who is missing', mine.join(p, { how: 'left', on: 'name' }).filter(col('salary').isNull()).select(len()), 'moving-choice'],
  ['a left join grouped by what it found', mine.join(p, { how: 'left', on: 'name' }).groupBy(col('salary').isNull().alias('gone')).len(), 'moving-key'],
  ['a full join, filtered', mine.join(p, { how: 'full', on: 'name' }).filter(col('salary').isNull()).select(len()), 'moving-choice'],
  ['rows that are alone', p.unique({ subset: ['ward'], keep: 'none' }).select(len()), 'single-rows'],
  ['the number of different answers to a question about one person', some(isTarget.then(col('ill')).otherwise(false).nUnique()), 'side-too-small'],
  ['the number of groups of a question about one person', p.groupBy(target.and(col('ill')).alias('q')).len().select(len()), 'too-few-units'],
  ['the same by a cross join', p.join(p.groupBy(target.alias('q')).len().select(col('q').alias('r')), { how: 'cross' }).select(len()), 'too-few-units'],
  ['the number of persons', some(col('id').nUnique()), 'released'],
  ['the number of persons who are named', some(col('id').nUniquePresent()), 'released'],
  ['the number of values that two people have', some(col('rare').nUniquePresent()), 'side-too-small'],
  ['whether there is a person without an id', p.withColumns(when(target.not()).then(col('id')).alias('id')).select(col('id').nUniquePresent()), 'side-too-small'],
  ['an empty answer', p.filter(col('id').eq(1000)).select('id'), 'too-few-units'],
  ['a total of nobody', p.filter(col('id').eq(1000)).select(len()), 'too-few-units'],
  ['groups of nobody', p.filter(col('id').eq(1000)).groupBy('ward').len(), 'too-few-units'],
  ['a HAVING that hides the small groups', p.groupBy('ward').len().filter(col('len').gt(5)), 'too-few-units'],
  ['a HAVING that shows only the small groups', p.groupBy('ward').len().filter(col('len').lt(5)), 'too-few-units'],
  ['a HAVING on safe groups', p.dropNulls('ward').groupBy('ward').agg(len(), col('salary').mean()).filter(col('salary').gt(2000)), 'released'],
];

const orders: Row[] = [
  ['the greatest', some(col('salary').max()), 'order-statistics'],
  ['a sweep of quantiles', some(col('salary').quantile(0.37)), 'order-statistics'],
  ['the first of a group', p.groupBy('ward').agg(col('name').first()), 'order-statistics'],
  ['a distinct that keeps somebody', p.unique({ subset: ['ward'] }), 'order-statistics'],
  ['the greatest of each person, averaged', p.groupBy('id').agg(col('salary').max().alias('m')).select(col('m').mean()), 'released'],
  ['the greatest of each person by an id that may name two', p.withColumns(col('id').cast('number')).groupBy('id').agg(col('salary').max().alias('m')).select(col('m').mean()), 'too-few-units'],
  ['the greatest of each year of an id that is a date, averaged', p.groupBy(col('born').date.year().alias('y')).agg(col('salary').max().alias('m')).select(col('m').mean()), 'order-statistics', unitIs('born')],
  ['the greatest of each month of such an id', p.groupBy(col('born').date.truncate('month').alias('y')).agg(col('salary').max().alias('m')).select(col('m').mean()), 'order-statistics', unitIs('born')],
  ['the greatest of each length of an id that is a text', p.groupBy(col('name').str.lengths().alias('y')).agg(col('salary').max().alias('m')).select(col('m').mean()), 'order-statistics', unitIs('name')],
  ['the mean of the greatest of groups', p.dropNulls('ward').groupBy('ward').agg(col('salary').max().alias('m')).select(col('m').mean()), 'order-statistics'],
  ['describe with extremes', p.select('salary').describe('count', 'max'), 'order-statistics'],
  ['describe', p.select('salary', 'age').describe(), 'released'],
];

const functions: Row[] = [
  ['a trailing literal', p.select(concatString('name', lit('')).alias('x')), 'too-few-units'],
  ['a leading literal', p.select(lit(0).mul(col('salary')).add(1).alias('x')), 'too-few-units'],
  ['a constant for every row', p.select(col('id').mul(0).alias('x')), 'too-few-units'],
  ['a group result and one person', p.dropNulls('ward').join(p.dropNulls('ward').groupBy('ward').agg(col('salary').mean().alias('m')), { on: 'ward' }).select(col('salary').sub(col('m')).alias('d')), 'too-few-units'],
];

const steps: Row[] = [
  ['a stored filter, then a sum', scan('kept').select(col('salary').sum()), 'too-few-units', stored(p.filter(target))],
  ['a stored mask, then a sum', scan('kept').select(col('s').sum()), 'side-too-small', stored(p.withColumns(isTarget.then(col('salary')).otherwise(0).alias('s')))],
  ['a stored head, then a sum', scan('kept').select(col('salary').sum()), 'row-position', stored(p.head(6))],
  ['a stored cube, then a sum', scan('kept').select(col('c').mul(col('salary')).sum()), 'degree', stored(p.withColumns(col('salary').mul(col('salary')).alias('c')))],
  ['stored twice and stacked', concat([scan('kept'), scan('kept')]).select(col('salary').sum()), 'too-few-units', stored(p.filter(target))],
  ['a stored frame, honestly', scan('kept').select(col('salary').mean()), 'released', stored(p.filter(col('age').gt(30)))],
];

describe.each([
  ['duplicating', duplication], ['conditions inside aggregates', conditions], ['cutting and packing', masksAndSteps], ['places', positions], ['windows', windows],
  ['oracles', oracles], ['order statistics', orders], ['functions of several inputs', functions], ['two steps', steps],
])('%s', (_group, rows) => {
  it.each(rows)('%s', (_attack, plan, verdict, sources = base) => {
    const { judgement, analysis } = ask(plan, sources, tables, { minSize: 5 });
    const reasons = [...analysis.refusals.map(({ rule }) => rule as Verdict), ...judgement.failures.map(({ why }) => why as Verdict)];
    if (verdict === 'released') expect(reasons).toEqual([]);
    else expect(reasons).toContain(verdict);
    expect(judgement.released).toBe(verdict === 'released');
  });
});

describe('the difference rule', () => {
  const whole: ReleasedSet = { dataset: 'people', feature: 'people', units: new Set(people.units) };
  const after = (first: LazyPlan, second: LazyPlan): boolean => {
    const released = [whole, ...ask(first, base, tables, { minSize: 5, released: [whole] }).judgement.sets];
    return ask(second, base, tables, { minSize: 5, released }).judgement.released;
  };
  const young = p.filter(col('age').lt(40));

  it.each<[string, LazyPlan, LazyPlan, boolean]>([
    ['the same twice', young.select(col('salary').sum()), young.select(col('age').sum()), true],
    ['all but one', young.select(len()), young.filter(col('id').neq(7)).select(len()), false],
    ['all but one, as a side of a condition', young.select(len()), some(col('salary').filter(col('age').lt(40).and(col('id').neq(7))).sum()), false],
    ['everybody but one', young.select(len()), p.filter(col('id').neq(7)).select(len()), false],
    ['another crowd', young.select(len()), p.filter(col('age').gtEq(30)).select(len()), true],
    ['one group but one', p.dropNulls('ward').filter(col('ward').neq('c')).groupBy('ward').len(), p.filter(col('ward').eq('a').and(col('id').neq(7))).select(len()), false],
  ])('%s', (_name, first, second, released) => {
    expect(after(first, second)).toBe(released);
  });
});
