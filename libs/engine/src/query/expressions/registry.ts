import type { TypedExpression } from '@podnet/plan';
import type { Expression } from '../../polars.ts';
import { cast } from './casts.ts';
import { fillNull, when } from './choices.ts';
import type { Compiling, ExpressionCompiler, Part } from './compiling.ts';
import { literal } from './constants.ts';
import { between, comparison, isIn, isNull, logic, not } from './logic.ts';
import { abs, arithmetic, clip, math, round } from './numbers.ts';
import { textConcat, textFunction, textLength, textMatch } from './texts.ts';
import { temporal, truncate } from './times.ts';

const same = ({ values }: Part<unknown>): Expression => values[0]!;

/** How each kind of expression that looks at one row is computed, by its name. Aggregates are columns by then (`aggregates.ts`). */
export const expressionCompilers: ReadonlyMap<string, ExpressionCompiler> = new Map(Object.entries({
  abs, arithmetic, between, cast, clip, comparison, fillNull, isIn, isNull, literal, logic, math, not, round, temporal, textConcat, textFunction, textLength, textMatch, truncate, when,
  alias: same,
  // The aggregate inside was computed over the window.
  over: same,
} as Record<string, ExpressionCompiler>));

/** An expression over the columns of a frame, for every row. */
export function compileExpression(expression: TypedExpression, compiling: Compiling): Expression {
  const { pl, columns, aggregates } = compiling;
  const made = aggregates.get(expression);
  if (made !== undefined) return pl.col(made);
  const { kind, fields, operands } = expression;
  if (kind === 'column') return pl.col(columns.get((fields as { name: string }).name)!);
  const compiler = expressionCompilers.get(kind);
  if (compiler === undefined) throw new Error('An expression has no compiler.');
  const inner = kind === 'over' ? operands.slice(0, 1) : operands;
  return compiler({ pl, fields: fields as never, expression, operands, values: inner.map((operand) => compileExpression(operand, compiling)) });
}
