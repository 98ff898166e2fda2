import type { Cell } from '../cell.ts';
import type { TypedExpression } from '../typed.ts';
import * as interval from './bounds.ts';
import { booleanValues, madeOf, plainFacts, type Columns, type Facts } from './facts.ts';
import { NotPrivate } from './not-private.ts';

type Reader = (expression: TypedExpression, operands: readonly Facts[], columns: Columns) => Facts;

/** Whole numbers between bounds that are keys of their own, at most. */
const mostValues = 1_000;

/** What is known of an expression over single rows; `ofUnit` reads the aggregates in it, where the rows are those of one unit. **Throws** `privacy.not-private` for what looks at other rows, may have no answer, or is not followed. */
export function factsOf(expression: TypedExpression, columns: Columns, ofUnit?: (aggregate: TypedExpression) => Facts): Facts {
  if (ofUnit !== undefined && readers[expression.kind] === beyond && expression.kind !== 'over') return ofUnit(expression);
  const reader = readers[expression.kind];
  if (reader === undefined) throw new NotPrivate('function', expression.path, 'This operation is not followed to the rows it is made of.', 'Apply it to the aggregates.');
  if (reader === beyond) return reader(expression, [], columns);
  return reader(expression, expression.operands.map((operand) => factsOf(operand, columns, ofUnit)), columns);
}

/** A value of which the type alone says what it can be; `bounds`, where there are any. */
function made(expression: TypedExpression, operands: readonly Facts[], more: Partial<Facts> = {}): Facts {
  const facts = { ...plainFacts(expression.type, true), ...madeOf(operands), ...more };
  return expression.type === 'boolean' && facts.values === null ? { ...facts, values: booleanValues(facts.nullable) } : facts;
}

const anything: Reader = (expression, operands) => made(expression, operands, { unbounded: null });

/** With bounds, there is no reason for having none. */
const bounded = (expression: TypedExpression, operands: readonly Facts[], bounds: interval.Bounds, more: Partial<Facts> = {}): Facts =>
  made(expression, operands, { bounds, ...(bounds === null ? {} : { unbounded: null }), ...more });

const truth: interval.Bounds = { lower: 0, upper: 1, granularity: 1 };

/** Booleans count as 0 and 1. */
const numberOf = ({ type, bounds }: Facts): interval.Bounds => (type === 'boolean' ? truth : bounds);

const partial = (path: string, sentence: string, hint: string): NotPrivate => new NotPrivate('partial-function', path, sentence, hint);

const literalOf = (expression: TypedExpression | undefined): unknown => (expression?.kind === 'literal' ? (expression.fields as { value: unknown }).value : undefined);

const beyond: Reader = ({ path }) => {
  throw new NotPrivate('window', path, 'This looks at several rows at once, below the aggregation.', 'Compute it from the aggregates, or leave it out.');
};

const arithmetic: Reader = (expression, operands) => {
  const { op } = expression.fields as { op: string };
  const [left, right] = operands.map(numberOf) as [interval.Bounds, interval.Bounds];
  if (op === 'add') return bounded(expression, operands, interval.sum(left, right));
  if (op === 'sub') return bounded(expression, operands, interval.difference(left, right));
  if (op === 'mul') return bounded(expression, operands, interval.product(left, right));
  const divisor = literalOf(expression.operands[1]);
  if (op === 'div' && typeof divisor === 'number' && divisor !== 0) return bounded(expression, operands, interval.scaled(left, divisor));
  if (op === 'pow') throw new NotPrivate('function', expression.path, 'Powers of single rows are not taken.', 'Multiply, as in x * x, or take the power of an aggregate.');
  throw partial(expression.path, 'A division of single rows has no answer for some of them.', 'Divide by a constant, or divide aggregates.');
};

/** Reading a text has no answer for some texts. */
const cast: Reader = (expression, operands) => {
  const [input] = operands as [Facts];
  const { to } = expression.fields as { to: string };
  if (input.type === 'text' && to !== 'text') throw partial(expression.path, 'A text cannot always be read as another type.', 'Compare it as a text, or ask the custodian for a column of that type.');
  const same = input.type === to;
  if (to === 'number') return bounded(expression, operands, numberOf(input), same ? { values: input.values } : {});
  if (to === 'integer') return bounded(expression, operands, interval.truncated(numberOf(input)), { nullable: input.nullable || (input.type === 'number' && input.bounds === null), ...(same ? { values: input.values } : {}) });
  return made(expression, operands, { unbounded: null, ...(same ? { values: input.values } : {}) });
};

