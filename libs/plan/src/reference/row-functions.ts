import { instantOf } from '../instant.ts';
import { compareValues, keyOf, type Value } from './value.ts';

/** The fields of all expressions together; which of them an expression has was checked by its form. */
export interface Fields {
  readonly op: string;
  readonly name: string;
  readonly value: Value;
  readonly type?: string;
  readonly to: string;
  readonly values: readonly Value[];
  readonly pattern: string;
  readonly by: string;
  readonly offset: number;
  readonly length: number | null;
  readonly decimals: number;
  readonly quantile?: number;
}

/** What is done to the values of one row; `null` is missing. */
type RowFunction = (fields: Fields, values: readonly Value[]) => Value;

/** Missing when any input is. */
const strict = (act: (fields: Fields, values: readonly NonNullable<Value>[]) => Value): RowFunction => (fields, values) => (values.some((value) => value === null) ? null : act(fields, values as NonNullable<Value>[]));

const number = (value: Value): number => (typeof value === 'boolean' ? Number(value) : (value as number));

const arithmetic: Record<string, (a: number, b: number) => number | null> = {
  add: (a, b) => a + b, sub: (a, b) => a - b, mul: (a, b) => a * b, div: (a, b) => a / b, pow: (a, b) => a ** b,
  floorDiv: (a, b) => (b === 0 ? null : Math.floor(a / b)), mod: (a, b) => (b === 0 ? null : a - b * Math.floor(a / b)),
};

const comparison: Record<string, (order: number) => boolean> = {
  eq: (order) => order === 0, neq: (order) => order !== 0, gt: (order) => order > 0, gtEq: (order) => order >= 0, lt: (order) => order < 0, ltEq: (order) => order <= 0,
};

const text: Record<string, (fields: Fields, value: string) => Value> = {
  toUpperCase: (_fields, value) => value.toUpperCase(),
  toLowerCase: (_fields, value) => value.toLowerCase(),
  trim: (_fields, value) => value.trim(),
  slice: ({ offset, length }, value) => {
    const all = [...value];
    const from = offset < 0 ? Math.max(0, all.length + offset) : offset;
    return all.slice(from, length === null ? undefined : from + length).join('');
  },
  replace: ({ pattern, by }, value) => value.replace(pattern, () => by),
  replaceAll: ({ pattern, by }, value) => value.replaceAll(pattern, () => by),
};

const match: Record<string, (value: string, pattern: string) => boolean> = {
  contains: (value, pattern) => value.includes(pattern),
  startsWith: (value, pattern) => value.startsWith(pattern),
  endsWith: (value, pattern) => value.endsWith(pattern),
  like: (value, pattern) => new RegExp(`^${[...pattern].map((mark) => (mark === '%' ? '[^]*' : mark === '_' ? '[^]' : mark.replace(/[$()*+.?[\\\]^{|}/-]/g, '\\$&'))).join('')}$`, 'u').test(value),
};

const dayMs = 86_400_000;

const temporal: Record<string, (instant: Date) => number> = {
  year: (at) => at.getUTCFullYear(), month: (at) => at.getUTCMonth() + 1, quarter: (at) => Math.floor(at.getUTCMonth() / 3) + 1, day: (at) => at.getUTCDate(),
  weekday: (at) => ((at.getUTCDay() + 6) % 7) + 1, hour: (at) => at.getUTCHours(), minute: (at) => at.getUTCMinutes(), second: (at) => at.getUTCSeconds(),
  ordinalDay: (at) => Math.floor((at.getTime() - Date.UTC(at.getUTCFullYear(), 0, 1)) / dayMs) + 1,
  week: (at) => {
    const thursday = new Date(Math.floor(at.getTime() / dayMs) * dayMs + (4 - (((at.getUTCDay() + 6) % 7) + 1)) * dayMs);
    return Math.floor((thursday.getTime() - Date.UTC(thursday.getUTCFullYear(), 0, 1)) / dayMs / 7) + 1;
  },
};

