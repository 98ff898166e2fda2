import type { MarkCondition } from '../obligations.ts';
import type { TypedExpression } from '../typed.ts';
import { conditionFacts, isConstant, type Facts } from './facts.ts';
import type { Flow, Reading } from './flow.ts';
import type { Frame } from './frame.ts';
import { joinIds, oneId } from './ids.ts';

/** The facts of an expression. Nested no deeper than the limits of plans allow. */
export const read = (expression: TypedExpression, reading: Reading): Facts => reading.flow.look(expression, reading);

export const readAll = (expressions: readonly TypedExpression[], reading: Reading): Facts[] => expressions.map((expression) => read(expression, reading));

/** The value additionally falls into two pieces by a condition, unless the condition is a constant. */
export function split(facts: Facts, condition: MarkCondition, by: Facts, reading: Reading): Facts {
  if (isConstant(by)) return facts;
  const mark = reading.flow.mark(reading.node, reading.input, condition);
  return { ...facts, marks: joinIds(facts.marks, oneId(mark)), plain: false, unitOf: null };
}

/** A yes-or-no where a number is expected: 0 and 1, split by itself. Anything else is as it is. */
export function asNumber(expression: TypedExpression, facts: Facts, reading: Reading): Facts {
  if (expression.type !== 'boolean' || isConstant(facts)) return facts;
  return split({ ...conditionFacts(facts), degree: 0 }, { is: 'true', of: expression }, facts, reading);
}

/** A frame, fit for expressions that may aggregate it. */
export const fitToRead = (frame: Frame, made: string, step: string, expressions: readonly TypedExpression[], flow: Flow): Frame =>
  (expressions.some(({ aggregates }) => aggregates) ? flow.fitToAggregate(frame, made, step) : frame);
