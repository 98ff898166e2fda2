import { isBoolean, isCountable, isNumeric, isTemporal, isText } from './column-type.ts';
import { mistake, wrongType } from './mistake.ts';
import type { PlanColumn, Schema } from './source.ts';
import type { TypedExpression } from './typed.ts';

type Check = (expression: TypedExpression | undefined) => TypedExpression;

const check = (holds: (type: TypedExpression['type']) => boolean, expected: string): Check => (expression) => {
  if (expression === undefined) throw new Error('A kind asks for an operand that it does not have.');
  if (!holds(expression.type)) throw wrongType(expression.path, `This is ${nameOfType(expression.type)}; ${expected} is needed here.`);
  return expression;
};

const nameOfType = (type: string): string => (type === 'integer' ? 'an integer' : type === 'null' ? 'a null' : `a ${type}`);

/** Type checks of an operand. **Throws** `plan.wrong-type` with its path. */
export const needNumeric = check(isNumeric, 'a number');
export const needCountable = check(isCountable, 'a number or boolean');
export const needText = check(isText, 'a text');
export const needBoolean = check(isBoolean, 'a boolean');
export const needTemporal = check(isTemporal, 'a date or datetime');
export const needScalar = check((type) => !type.startsWith('list'), 'a single value');

/** **Throws** `plan.misplaced` when an aggregate stands somewhere in an expression. */
export function needNoAggregate(expression: TypedExpression): void {
  if (expression.aggregates) throw mistake('plan.misplaced', expression.path, 'An aggregate cannot stand inside an aggregate, a key or a partition.', 'Make a column of it by withColumns first.');
}

/** One value for every row. **Throws** `plan.misplaced`. */
export function needRows(expression: TypedExpression): void {
  if (expression.level === 'filtered') throw mistake('plan.misplaced', expression.path, 'Filtered values stand inside an aggregate only.');
}

/** The column of a name. **Throws** `schema.unknown-column`. */
export function needColumn(schema: Schema, name: string, path: string): PlanColumn {
  const column = schema.find((one) => one.name === name);
  if (column === undefined) throw mistake('schema.unknown-column', path, 'There is no column of this name at this step of the plan.');
  return column;
}

/** **Throws** `plan.duplicate-column` when two columns have one name. */
export function needDistinct(schema: Schema, path: string): Schema {
  if (new Set(schema.map(({ name }) => name)).size < schema.length) throw mistake('plan.duplicate-column', path, 'Two columns would have the same name.', 'Give one of them another name.');
  return schema;
}
