import type { TypedExpression } from '@podnet/plan';
import type { Expression, Polars } from '../../polars.ts';

/** Where an expression is compiled: the native keys of the frame's columns, and of the aggregates that were computed before. */
export interface Compiling {
  readonly pl: Polars;
  readonly columns: ReadonlyMap<string, string>;
  /** Aggregates as columns. An expression never computes one itself. */
  readonly aggregates: ReadonlyMap<TypedExpression, string>;
}

/** What the compiler of one kind of expression gets: its operands compiled, and as they were read. */
export interface Part<F> {
  readonly pl: Polars;
  readonly fields: F;
  readonly expression: TypedExpression;
  readonly operands: readonly TypedExpression[];
  readonly values: readonly Expression[];
}

export type ExpressionCompiler = (part: Part<never>) => Expression;
