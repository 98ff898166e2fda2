import type { TypedExpression } from '@podnet/plan';
import { aggregatesIn, computeAggregate, needOrder } from '../aggregates.ts';
import { birthplaceOf } from '../births.ts';
import type { NodeCompiler, Step } from '../compilation.ts';
import { compileExpression } from '../expressions/registry.ts';
import { groupRows } from '../grouping.ts';
import type { QueryFrame } from '../query-frame.ts';
import { addColumns, prepare, withMarks } from '../rows.ts';

/** Aggregates of groups by some columns of the node's expressions; of all rows when there are none. */
export function computeOverGroups(step: Step, by: readonly TypedExpression[]): QueryFrame {
  const { run, node } = step;
  const made = node.expressions.slice(by.length);
  const prepared = prepare(run, withMarks(step, step.inputs[0]!), made);
  const { frame: input, keys } = addColumns(run, prepared.input, by, new Map(), true);
  const aggregates = new Map<TypedExpression, string>();
  const columns = prepared.aggregates.map((aggregate) => {
    const { key, expression } = run.keyed(computeAggregate(run.pl, aggregate, prepared.taken.get(aggregate.expression)!));
    aggregates.set(aggregate.expression, key);
    return expression;
  });
  const births = step.born.map((carrier) => birthplaceOf(step, { ...prepared, input }, carrier).place);
  const grouped = groupRows({ step, input, by: keys, aggregates: columns, births });
  const outer = made.map((expression) => run.keyed(compileExpression(expression, { pl: run.pl, columns: new Map(), aggregates })));
  const named = [...by.map(({ output }, index): [string, string] => [output, keys[index]!]), ...made.map(({ output }, index): [string, string] => [output, outer[index]!.key])];
  const frame = outer.length === 0 ? grouped.frame : grouped.frame.withColumns(...outer.map(({ expression }) => expression));
  return { ...grouped, frame: step.ordered && keys.length > 0 ? inOrderOfKeys(frame, keys) : frame, columns: new Map(named) };
}

/** Groups come in the order of their keys: the order in which they first appear, or are found, would tell of single rows. */
export const inOrderOfKeys = (frame: QueryFrame['frame'], keys: readonly string[]): QueryFrame['frame'] => frame.sort([...keys], keys.map(() => false), keys.map(() => false), true);

export const groupBy: NodeCompiler = {
  orders: ({ expressions }) => [needOrder(aggregatesIn(expressions))],
  compile: (step: Step<{ by: unknown[] }>) => computeOverGroups(step, step.node.expressions.slice(0, step.fields.by.length)),
};
