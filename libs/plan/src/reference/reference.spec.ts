import { col, concatString, len, lit, when } from '../builder/functions.ts';
import { concat, scan, type LazyPlan } from '../builder/lazy-plan.ts';
import { parsePlan } from '../parse.ts';
import type { Source } from '../typed.ts';
import { runReference, type SmallTable } from './run.ts';
import type { Value } from './value.ts';

/** Expected answers by the rules of Polars: what nulls do is where engines differ. */
const table: SmallTable = {
  units: [],
  rows: [
    { k: 'a', x: 1, y: 10, s: ' Ab_c', b: true, d: Date.UTC(2024, 11, 30), l: ['p', 'q'] }, { k: 'b', x: null, y: 20, s: null, b: false, d: null, l: null },
    { k: 'a', x: 3, y: 30, s: 'x%', b: null, d: Date.UTC(2023, 0, 1), l: [] }, { k: null, x: 3, y: 40, s: '12.5', b: true, d: Date.UTC(2000, 1, 29), l: ['r'] },
  ],
};
const source: Source = { kind: 'own', columns: [
  { name: 'k', type: 'text' }, { name: 'x', type: 'number' }, { name: 'y', type: 'integer' }, { name: 's', type: 'text' }, { name: 'b', type: 'boolean' }, { name: 'd', type: 'date' }, { name: 'l', type: 'list of text' },
] };
const t = scan('t');
const run = (plan: LazyPlan): readonly (readonly Value[])[] => runReference(parsePlan(plan.toJson(), new Map([['t', source]])), new Map([['t', table]])).rows;
const x = col('x');

