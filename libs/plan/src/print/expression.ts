import { expressionKindOf } from '../expressions/registry.ts';
import type { TypedExpression } from '../typed.ts';

/** An expression as a custodian reads it. */
export const printExpression = (expression: TypedExpression): string => expressionKindOf(expression).print(expression.fields, expression.operands.map(printExpression));
