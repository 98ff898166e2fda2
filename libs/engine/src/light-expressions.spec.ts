import { loadLightPolars, printed } from './light-expressions.ts';
import { loadPolars, type Expression, type Polars } from './polars.ts';

/** What queries say to the library, once in its own expressions and once in light ones. */
const sayings: Record<string, (pl: Polars, a: Expression, b: Expression) => Expression> = {
  alias: (_pl, a) => a.alias('x'), cast: (pl, a) => a.cast(pl.Int64, false), strictCast: (pl, a) => a.cast(pl.Utf8), constants: (pl) => pl.lit(1).add(pl.lit(2.5)), texts: (pl) => pl.lit('x'), nothing: (pl) => pl.lit(null),
  truth: (pl) => pl.lit(true), several: (pl) => pl.cols(['a', 'b']), len: (pl) => pl.len(), struct: (pl, a, b) => pl.struct([a, b]), lists: (pl, a, b) => pl.concatList([a, b] as never),
  when: (pl, a, b) => pl.when(a.gt(b)).then(a).when(b.lt(a)).then(b).otherwise(pl.lit(0)),
  add: (_pl, a, b) => a.add(b), sub: (_pl, a, b) => a.sub(b), mul: (_pl, a, b) => a.mul(b), div: (_pl, a, b) => a.div(b), and: (_pl, a, b) => a.and(b), or: (_pl, a, b) => a.or(b), eq: (_pl, a, b) => a.eq(b), neq: (_pl, a, b) => a.neq(b),
  gt: (_pl, a, b) => a.gt(b), gtEq: (_pl, a, b) => a.gtEq(b), lt: (_pl, a, b) => a.lt(b), ltEq: (_pl, a, b) => a.ltEq(b), filter: (_pl, a, b) => a.filter(b),
  not: (_pl, a) => a.not(), isNull: (_pl, a) => a.isNull(), isNotNull: (_pl, a) => a.isNotNull(), isFinite: (_pl, a) => a.isFinite(), clip: (_pl, a) => a.clip(-1, 2 ** 40), abs: (_pl, a) => a.abs(), floor: (_pl, a) => a.floor(), ceil: (_pl, a) => a.ceil(), exp: (_pl, a) => a.exp(),
  log: (_pl, a) => a.log(10), pow: (_pl, a) => a.pow(3), sin: (_pl, a) => a.sin(), cos: (_pl, a) => a.cos(), tan: (_pl, a) => a.tan(), round: (_pl, a) => a.round(2),
  sum: (_pl, a) => a.sum(), mean: (_pl, a) => a.mean(), min: (_pl, a) => a.min(), max: (_pl, a) => a.max(), count: (_pl, a) => a.count(), nUnique: (_pl, a) => a.nUnique(), var: (_pl, a) => a.var(), std: (_pl, a) => a.std(), first: (_pl, a) => a.first(),
  last: (_pl, a) => a.last(), mode: (_pl, a) => a.mode(), dropNulls: (_pl, a) => a.dropNulls(), all: (_pl, a) => a.all(), any: (_pl, a) => a.any(), head: (_pl, a) => a.head(3), quantile: (_pl, a) => a.quantile(0.5, 'linear'), over: (_pl, a, b) => a.sum().over(b),
  hash: (_pl, a) => a.hash(1, 2, 3, 4), isIn: (_pl, a) => a.isIn([1, 2]), isInTexts: (_pl, a) => a.isIn(['x', 'y']),
  strip: (_pl, a) => a.str.strip(), upper: (_pl, a) => a.str.toUpperCase(), lower: (_pl, a) => a.str.toLowerCase(), lengths: (_pl, a) => a.str.lengths(), contains: (_pl, a) => a.str.contains('x', true), pattern: (_pl, a) => a.str.contains('x', false),
  starts: (_pl, a) => a.str.startsWith('x'), ends: (_pl, a) => a.str.endsWith('x'), extract: (_pl, a) => a.str.extract('(x)', 1), replace: (_pl, a) => a.str.replace('x', 'y', true), replaceAll: (_pl, a) => a.str.replaceAll('x', 'y', true), truncate: (_pl, a) => a.dt.truncate('1mo'), slice: (_pl, a) => a.str.slice(1, 2), days: (pl, a) => a.str.strptime(pl.Date, '%Y'),
  year: (_pl, a) => a.dt.year(), month: (_pl, a) => a.dt.month(), week: (_pl, a) => a.dt.week(), weekday: (_pl, a) => a.dt.weekday(), day: (_pl, a) => a.dt.day(), ordinalDay: (_pl, a) => a.dt.ordinalDay(), hour: (_pl, a) => a.dt.hour(), minute: (_pl, a) => a.dt.minute(),
  second: (_pl, a) => a.dt.second(), strftime: (_pl, a) => a.dt.strftime('%Y'),
};

it.each(Object.entries(sayings))('light expressions are the library\'s: %s', async (_name, say) => {
  const [heavy, light] = [await loadPolars(), await loadLightPolars()];
  expect(printed(say(light, light.col('a'), light.col('b')))).toBe(printed(say(heavy, heavy.col('a'), heavy.col('b'))));
});