/** Either branch; missing where no condition holds and nothing is said of it. */
const when: Reader = (expression, operands) => {
  const [, ...branches] = operands;
  const isWhole = branches.length === 2;
  const nullable = !isWhole || branches.some((branch) => branch.nullable);
  const bounds = branches.map((branch) => (branch.type === 'null' ? undefined : expression.type === 'boolean' ? null : branch.bounds)).filter((one) => one !== undefined);
  const ranges = branches.map((branch) => branch.values);
  const values = ranges.includes(null) ? null : distinct([...ranges.flatMap((range) => range!), ...(isWhole ? [] : [null])]);
  return bounded(expression, operands, bounds.length === 0 ? null : bounds.reduce(interval.either), { nullable, values, unbounded: bounds.includes(null) ? (branches.find((branch) => branch.unbounded !== null)?.unbounded ?? null) : null });
};

const fillNull: Reader = (expression, operands) => {
  const [input, filler] = operands as [Facts, Facts];
  const isNumber = expression.type !== 'boolean';
  const bounds = !isNumber ? null : !input.nullable || filler.type === 'null' ? input.bounds : input.type === 'null' ? filler.bounds : interval.either(input.bounds, filler.bounds);
  const values = input.values === null || filler.values === null ? null : distinct([...input.values.filter((value) => value !== null), ...filler.values]);
  return bounded(expression, operands, bounds, { nullable: input.nullable && filler.nullable, values });
};

const clip: Reader = (expression, operands) => {
  const [min, max] = expression.operands.slice(1).map(literalOf);
  const bounds = typeof min === 'number' && typeof max === 'number' ? interval.clipped(operands[0]!.bounds, min, max, expression.type === 'integer') : null;
  return bounded(expression, operands, bounds, { nullable: operands[0]!.nullable });
};

/** Parts of dates lie where the calendar has them. */
const calendar: Readonly<Record<string, readonly [number, number]>> = { quarter: [1, 4], month: [1, 12], week: [1, 53], weekday: [1, 7], day: [1, 31], ordinalDay: [1, 366], hour: [0, 23], minute: [0, 59], second: [0, 59] };

const temporal: Reader = (expression, operands) => {
  const range = calendar[(expression.fields as { op: string }).op];
  return bounded(expression, operands, range === undefined ? null : { lower: range[0], upper: range[1], granularity: 1 }, { unbounded: null });
};

const literal: Reader = (expression) => {
  const { value } = expression.fields as { value: Cell };
  return { ...plainFacts(expression.type, value === null), values: [value], bounds: typeof value === 'number' && (expression.type === 'integer' || expression.type === 'number') ? interval.exactly(value) : null };
};

const column: Reader = (expression, _operands, columns) => columns.get((expression.fields as { name: string }).name)!;

/** How each expression is read, by its name; the specs ask for one of each. */
const readers: Readonly<Record<string, Reader>> = {
  column, literal, arithmetic, cast, when, fillNull, clip, temporal,
  alias: (_expression, [input]) => input!,
  abs: (expression, operands) => bounded(expression, operands, interval.magnitude(operands[0]!.bounds)),
  round: (expression, operands) => {
    const { op, decimals } = expression.fields as { op: 'round' | 'floor' | 'ceil'; decimals: number };
    return bounded(expression, operands, interval.rounded(operands[0]!.bounds, op, decimals));
  },
  isNull: (expression, operands) => made(expression, operands, { nullable: false, unbounded: null }),
  filterValues: (expression, operands) => ({ ...operands[0]!, ...madeOf(operands), type: expression.type, nullable: true, values: null }),
  between: anything, comparison: anything, isIn: anything, logic: anything, not: anything, textMatch: anything,
  textConcat: anything, textFunction: anything, textLength: anything, truncate: anything,
  math: ({ path }) => {
    throw partial(path, 'Roots, logarithms and the like of single rows have no answer for some of them.', 'Apply them to the aggregates.');
  },
  over: beyond, len: beyond, count: beyond, moment: beyond, orderStatistic: beyond,
};

export const readKinds: readonly string[] = Object.keys(readers);

const distinct = (values: readonly Cell[]): readonly Cell[] => [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];

/** All that a key can be: what is declared, or what its form leaves. Null: only the data knows. */
export function keyValues({ type, values, bounds, nullable }: Facts): readonly Cell[] | null {
  if (values !== null) return values;
  const whole = type === 'integer' ? interval.wholeNumbers(bounds, mostValues) : null;
  return whole === null ? null : nullable ? [...whole, null] : whole;
}
