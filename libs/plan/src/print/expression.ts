import type { TypedExpression } from '../typed.ts';

/** An expression as a custodian reads it. */
export const printExpression = (expression: TypedExpression): string => expression.kind.print(expression.fields, expression.operands.map(printExpression));
