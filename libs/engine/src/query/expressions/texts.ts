import type { Expression } from '../../polars.ts';
import { widened } from '../native-type.ts';
import type { Part } from './compiling.ts';

interface Fields {
  readonly op: string;
  readonly pattern: string;
  readonly by: string;
  readonly offset: number;
  readonly length: number | null;
}

const functions: Readonly<Record<string, (value: Expression, fields: Fields) => Expression>> = {
  toUpperCase: (value) => value.str.toUpperCase(),
  toLowerCase: (value) => value.str.toLowerCase(),
  trim: (value) => value.str.strip(),
  slice: (value, { offset, length }) => (length === null ? value.str.slice(offset) : value.str.slice(offset, length)),
  replace: (value, { pattern, by }) => value.str.replace(pattern, by, true),
  replaceAll: (value, { pattern, by }) => value.str.replaceAll(pattern, by, true),
};

const text = ({ pl, operands, values }: Part<unknown>): Expression => widened(pl, values[0]!, operands[0]!.type, 'text');

export const textFunction = (part: Part<Fields>): Expression => functions[part.fields.op]!(text(part), part.fields);

/** A pattern of SQL as a regular expression of the native library: only `%` and `_` mean something. */
const likeAsRegex = (pattern: string): string => `^(?s:${[...pattern].map((mark) => (mark === '%' ? '.*' : mark === '_' ? '.' : mark.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&'))).join('')})$`;

const matches: Readonly<Record<string, (value: Expression, pattern: string) => Expression>> = {
  contains: (value, pattern) => value.str.contains(pattern, true),
  startsWith: (value, pattern) => value.str.startsWith(pattern),
  endsWith: (value, pattern) => value.str.endsWith(pattern),
  like: (value, pattern) => value.str.contains(likeAsRegex(pattern), false),
};

export const textMatch = (part: Part<Fields>): Expression => matches[part.fields.op]!(text(part), part.fields.pattern);

export const textLength = (part: Part<unknown>): Expression => text(part).str.lengths().cast(part.pl.Int64);

export function textConcat({ pl, operands, values }: Part<unknown>): Expression {
  return values.map((value, index) => widened(pl, value, operands[index]!.type, 'text')).reduce((all, one) => all.add(one));
}
