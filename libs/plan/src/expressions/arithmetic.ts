import { z } from 'zod';
import type { ColumnType } from '../column-type.ts';
import { isNumeric, isTemporal } from '../column-type.ts';
import { needCountable } from '../check.ts';
import { wrongType } from '../mistake.ts';
import { isConstant, mergeFacts, withSteps, type Facts } from '../flow/facts.ts';
import { asNumber, read } from '../flow/reading.ts';
import { slot } from '../slot.ts';
import type { TypedExpression } from '../typed.ts';
import { expressionKind } from './expression-kind.ts';

const signs = { add: '+', sub: '-', mul: '*', div: '/', floorDiv: '//', mod: '%', pow: '**' } as const;

type Operation = keyof typeof signs;

/** Sums, products and so on. Booleans count as 0 and 1, which splits what they are multiplied with. */
export const arithmetic = expressionKind({
  name: 'arithmetic',
  form: z.strictObject({ expr: z.literal('arithmetic'), op: z.enum(Object.keys(signs) as [Operation, ...Operation[]]), left: z.unknown(), right: z.unknown() }),
  operands: ({ left, right }) => [slot('left', left), slot('right', right)],
  type: ({ fields: { op }, operands: [left, right], path }) => ({ type: typeOf(op, left!, right!, path) }),
  flow: ({ fields: { op }, operands, path }, reading) => {
    const [left, right] = operands.map((operand) => asNumber(operand, read(operand, reading), reading)) as [Facts, Facts];
    const merged = mergeFacts([left, right]);
    if (isConstant(merged)) return { ...merged, ...magnitude(op, left, right) };
    if (op === 'floorDiv' || op === 'mod') return withSteps({ ...merged, made: true }, 'steps', path);
    return { ...merged, ...magnitude(op, left, right), degree: degreeOf(op, left, right, operands[1]!) };
  },
  print: ({ op }, [left, right]) => `(${left} ${signs[op]} ${right})`,
  canonical: ({ op }, [left, right]) => (op === 'add' || op === 'mul' ? [op, ...[left, right].sort()] : [op, left, right]),
});

function typeOf(op: Operation, left: TypedExpression, right: TypedExpression, path: string): ColumnType {
  if (op === 'sub' && isTemporal(left.type) && isTemporal(right.type) && !(isNumeric(left.type) && isNumeric(right.type))) return 'duration';
  if ((op === 'add' || op === 'sub') && isTemporal(left.type) && right.type === 'duration') return 'datetime';
  if ((op === 'add' || op === 'sub') && left.type === 'duration' && right.type === 'duration') return 'duration';
  if ([left.type, right.type].includes('duration')) throw wrongType(path, 'A duration can be added to a date, a datetime or a duration only.');
  needCountable(left);
  needCountable(right);
  if (op === 'div') return 'number';
  if (op === 'pow' && !(right.level === 'literal' && right.type === 'integer')) return 'number';
  return left.type === 'number' || right.type === 'number' ? 'number' : 'integer';
}

/** The degree as a polynomial: that of a sum is the greater, that of a product the sum of both. */
function degreeOf(op: Operation, left: Facts, right: Facts, exponent: TypedExpression): number {
  if (op === 'add' || op === 'sub') return Math.max(left.degree, right.degree);
  if (op === 'mul') return left.degree + right.degree;
  if (!isConstant(right)) return Infinity;
  if (op === 'div') return left.degree;
  const power = (exponent.fields as { value?: unknown }).value;
  return typeof power === 'number' && Number.isInteger(power) && power > 0 ? left.degree * power : Infinity;
}

/** Between which magnitudes the constants lie by which columns are multiplied, or that are added to them. */
function magnitude(op: Operation, left: Facts, right: Facts): { least: number; most: number } {
  if (op === 'mul') return { least: left.least * right.least, most: left.most * right.most };
  if (op === 'div') return { least: left.least / right.most, most: left.most / right.least };
  return { least: Math.min(left.least, right.least), most: Math.max(left.most, right.most) };
}
