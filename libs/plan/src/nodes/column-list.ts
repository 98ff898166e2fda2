import { needDistinct, needRows } from '../check.ts';
import { mistake } from '../mistake.ts';
import type { Schema } from '../source.ts';
import type { TypedExpression } from '../typed.ts';

/** The columns that a list of expressions makes. **Throws** `plan.duplicate-column`, `plan.wrong-type`. */
export function columnsMade(expressions: readonly TypedExpression[], path: string): Schema {
  expressions.forEach(needRows);
  return needDistinct(expressions.map(({ output, type }) => ({ name: output, type })), path);
}

/** **Throws** `usage.invalid` when a list names something twice. */
export function needOnce(names: readonly string[], path: string): void {
  const twice = names.findIndex((name, index) => names.indexOf(name) < index);
  if (twice >= 0) throw mistake('usage.invalid', `${path}[${twice}]`, 'This is named twice.');
}