/** As Polars and Postgres round doubles: a half to the even neighbour. */
function halfToEven(value: number): number {
  const rounded = Math.round(value);
  return Math.abs(value % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

/** The beginning of the piece of time that an instant lies in. */
function startOf(to: string, instant: number): number {
  const at = new Date(instant);
  const [year, month] = [at.getUTCFullYear(), at.getUTCMonth()];
  const firstOf = (of: number): number => new Date(0).setUTCFullYear(year, of, 1);
  if (to === 'year') return firstOf(0);
  if (to === 'quarter') return firstOf(month - (month % 3));
  if (to === 'month') return firstOf(month);
  const size = { day: dayMs, week: dayMs, hour: 3_600_000, minute: 60_000, second: 1_000 }[to]!;
  const start = Math.floor(instant / size) * size;
  return to === 'week' ? start - ((at.getUTCDay() + 6) % 7) * dayMs : start;
}

function castValue(value: NonNullable<Value>, to: string): Value {
  if (typeof value === 'string') {
    if (to === 'text') return value;
    if (to === 'boolean') return value === 'true' ? true : value === 'false' ? false : null;
    if (to === 'date' || to === 'datetime') return instantOf(value, to);
    return (to === 'integer' ? /^[+-]?\d+$/ : /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/).test(value) ? Number(value) : null;
  }
  if (to === 'text') return String(value);
  if (to === 'boolean') return number(value) !== 0;
  if (to === 'date') return Math.floor(number(value) / dayMs) * dayMs;
  return to === 'integer' ? (Number.isFinite(number(value)) ? Math.trunc(number(value)) : null) : number(value);
}

/** One function for every expression that looks at one row only, by its name. */
export const rowFunctions: Readonly<Record<string, RowFunction>> = {
  alias: (_fields, [value]) => value!,
  abs: strict((_fields, [value]) => Math.abs(number(value!))),
  arithmetic: strict(({ op }, [a, b]) => arithmetic[op]!(number(a!), number(b!))),
  between: strict((_fields, [value, lower, upper]) => compareValues(value!, lower!) >= 0 && compareValues(value!, upper!) <= 0),
  cast: strict(({ to }, [value]) => castValue(value!, to)),
  clip: strict((_fields, [value, min, max]) => Math.min(Math.max(number(value!), number(min!)), number(max!))),
  comparison: strict(({ op }, [a, b]) => comparison[op]!(compareValues(a!, b!))),
  fillNull: (_fields, [value, filler]) => (value === null ? filler! : value!),
  isIn: strict(({ values }, [value]) => values.some((one) => keyOf(one) === keyOf(value!))),
  isNull: (_fields, [value]) => value === null,
  logic: ({ op }, values) => {
    const decisive = op !== 'and';
    return values.includes(decisive) ? decisive : values.includes(null) ? null : !decisive;
  },
  math: strict(({ op }, [value]) => (Math as unknown as Record<string, (x: number) => number>)[op]!(number(value!))),
  not: strict((_fields, [value]) => !value),
  round: strict(({ op, decimals }, [value]) => (op === 'round' ? halfToEven : op === 'floor' ? Math.floor : Math.ceil)(number(value!) * 10 ** decimals) / 10 ** decimals),
  temporal: strict(({ op }, [value]) => temporal[op]!(new Date(number(value!)))),
  textConcat: strict((_fields, values) => values.join('')),
  textFunction: strict((fields, [value]) => text[fields.op]!(fields, value as string)),
  textLength: strict((_fields, [value]) => [...(value as string)].length),
  textMatch: strict(({ op, pattern }, [value]) => match[op]!(value as string, pattern)),
  truncate: strict(({ to }, [value]) => startOf(to, number(value!))),
  when: (_fields, [condition, then, otherwise]) => (condition === true ? then! : (otherwise ?? null)),
};
