import { constantOf, make, type Term } from './term.ts';
import { refusal, trees, unsupported, type Fields } from './tree.ts';

/** Aggregates by their names in SQL: the expression of the plan and its operation. */
const operations: Readonly<Record<string, readonly [expr: string, op: string]>> = {
  sum: ['moment', 'sumOrNull'], avg: ['moment', 'mean'], min: ['orderStatistic', 'min'], max: ['orderStatistic', 'max'],
  variance: ['moment', 'var'], var: ['moment', 'var'], var_samp: ['moment', 'var'], stddev: ['moment', 'std'], stddev_samp: ['moment', 'std'], count: ['count', 'count'],
  median: ['orderStatistic', 'median'], quantile: ['orderStatistic', 'quantile'], percentile_cont: ['orderStatistic', 'quantile'],
};

export const aggregateNames: readonly string[] = Object.keys(operations);

export const isAggregate = (name: string): boolean => Object.hasOwn(operations, name);

/** Aggregates that others know; told apart from functions that nobody knows. */
const instead: Readonly<Record<string, string>> = {
  var_pop: 'var_samp(x)', stddev_pop: 'stddev_samp(x)', bool_and: 'count(*) FILTER (WHERE NOT x) = 0', bool_or: 'count(*) FILTER (WHERE x) > 0', every: 'count(*) FILTER (WHERE NOT x) = 0',
  string_agg: 'count(DISTINCT x)', array_agg: 'count(DISTINCT x)', json_agg: 'count(DISTINCT x)', percentile_disc: 'percentile_cont(0.5) WITHIN GROUP (ORDER BY x)', mode: 'count(*) … GROUP BY x',
};

export function refuseOtherAggregates(at: string, name: string): void {
  if (Object.hasOwn(instead, name)) throw unsupported(at, 'This aggregate is not supported.', instead[name]);
}

/** An aggregate with its FILTER. **Throws** `usage.unsupported`, `usage.invalid`, and what the type rules throw. */
export function aggregate(at: string, name: string, fields: Fields, args: readonly Term[], filter: Term | null): Term {
  if (name === 'quantile' || name === 'percentile_cont') return quantile(at, name, fields, args, filter);
  if (fields['agg_within_group'] === true || trees(fields['agg_order']).length > 0) throw unsupported(at, 'An order inside an aggregate is not supported.');
  const distinct = fields['agg_distinct'] === true;
  const star = fields['agg_star'] === true;
  if (star && name !== 'count') throw refusal('usage.invalid', at, 'A star stands in COUNT(*) only.');
  if (star || (name === 'count' && args.length === 1 && !distinct && constantOf(args[0]!) !== undefined && constantOf(args[0]!) !== null)) return filter === null ? make(at, 'len') : make(at, 'moment', { op: 'sum' }, { input: filter });
  if (args.length !== 1) throw refusal('usage.invalid', at, 'An aggregate takes one value.');
  const argument = args[0]!;
  if (argument.typed.level === 'literal') throw unsupported(argument.typed.path, 'An aggregate of a constant is not supported.', 'count(*)');
  const [expr, op] = operations[name]!;
  if (distinct && !['count', 'min', 'max'].includes(name)) throw unsupported(at, 'DISTINCT stands inside COUNT only.');
  const input = filter === null ? argument : make(at, 'filterValues', {}, { input: argument, predicate: filter });
  return { ...make(at, expr, { op: distinct && name === 'count' ? 'nUniquePresent' : op }, { input }), fractional: argument.fractional && name !== 'count' };
}

/** `quantile(x, 0.25)` and, as the standard writes it, `percentile_cont(0.25) WITHIN GROUP (ORDER BY x)`, whose order is the last argument here. */
function quantile(at: string, name: string, fields: Fields, args: readonly Term[], filter: Term | null): Term {
  const isOrdered = fields['agg_within_group'] === true;
  if (isOrdered !== (name === 'percentile_cont') || args.length !== 2 || fields['agg_distinct'] === true) throw refusal('usage.invalid', at, 'A quantile takes a value and which one it is.', name === 'quantile' ? 'quantile(x, 0.5)' : 'percentile_cont(0.5) WITHIN GROUP (ORDER BY x)');
  const [argument, which] = isOrdered ? [args[1]!, args[0]!] : [args[0]!, args[1]!];
  const part = constantOf(which);
  if (typeof part !== 'number' || part < 0 || part > 1) throw refusal('usage.invalid', which.typed.path, 'Which quantile it is is a number from 0 to 1 that is written out.');
  if (argument.typed.level === 'literal') throw unsupported(argument.typed.path, 'An aggregate of a constant is not supported.', 'count(*)');
  const input = filter === null ? argument : make(at, 'filterValues', {}, { input: argument, predicate: filter });
  return make(at, 'orderStatistic', { op: 'quantile', quantile: part }, { input });
}
