import type { Checking, ExpressionKind } from './expressions/expression-kind.ts';
import { expressionKinds } from './expressions/registry.ts';
import { mistake } from './mistake.ts';
import { kindOf, parseForm } from './parse-form.ts';
import type { Schema } from './source.ts';
import type { Level, TypedExpression } from './typed.ts';

/** Reads and checks one expression against the columns it may use. Operands first, so the innermost mistake is the one that is named. */
export function parseExpression(json: unknown, path: string, schema: Schema): TypedExpression {
  const kind = kindOf(expressionKinds, 'expr', json, path);
  const fields = parseForm(kind.form, json, path);
  const operands = kind.operands(fields).map(({ key, json: operand }) => parseExpression(operand, `${path}.${key}`, schema));
  return typeExpression(kind, { fields, operands, path, schema });
}

/** Checks one expression whose operands are checked already. **Throws** what the type rule of its kind throws. */
export function typeExpression(kind: ExpressionKind, checking: Checking<unknown>): TypedExpression {
  const { fields, operands, path } = checking;
  const { type, level, output } = kind.type(checking);
  const filtered = operands.find((operand) => operand.level === 'filtered');
  if (filtered !== undefined && level !== 'aggregate') throw mistake('plan.misplaced', filtered.path, 'Filtered values stand inside an aggregate only.');
  return {
    kind: kind.name, fields, operands, path, type,
    level: level ?? highest(operands),
    output: output ?? operands[0]?.output ?? kind.name,
    aggregates: level === 'aggregate' || operands.some(({ aggregates }) => aggregates),
  };
}

function highest(operands: readonly TypedExpression[]): Level {
  if (operands.some(({ level }) => level === 'row')) return 'row';
  return operands.some(({ level }) => level === 'aggregate') ? 'aggregate' : 'literal';
}
