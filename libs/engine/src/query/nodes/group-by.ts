import type { TypedExpression } from '@podnet/plan';
import { aggregatesIn, computeAggregate, needOrder } from '../aggregates.ts';
import { birthplaceOf } from '../births.ts';
import type { NodeCompiler, Step } from '../compilation.ts';
import { compileExpression } from '../expressions/registry.ts';
import { groupRows } from '../grouping.ts';
import type { QueryFrame } from '../query-frame.ts';
import { rounded } from '../rounding.ts';
import { addColumns, prepare, withMarks } from '../rows.ts';
import { homogeneityColumns, isWatched, withDominance, type Watched } from '../watching.ts';

/** Aggregates of groups by some columns of the node's expressions; of all rows when there are none. */
export function computeOverGroups(step: Step, by: readonly TypedExpression[]): QueryFrame {
  const { run, node } = step;
  const made = node.expressions.slice(by.length);
  const prepared = prepare(run, withMarks(step, step.inputs[0]!), made);
  const { frame: input, keys } = addColumns(run, prepared.input, by, new Map(), true);
  const aggregates = new Map<TypedExpression, string>();
  const told = isTold(step, input);
  const { rounding } = run.surroundings.work;
  const watched: Watched[] = [];
  const columns = prepared.aggregates.map((aggregate) => {
    const taken = prepared.taken.get(aggregate.expression)!;
    const value = computeAggregate(run.pl, aggregate, taken);
    const { key, expression } = run.keyed(told && rounding !== null ? rounded(run.pl, aggregate, taken, value, rounding) : value);
    aggregates.set(aggregate.expression, key);
    if (told && isWatched(aggregate)) watched.push({ aggregate, value, column: made.find((one) => within(one, aggregate.expression))!.output });
    return expression;
  });
  const births = step.born.map((carrier) => birthplaceOf(step, { ...prepared, input }, carrier).place);
  const homogeneity = homogeneityColumns(step, prepared, watched, [...new Set([...input.carriers.keys()].map((id) => run.analysis.carriers[id]!.dataset))]);
  const groups = groupRows({ step, input, by: keys, aggregates: [...columns, ...homogeneity.columns], births });
  const grouped = withDominance(step, prepared, input, { ...groups, watches: homogeneity.watches }, keys, watched);
  const outer = made.map((expression) => run.keyed(compileExpression(expression, { pl: run.pl, columns: new Map(), aggregates })));
  const named = [...by.map(({ output }, index): [string, string] => [output, keys[index]!]), ...made.map(({ output }, index): [string, string] => [output, outer[index]!.key])];
  const frame = outer.length === 0 ? grouped.frame : grouped.frame.withColumns(...outer.map(({ expression }) => expression));
  return { ...grouped, frame: step.ordered && keys.length > 0 ? inOrderOfKeys(frame, keys) : frame, columns: new Map(named) };
}

/** Aggregates over many private rows: what policies round and look at. Those of one unit each are its own values, and go on to others. */
const isTold = ({ run, path }: Step, input: QueryFrame): boolean => input.carriers.size > 0 && !run.analysis.keyedGroups.includes(path);

const within = (expression: TypedExpression, wanted: TypedExpression): boolean => expression === wanted || expression.operands.some((operand) => within(operand, wanted));

/** Groups come in the order of their keys: the order in which they first appear, or are found, would tell of single rows. */
export const inOrderOfKeys = (frame: QueryFrame['frame'], keys: readonly string[]): QueryFrame['frame'] => frame.sort([...keys], keys.map(() => false), keys.map(() => false), true);

export const groupBy: NodeCompiler = {
  orders: ({ expressions }) => [needOrder(aggregatesIn(expressions))],
  compile: (step: Step<{ by: unknown[] }>) => computeOverGroups(step, step.node.expressions.slice(0, step.fields.by.length)),
};
