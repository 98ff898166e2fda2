import type { z } from 'zod';
import type { ColumnType } from '../column-type.ts';
import type { Facts } from '../flow/facts.ts';
import type { Reading } from '../flow/flow.ts';
import type { Slot } from '../slot.ts';
import type { Schema } from '../source.ts';
import type { Level, TypedExpression } from '../typed.ts';

/** What the type rule of an expression sees: its own fields, its operands already checked, the columns it may read. */
export interface Checking<F> {
  readonly fields: F;
  readonly operands: readonly TypedExpression[];
  readonly path: string;
  readonly schema: Schema;
}

export interface ExpressionType {
  readonly type: ColumnType;
  /** When it differs from that of the operands together. */
  readonly level?: Level;
  /** When it differs from the name of the first operand. */
  readonly output?: string;
}

/** Everything about one kind of expression. Nobody else asks which kind an expression is. */
export interface ExpressionKind<F = unknown> {
  readonly name: string;
  /** The JSON without its operands, which are `unknown` here and read by the walker. Strict. */
  readonly form: z.ZodType<F>;
  operands(fields: F): Slot[];
  /** The type rule. **Throws** `plan.wrong-type`, `plan.misplaced`, `schema.unknown-column` with the path of the mistake. */
  type(checking: Checking<F>): ExpressionType;
  /** Lineage and contribution: what is known of the value. */
  flow(expression: TypedExpression<F>, reading: Reading): Facts;
  /** For people, from the printed operands. */
  print(fields: F, operands: readonly string[]): string;
  /** Where several forms mean the same: the parts that are compared, from the operands' digests. */
  canonical?(fields: F, operands: readonly string[]): readonly unknown[];
}

/** Infers the fields of a kind from its form. */
export const expressionKind = <F>(kind: ExpressionKind<F>): ExpressionKind<F> => kind;