const rows: [what: string, plan: LazyPlan, expected: unknown[][]][] = [
  ['null in arithmetic', t.select(x.add(1)), [[2], [null], [4], [4]]],
  ['null in comparisons', t.select(x.gt(2)), [[false], [null], [true], [true]]],
  ['three-valued or', t.select(col('b').or(lit(true)).alias('o')), [[true], [true], [true], [true]]],
  ['three-valued and', t.select(col('b').and(x.gt(2)).alias('o')), [[false], [false], [null], [true]]],
  ['a filter keeps what is true', t.filter(x.gt(2)).select('y'), [[30], [40]]],
  ['when takes null as not true', t.select(when(col('b')).then(1).otherwise(2).alias('w')), [[1], [2], [2], [1]]],
  ['fillNull', t.select(x.fillNull(0)), [[1], [0], [3], [3]]],
  ['isIn of null is null', t.select(x.isIn([1])), [[true], [null], [false], [false]]],
  ['between has both ends', t.select(x.isBetween(1, 3)), [[true], [null], [true], [true]]],
  ['aggregates leave nulls out', t.select(x.sum().alias('s'), x.mean().alias('m'), x.count().alias('c'), len(), x.nUnique().alias('u'), x.var().alias('v')), [[7, expect.closeTo(7 / 3), 3, 4, 3, expect.closeTo(4 / 3)]]],
  ['aggregates of nothing', t.filter(x.gt(9)).select(x.sum().alias('s'), x.mean().alias('m'), x.max().alias('x'), len()), [[0, null, null, 0]]],
  ['order statistics', t.select(x.min().alias('a'), x.median().alias('b'), x.quantile(0.25).alias('c'), x.mode().alias('d'), x.first().alias('e'), x.last().alias('f')), [[1, 3, 2, 3, 1, 3]]],
  ['a missing key is a group', t.groupBy('k').agg(len(), col('y').sum()), [[null, 1, 40], ['a', 2, 40], ['b', 1, 20]]],
  ['a filter inside an aggregate', t.select(col('y').filter(x.gt(2)).sum()), [[70]]],
  ['a window', t.select(col('y').sum().over('k')), [[40], [20], [40], [40]]],
  ['an aggregate beside rows', t.select(col('y').sub(col('y').mean())), [[-15], [-5], [5], [15]]],
  ['missing first in an order', t.sort('x', { descending: true }).select('x'), [[null], [3], [3], [1]]],
  ['missing last when asked', t.sort('x', { nullsLast: true }).select('x'), [[1], [3], [3], [null]]],
  ['missing keys match nothing', t.select('k', 'y').join(t.select('k', col('y').alias('z')), { on: 'k' }), [['a', 10, 10], ['a', 10, 30], ['b', 20, 20], ['a', 30, 10], ['a', 30, 30]]],
  ['a left join', t.select('k').join(t.filter(x.eq(1)).select('k', 'y'), { on: 'k', how: 'left' }), [['a', 10], ['b', null], ['a', 10], [null, null]]],
  ['a full join', t.filter(x.eq(1)).select('k').join(t.filter(col('y').eq(20)).select('k'), { on: 'k', how: 'full' }), [['a', null], [null, 'b']]],
  ['semi and anti', t.join(t.filter(x.eq(1)), { on: 'k', how: 'anti' }).select('y'), [[20], [40]]],
  ['the last one not after it', t.select('y').joinAsof(t.select(x.mul(10).alias('z'), 'x'), { leftOn: 'y', rightOn: 'z' }), [[10, 1], [20, 1], [30, 3], [40, 3]]],
  ['unique', t.unique({ subset: ['k'], keep: 'last' }).select('y'), [[40], [30], [20]]],
  ['rows that are alone', t.unique({ subset: ['k'], keep: 'none' }).select('y'), [[40], [20]]],
  ['slices', t.select('y').slice(-3, 2), [[20], [30]]],
  ['dropNulls', t.dropNulls('x', 'k').select('y'), [[10], [30]]],
  ['explode', t.select('y', 'l').explode('l'), [[10, 'p'], [10, 'q'], [20, null], [30, null], [40, 'r']]],
  ['unpivot', t.head(1).unpivot(['k'], ['x', 'y']), [['a', 'x', 1], ['a', 'y', 10]]],
  ['concat', concat([t.select('y').head(1), t.select('y').tail(1)]), [[10], [40]]],
  ['a row index', t.withRowIndex('n', 5).select('n').head(2), [[5], [6]]],
  ['texts', t.select(col('s').str.trim().str.toUpperCase().alias('u'), col('s').str.lengths().alias('l'), col('s').str.like('%\u0062_c').alias('m'), concatString('s', lit('!')).alias('c')).head(2), [['AB_C', 5, true, ' Ab_c!'], [null, null, null, null]]],
  ['a percent sign that is looked for', t.select(col('s').str.contains('%')), [[false], [null], [true], [false]]],
  ['casts that fail are missing', t.select(col('s').cast('number')), [[null], [null], [null], [12.5]]],
  ['a cast cuts towards zero', t.select(x.mul(-0.5).cast('integer')), [[-0], [null], [-1], [-1]]],
  ['weeks of ISO 8601', t.select(col('d').date.week().alias('w'), col('d').date.weekday().alias('d'), col('d').date.ordinalDay().alias('o')), [[1, 1, 365], [null, null, null], [52, 7, 1], [9, 2, 60]]],
  ['the sum of nothing in SQL', t.filter(x.gt(9)).select(x.sumOrNull()), [[null]]],
  ['a sum in SQL', t.select(x.sumOrNull()), [[7]]],
  ['different values in SQL', t.select(x.nUniquePresent()), [[2]]],
  ['every place of a text', t.select(lit('a.b.c').str.replaceAll('.', '$&').alias('r'), col('y')).head(1), [['a$&b$&c', 10]]],
  ['beginnings', t.filter(col('y').eq(10)).select(...(['week', 'month', 'quarter', 'year'] as const).map((to) => col('d').date.truncate(to).alias(to))), [[Date.UTC(2024, 11, 30), Date.UTC(2024, 11, 1), Date.UTC(2024, 9, 1), Date.UTC(2024, 0, 1)]]],
  ['halves become even', t.select(x.mul(0.5).round().alias('a'), x.mul(-0.5).round().alias('b')), [[0, 0], [null, null], [2, -2], [2, -2]].map((row) => row.map((value) => value === null ? null : expect.closeTo(value, 9)))],
  ['floors', t.select(x.sub(4).floorDiv(2)), [[-2], [null], [-1], [-1]]],
  ['describe', t.select('x').describe(), [['count', 3], ['nullCount', 1], ['mean', expect.closeTo(7 / 3)], ['std', expect.closeTo(Math.sqrt(4 / 3))]]],
];

describe('the reference evaluator', () => {
  it.each(rows)('%s', (_what, plan, expected) => {
    expect(run(plan)).toEqual(expected);
  });
});
