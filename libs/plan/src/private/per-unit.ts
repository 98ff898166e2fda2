import type { TypedExpression } from '../typed.ts';
import { either, exactly, fit, type Bounds } from './bounds.ts';
import { madeOf, plainFacts, type Columns, type Facts } from './facts.ts';
import { NotPrivate } from './not-private.ts';
import { factsOf } from './reading.ts';

/**
 * What is known of an aggregate of one unit's rows, of which at most `maxRows` are declared. It depends on nobody else, so that it is a value like any other,
 * held between its bounds before anything is added up.
 * **Throws** `privacy.not-private`.
 */
export function unitFacts(expression: TypedExpression, columns: Columns, maxRows: number): Facts {
  return factsOf(expression, columns, (aggregate) => aggregated(aggregate, columns, maxRows));
}

function aggregated({ kind, fields, operands: [input], type, path }: TypedExpression, columns: Columns, maxRows: number): Facts {
  const counted = (least: number): Bounds => fit(least, maxRows, 1);
  if (kind === 'len') return { ...plainFacts(type, false), bounds: counted(1) };
  const { op } = fields as { op: string };
  const facts = factsOf(input!, columns);
  const whole: Facts = { ...plainFacts(type, facts.nullable), ...madeOf([facts]) };
  if (kind === 'count') return { ...whole, bounds: counted(0), nullable: false, unbounded: null };
  const bounds = facts.type === 'boolean' ? fit(0, 1, 1) : facts.bounds;
  if (kind === 'moment' && (op === 'sum' || op === 'sumOrNull')) return { ...whole, bounds: total(bounds, facts.nullable, maxRows), nullable: op === 'sumOrNull' && facts.nullable };
  // A mean or a quantile lies between two values, on steps of its own.
  if ((kind === 'moment' && op === 'mean') || op === 'median' || op === 'quantile') return { ...whole, bounds: bounds && fit(bounds.lower, bounds.upper, bounds.granularity / maxRows) };
  if (kind === 'orderStatistic' && (op === 'min' || op === 'max')) return { ...whole, bounds: type === 'boolean' ? null : bounds };
  throw new NotPrivate('unsupported-aggregate', path, 'This is not taken of the rows of each privacy unit.', 'SUM, AVG, COUNT, MIN, MAX and QUANTILE are.');
}

/** One to `maxRows` values of [a, b] together, or none where they may be missing. */
function total(bounds: Bounds, nullable: boolean, maxRows: number): Bounds {
  if (bounds === null) return null;
  const all = fit(Math.min(bounds.lower, bounds.lower * maxRows), Math.max(bounds.upper, bounds.upper * maxRows), bounds.granularity);
  return nullable && all !== null ? either(all, { ...exactly(0)!, granularity: bounds.granularity }) : all;
}
