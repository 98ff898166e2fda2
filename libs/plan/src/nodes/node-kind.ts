import type { z } from 'zod';
import type { Flow } from '../flow/flow.ts';
import type { Frame } from '../flow/frame.ts';
import type { Slot } from '../slot.ts';
import type { Schema } from '../source.ts';
import type { Source, TypedExpression, TypedNode } from '../typed.ts';

/** What the type rule of a node sees. Its expressions were checked against the columns of its first input. */
export interface NodeChecking<F> {
  readonly fields: F;
  readonly inputs: readonly Schema[];
  readonly expressions: readonly TypedExpression[];
  readonly path: string;
  readonly source: Source | null;
}

/** Everything about one kind of node. Nobody else asks which kind a node is. */
export interface NodeKind<F = unknown> {
  readonly name: string;
  /** The JSON without inputs and expressions, which are `unknown` here and read by the walker. Strict. */
  readonly form: z.ZodType<F>;
  inputs(fields: F): Slot[];
  /** Its expressions, also those that it only stands for (a node `cast` is an expression `cast` of each column). */
  expressions(fields: F, schema: Schema): Slot[];
  /** Only on scans: the name of what is read. */
  scans?(fields: F): string;
  /** The type rule: the columns that come out. **Throws** with the path of the mistake. */
  schema(checking: NodeChecking<F>): Schema;
  /** Lineage and contribution: what is known of the frame that comes out. Keeps the law of `Frame`. */
  flow(node: TypedNode<F>, inputs: readonly Frame[], flow: Flow): Frame;
  /** A phrase for people, from the printed expressions: `keep rows where Age > 30`. */
  print(node: TypedNode<F>, expressions: readonly string[]): string;
}

/** Infers the fields of a kind from its form. */
export const nodeKind = <F>(kind: NodeKind<F>): NodeKind<F> => kind;
