import { isNumeric } from '../column-type.ts';
import type { TypedExpression } from '../typed.ts';

/**
 * Numeric columns whose sum and mean stand beside each other: the two tell how many values there are, so that a count beside them says nothing new, and needs
 * what they need. Only columns as they are; what is made of them is asked about its gaps by its sum and mean as well.
 */
export function toldCounts(aggregates: readonly TypedExpression[]): ReadonlySet<string> {
  const told = { sum: new Set<string>(), mean: new Set<string>() };
  for (const aggregate of aggregates.map(unnamed)) {
    const column = aggregate.operands[0];
    const { op } = aggregate.fields as { op?: string };
    if (aggregate.kind === 'moment' && (op === 'sum' || op === 'mean') && column?.kind === 'column' && isNumeric(column.type)) told[op].add(column.output);
  }
  return new Set([...told.sum].filter((name) => told.mean.has(name)));
}

const unnamed = (expression: TypedExpression): TypedExpression => (expression.kind === 'alias' ? unnamed(expression.operands[0]!) : expression);
