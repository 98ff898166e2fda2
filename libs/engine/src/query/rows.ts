import type { Mark, TypedExpression } from '@podnet/plan';
import type { Expression } from '../polars.ts';
import { aggregatesIn, computeAggregate, type Aggregate } from './aggregates.ts';
import type { Compilation, Step } from './compilation.ts';
import { isComplete } from './complete-columns.ts';
import { compileExpression } from './expressions/registry.ts';
import { widened } from './native-type.ts';
import type { QueryFrame } from './query-frame.ts';

/** Keys of what an aggregate takes, beside every row of the frame it reads. */
export interface Taken {
  readonly argument: string | null;
  readonly where: string | null;
  readonly window: readonly string[];
}

/** A frame with arguments of aggregates and conditions of marks as columns of their own. */
export interface Prepared {
  readonly input: QueryFrame;
  readonly aggregates: readonly Aggregate[];
  readonly taken: ReadonlyMap<TypedExpression, Taken>;
}

/** Adds columns for expressions; columns as they are keep their key, unless `anew`. */
export function addColumns(run: Compilation, input: QueryFrame, expressions: readonly TypedExpression[], aggregates: ReadonlyMap<TypedExpression, string>, anew = false): { frame: QueryFrame; keys: string[] } {
  const added: Expression[] = [];
  const complete = new Set(input.complete);
  const keys = expressions.map((expression) => {
    if (!anew && expression.kind === 'column') return input.columns.get((expression.fields as { name: string }).name)!;
    const { key, expression: made } = run.keyed(compileExpression(expression, { pl: run.pl, columns: input.columns, aggregates }));
    added.push(made);
    if (isComplete(expression, input)) complete.add(key);
    return key;
  });
  return { frame: added.length === 0 ? input : { ...input, complete, frame: input.frame.withColumns(...added) }, keys };
}

/** Puts arguments, filters and window keys of aggregates beside the rows. */
export function prepare(run: Compilation, input: QueryFrame, expressions: readonly TypedExpression[]): Prepared {
  const aggregates = aggregatesIn(expressions);
  const none = new Map<TypedExpression, string>();
  let frame = input;
  const take = (wanted: readonly TypedExpression[], anew = false): string[] => {
    const made = addColumns(run, frame, wanted, none, anew);
    frame = made.frame;
    return made.keys;
  };
  const windows = new Map<string, string[]>();
  const taken = new Map(aggregates.map((aggregate): [TypedExpression, Taken] => {
    const { expression, argument, where, window } = aggregate;
    const at = window.map(({ path }) => path).join(' ');
    if (!windows.has(at)) windows.set(at, take(window, true));
    return [expression, { argument: argument === null ? null : take([argument])[0]!, where: where === null ? null : take([where])[0]!, window: windows.get(at)! }];
  }));
  return { input: frame, aggregates, taken };
}

/** Aggregates beside the rows they look at: over their windows, or over all rows. */
export function besideRows(run: Compilation, { input, aggregates, taken }: Prepared): { frame: QueryFrame; made: Map<TypedExpression, string> } {
  const made = new Map<TypedExpression, string>();
  const columns = aggregates.map((aggregate) => {
    const keys = taken.get(aggregate.expression)!;
    const value = computeAggregate(run.pl, aggregate, keys);
    const { key, expression } = run.keyed(keys.window.length === 0 ? value : value.over(...(keys.window.map((name) => run.pl.col(name)) as [Expression, ...Expression[]])));
    made.set(aggregate.expression, key);
    return expression;
  });
  return { frame: columns.length === 0 ? input : { ...input, frame: input.frame.withColumns(...columns) }, made };
}

/** Conditions of marks as hidden columns of the rows that enter a node. */
export function withMarks({ run, marks }: Step, input: QueryFrame): QueryFrame {
  if (marks.length === 0) return input;
  const parts = marks.map(({ condition }) => partsOf(condition));
  const { frame, made } = besideRows(run, prepare(run, input, parts.flat()));
  const added = marks.map((mark, index) => ({ id: mark.id, ...run.keyed(conditionOf(run, mark, parts[index]!, (expression) => compileExpression(expression, { pl: run.pl, columns: input.columns, aggregates: made }))) }));
  const never = added.filter((_mark, index) => marks[index]!.condition.is === 'missing' && isComplete(marks[index]!.condition.of, input)).map(({ key }) => key);
  return { ...frame, frame: frame.frame.withColumns(...added.map(({ expression }) => expression)), never: new Set([...frame.never, ...never]), marks: new Map([...frame.marks, ...added.map(({ id, key }): [number, string] => [id, key])]) };
}

/** The expressions of a condition: filtered values as their two halves. */
function partsOf(condition: Mark['condition']): TypedExpression[] {
  const of = condition.of.kind === 'filterValues' ? [...condition.of.operands] : [condition.of];
  return 'bound' in condition ? [...of, condition.bound] : of;
}

function conditionOf({ pl }: Compilation, { condition }: Mark, parts: readonly TypedExpression[], compile: (expression: TypedExpression) => Expression): Expression {
  const { of } = condition;
  const value = of.kind === 'filterValues' ? pl.when(compile(parts[1]!)).then(compile(parts[0]!)).otherwise(pl.lit(null)) : compile(parts[0]!);
  if (condition.is === 'true') return widened(pl, value, of.type, 'boolean');
  if (condition.is === 'missing') return value.isNull();
  const number = widened(pl, value, of.type, 'number');
  const bound = 'bound' in condition ? widened(pl, compile(condition.bound), condition.bound.type, 'number') : pl.lit(0);
  const holds = condition.is === 'above' ? number.gt(bound) : number.lt(bound);
  // Not known is not below and not above.
  return pl.when(holds).then(pl.lit(true)).otherwise(pl.lit(false));
}
