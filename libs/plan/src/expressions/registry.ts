import { abs } from './abs.ts';
import { alias } from './alias.ts';
import { arithmetic } from './arithmetic.ts';
import { between } from './between.ts';
import { logic, not } from './boolean.ts';
import { cast } from './cast.ts';
import { clip } from './clip.ts';
import { column } from './column.ts';
import { comparison } from './comparison.ts';
import { count } from './count.ts';
import type { TypedExpression } from '../typed.ts';
import type { ExpressionKind } from './expression-kind.ts';
import { fillNull } from './fill-null.ts';
import { filterValues } from './filter-values.ts';
import { isIn } from './is-in.ts';
import { isNull } from './is-null.ts';
import { len } from './len.ts';
import { literal } from './literal.ts';
import { math } from './math.ts';
import { moment } from './moment.ts';
import { orderStatistic } from './order-statistic.ts';
import { over } from './over.ts';
import { round } from './round.ts';
import { temporal } from './temporal.ts';
import { textConcat } from './text-concat.ts';
import { textFunction } from './text-function.ts';
import { textLength } from './text-length.ts';
import { textMatch } from './text-match.ts';
import { truncate } from './truncate.ts';
import { when } from './when.ts';

/** Every expression that a plan may contain. What is not here is refused. */
export const expressionKinds: ReadonlyMap<string, ExpressionKind> = new Map(([
  abs, alias, arithmetic, between, cast, clip, column, comparison, count, fillNull, filterValues, isIn, isNull, len, literal, logic, math, moment, not,
  orderStatistic, over, round, temporal, textConcat, textFunction, textLength, textMatch, truncate, when,
] as ExpressionKind[]).map((kind) => [kind.name, kind]));

/** The kind of an expression that was read. */
export function expressionKindOf({ kind }: TypedExpression): ExpressionKind {
  const found = expressionKinds.get(kind);
  if (found === undefined) throw new Error('An expression that was read is of no kind.');
  return found;
}
