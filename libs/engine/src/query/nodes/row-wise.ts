import { isGlobal, type TypedExpression, type TypedNode } from '@podnet/plan';
import type { Expression } from '../../polars.ts';
import { aggregatesIn, needOrder } from '../aggregates.ts';
import { windowBirths } from '../births.ts';
import type { NodeCompiler, Step } from '../compilation.ts';
import { compileExpression } from '../expressions/registry.ts';
import { widened } from '../native-type.ts';
import type { QueryFrame } from '../query-frame.ts';
import { addColumns, besideRows, prepare, withMarks } from '../rows.ts';
import { computeOverGroups } from './group-by.ts';

const orders = ({ expressions }: TypedNode, ordered: boolean): boolean[] => [ordered || needOrder(aggregatesIn(expressions))];

/** The rows that enter a node with its marks, windows and the carriers born of them beside them. */
function beside(step: Step): { frame: QueryFrame; aggregates: ReadonlyMap<TypedExpression, string> } {
  const prepared = prepare(step.run, withMarks(step, step.inputs[0]!), step.node.expressions);
  const { frame, made } = besideRows(step.run, { ...prepared, input: windowBirths(step, prepared) });
  return { frame, aggregates: made };
}

/** Columns made row by row from the frame as it was. */
function made(step: Step, keep: boolean): QueryFrame {
  const { frame, aggregates } = beside(step);
  const { frame: wide, keys } = addColumns(step.run, frame, step.node.expressions, aggregates);
  const own = step.node.expressions.map(({ output }, index): [string, string] => [output, keys[index]!]);
  return { ...wide, columns: new Map([...(keep ? frame.columns : []), ...own]) };
}

export const withColumns: NodeCompiler = { orders, compile: (step) => made(step, true) };

export const select: NodeCompiler = {
  orders: ({ expressions }, ordered) => [(ordered && !isGlobal(expressions)) || needOrder(aggregatesIn(expressions))],
  compile: (step) => (isGlobal(step.node.expressions) ? computeOverGroups(step, []) : made(step, false)),
};

/** Rows where every condition is true. */
export const filter: NodeCompiler = {
  orders,
  compile: (step) => {
    const { frame, aggregates } = beside(step);
    const { pl } = step.run;
    const conditions = step.node.expressions.map((expression): Expression => widened(pl, compileExpression(expression, { pl, columns: frame.columns, aggregates }), expression.type, 'boolean'));
    return { ...frame, frame: frame.frame.filter(conditions.reduce((all, one) => all.and(one))) };
  },
};

/** Order is made only where somebody asks for it. Rows that are alike keep theirs. */
export const sort: NodeCompiler = {
  orders: (_node, ordered) => [ordered],
  compile: (step: Step<{ descending: boolean[]; nullsLast: boolean }>) => {
    if (!step.ordered) return step.inputs[0]!;
    const { frame, aggregates } = beside(step);
    const { frame: wide, keys } = addColumns(step.run, frame, step.node.expressions, aggregates);
    const by = keys.map((key) => step.run.pl.col(key));
    return { ...wide, frame: wide.frame.sort(by, [...step.fields.descending], by.map(() => step.fields.nullsLast), true) };
  },
};
