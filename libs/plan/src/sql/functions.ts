import { isNumeric, isTemporal } from '../column-type.ts';
import { truncateUnits } from '../expressions/truncate.ts';
import { coerced, integerOf, textOf } from './constant.ts';
import { arithmetic, castTo, filled, literal, make, type Term } from './term.ts';
import { refusal, unsupported } from './tree.ts';

/** What a function of SQL becomes. Its arguments are counted before. */
interface SqlFunction {
  readonly least: number;
  readonly most: number;
  readonly of: (at: string, args: readonly Term[]) => Term;
}

type Act = (at: string, first: Term, second: Term, third: Term | undefined) => Term;

const takes = (least: number, most: number, act: Act): SqlFunction => ({ least, most, of: (at, args) => act(at, args[0]!, args[1]!, args[2]) });

const asNumber = (term: Term): Term => coerced(term, 'number');

const mathOf = (op: string): SqlFunction => takes(1, 1, (at, input) => make(at, 'math', { op }, { input: asNumber(input) }));

const roundedTo = (op: string): SqlFunction => takes(1, 1, (at, input) => rounded(at, op, asNumber(input)));

/** Integers are round already, and stay what they are to divisions. */
function rounded(at: string, op: string, input: Term, decimals = 0): Term {
  if (input.typed.type === 'integer') return { ...input, fractional: true };
  return { ...make(at, 'round', { op, decimals }, { input }), fractional: true };
}

const textOp = (op: string): SqlFunction => takes(1, 1, (at, input) => make(at, 'textFunction', { op }, { input }));

const power = takes(2, 2, (at, base, exponent) => powerOf(at, base, exponent));

export function powerOf(at: string, base: Term, exponent: Term): Term {
  const left = asNumber(base);
  return arithmetic(at, 'pow', left.typed.type === 'integer' ? castTo(at, left, 'number') : left, asNumber(exponent));
}

/** Division as in SQL: of integers by integers it cuts towards zero, and gives nothing by zero. **Throws** `usage.invalid` for a zero that is written out. */
export function quotient(at: string, left: Term, right: Term): Term {
  if (right.json['expr'] === 'literal' && right.json['value'] === 0) throw refusal('usage.invalid', right.typed.path, 'This divides by zero.');
  const plain = arithmetic(at, 'div', left, right);
  const whole = left.typed.type === 'integer' && right.typed.type === 'integer' && !plain.fractional;
  return whole ? { ...castTo(at, plain, 'integer'), fractional: false } : { ...plain, fractional: false };
}

/** The remainder as in SQL, with the sign of what is divided: a − b · trunc(a ÷ b). */
export function remainder(at: string, left: Term, right: Term): Term {
  if (right.json['expr'] === 'literal' && right.json['value'] === 0) throw refusal('usage.invalid', right.typed.path, 'This divides by zero.');
  return arithmetic(at, 'sub', left, arithmetic(at, 'mul', right, castTo(at, arithmetic(at, 'div', left, right), 'integer')));
}

/** As a text, as SQL joins values to texts. */
export const asText = (at: string, term: Term): Term => (term.typed.type === 'text' || term.typed.type === 'null' ? term : castTo(at, term, 'text'));

/** From a place counted from 1, a number of characters; both as they are written, also before the beginning. */
function substring(at: string, input: Term, from: Term, count: Term | undefined): Term {
  const start = integerOf(from, 'The beginning of a substring');
  if (count === undefined) return make(at, 'textFunction', { op: 'slice', offset: Math.max(0, start - 1), length: null }, { input });
  const length = integerOf(count, 'The length of a substring');
  if (length < 0) throw refusal('usage.invalid', count.typed.path, 'A substring has no negative length.');
  const offset = Math.max(1, start);
  return make(at, 'textFunction', { op: 'slice', offset: offset - 1, length: Math.max(0, start + length - offset) }, { input });
}

const side = (right: boolean): SqlFunction => takes(2, 2, (at, input, count) => {
  const length = integerOf(count, 'A number of characters');
  if (length < 0) throw unsupported(count.typed.path, 'A negative number of characters is not supported.');
  return make(at, 'textFunction', { op: 'slice', offset: right ? -length : 0, length }, { input });
});

const replaced = takes(3, 3, (at, input, from, to) => {
  const pattern = textOf(from, 'What is replaced');
  return pattern === '' ? input : make(at, 'textFunction', { op: 'replaceAll', pattern, by: textOf(to!, 'What replaces it') }, { input });
});

const fields = {
  year: 'year', quarter: 'quarter', month: 'month', week: 'week', day: 'day', doy: 'ordinalDay', isodow: 'weekday', hour: 'hour', minute: 'minute', second: 'second',
} as const;

const partOf = (op: string): SqlFunction => takes(1, 1, (at, input) => ({ ...make(at, 'temporal', { op }, { input: temporalTerm(input) }), fractional: true }));

const temporalTerm = (term: Term): Term => (term.json['expr'] === 'literal' ? coerced(term, 'datetime') : term);

/** `EXTRACT`; `dow` counts from Sunday 0. */
const extract = takes(2, 2, (at, field, input) => {
  const name = textOf(field, 'The field').toLowerCase();
  if (name === 'dow') return { ...arithmetic(at, 'mod', make(at, 'temporal', { op: 'weekday' }, { input: temporalTerm(input) }), literal(at, 7)), fractional: true };
  if (!Object.hasOwn(fields, name)) throw unsupported(field.typed.path, 'This field of a date is not supported.', `${Object.keys(fields).join(', ')}, dow`);
  return partOf(fields[name as keyof typeof fields]).of(at, [input]);
});

const truncated = takes(2, 2, (at, unit, input) => {
  const to = textOf(unit, 'The unit').toLowerCase();
  if (!(truncateUnits as readonly string[]).includes(to)) throw unsupported(unit.typed.path, 'This unit of time is not supported.', truncateUnits.join(', '));
  return make(at, 'truncate', { to }, { input: temporalTerm(input) });
});

/** Every function of one row. Aggregates stand in `aggregates.ts`. */
export const sqlFunctions: ReadonlyMap<string, SqlFunction> = new Map(Object.entries({
  abs: takes(1, 1, (at, input) => ({ ...make(at, 'abs', {}, { input: asNumber(input) }), fractional: input.fractional })),
  round: takes(1, 2, (at, input, decimals) => {
    const places = decimals === undefined ? 0 : integerOf(decimals, 'The number of decimals');
    if (places < 0 || places > 12) throw unsupported(at, 'Rounding keeps 0 to 12 decimals.');
    return rounded(at, 'round', asNumber(input), places);
  }),
  floor: roundedTo('floor'), ceil: roundedTo('ceil'), ceiling: roundedTo('ceil'),
  sqrt: mathOf('sqrt'), exp: mathOf('exp'), ln: mathOf('log'), log: mathOf('log10'), log10: mathOf('log10'),
  power, pow: power,
  pi: { least: 0, most: 0, of: (at: string) => literal(at, Math.PI, 'number') },
  mod: takes(2, 2, (at, left, right) => remainder(at, asNumber(left), asNumber(right))),
  upper: textOp('toUpperCase'), lower: textOp('toLowerCase'), trim: textOp('trim'), btrim: textOp('trim'),
  length: takes(1, 1, (at, input) => make(at, 'textLength', {}, { input })),
  substring: takes(2, 3, substring), substr: takes(2, 3, substring), left: side(false), right: side(true),
  replace: replaced,
  concat: { least: 1, most: 100, of: (at: string, args: readonly Term[]) => make(at, 'textConcat', {}, { inputs: args.map((term) => filled(at, asText(at, term), literal(at, ''))) }) },
  starts_with: takes(2, 2, (at, input, pattern) => make(at, 'textMatch', { op: 'startsWith', pattern: textOf(pattern, 'The beginning') }, { input })),
  extract, date_part: extract, date_trunc: truncated,
  year: partOf('year'), quarter: partOf('quarter'), month: partOf('month'), week: partOf('week'), day: partOf('day'), hour: partOf('hour'), minute: partOf('minute'), second: partOf('second'),
} satisfies Record<string, SqlFunction>).flatMap(([name, one]): [string, SqlFunction][] => (name === 'length' ? [[name, one], ['char_length', one], ['character_length', one]] : [[name, one]])));

const castNames: Readonly<Record<string, string>> = {
  int2: 'integer', int4: 'integer', int8: 'integer', int: 'integer', integer: 'integer', bigint: 'integer', smallint: 'integer', float4: 'number', float8: 'number', numeric: 'number', real: 'number',
  text: 'text', varchar: 'text', bool: 'boolean', boolean: 'boolean', date: 'date', timestamp: 'datetime', timestamptz: 'datetime',
};

/** `CAST`. A number becomes an integer by rounding, as in Postgres, and a text between quotes a constant. */
export function cast(at: string, input: Term, name: string, modifiers: readonly number[]): Term {
  const to = Object.hasOwn(castNames, name) ? castNames[name]! : null;
  if (to === null) throw unsupported(at, 'A cast to this type is not supported.', 'integer, numeric, text, boolean, date, timestamp');
  if (modifiers.length > 0 && name !== 'numeric') throw unsupported(at, 'A type with a length is not supported.', 'left(text, 10)');
  if (input.json['expr'] === 'literal' && typeof input.json['value'] === 'string') return coerced(input, to as 'number');
  const { type } = input.typed;
  if (type === to && modifiers.length === 0) return { ...input, fractional: false };
  if (to === 'integer' && type === 'number') return castTo(at, make(at, 'round', { op: 'round', decimals: 0 }, { input }), 'integer');
  if (isTemporal(type) && to === 'number') throw unsupported(at, 'A date is no number.', 'extract(year from …)');
  const value = type === to ? input : castTo(at, input, to);
  return modifiers.length === 0 || !isNumeric(value.typed.type) ? value : rounded(at, 'round', value, Math.min(12, Math.max(0, modifiers[1] ?? 0)));
}
