import { isFault } from '@podnet/errors';
import { expressionKinds } from '../expressions/registry.ts';
import { parseForm } from '../parse-form.ts';
import { typeExpression } from '../parse-expression.ts';
import type { Schema } from '../source.ts';
import type { TypedExpression } from '../typed.ts';
import { refusal } from './tree.ts';

export type Json = Readonly<Record<string, unknown>>;

/** An expression on its way from SQL: its JSON, and the same checked. The path of the checked one is its place in the text. */
export interface Term {
  readonly json: Json;
  readonly typed: TypedExpression;
  /** SQL has a number with digits after the point here, though it is an integer in the plan. */
  readonly fractional: boolean;
}

type Inputs = Readonly<Record<string, Term | readonly Term[]>>;

/** An expression of the plan over terms. **Throws** what its type rule throws, with the place in the text. */
export function make(at: string, expr: string, own: Json = {}, inputs: Inputs = {}, schema: Schema = []): Term {
  const kind = expressionKinds.get(expr)!;
  const json: Json = { expr, ...own, ...Object.fromEntries(Object.entries(inputs).map(([key, input]) => [key, isList(input) ? input.map((one) => one.json) : input.json])) };
  const terms = new Map(Object.entries(inputs).flatMap(([key, input]): [string, Term][] => (isList(input) ? input.map((one, index) => [`${key}[${index}]`, one]) : [[key, input]])));
  return withoutHint(at, () => {
    const fields = parseForm(kind.form, json, at);
    const operands = kind.operands(fields).map(({ key }) => terms.get(key)!);
    return { json, typed: typeExpression(kind, { fields, operands: operands.map(({ typed }) => typed), path: at, schema }), fractional: false };
  });
}

const isList = (input: Term | readonly Term[]): input is readonly Term[] => Array.isArray(input);

/** Refusals of the plan's own rules, told by the place in the text; their hints speak of the builder. */
export function withoutHint<T>(at: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!isFault(error)) throw error;
    const place = /^sql:\d+:\d+/.exec(error.details.at ?? '')?.[0] ?? at;
    throw refusal(error.code, place, error.message, error.details.at?.startsWith('sql:') && error.details.at === place ? error.details.hint?.replace(/^Make a column of it by withColumns first\.$/, 'Compute it in a subquery first.') : undefined);
  }
}

export const literal = (at: string, value: string | number | boolean | null, type?: string): Term => make(at, 'literal', type === undefined ? { value } : { value, type });

export const column = (at: string, name: string, schema: Schema, fractional = false): Term => ({ ...make(at, 'column', { name }, {}, schema), fractional });

export const aliased = (term: Term, name: string): Term => (term.typed.output === name && term.typed.level !== 'literal' ? term : { ...make(term.typed.path, 'alias', { name }, { input: term }), fractional: term.fractional });

export const not = (at: string, input: Term): Term => make(at, 'not', {}, { input });

export const isNull = (at: string, input: Term): Term => make(at, 'isNull', {}, { input });

export const compare = (at: string, op: string, left: Term, right: Term): Term => make(at, 'comparison', { op }, { left, right });

export const arithmetic = (at: string, op: string, left: Term, right: Term): Term => ({ ...make(at, 'arithmetic', { op }, { left, right }), fractional: left.fractional || right.fractional });

export const castTo = (at: string, input: Term, to: string): Term => make(at, 'cast', { to }, { input });

export const filled = (at: string, input: Term, value: Term): Term => ({ ...make(at, 'fillNull', {}, { input, value }), fractional: input.fractional || value.fractional });

/** Many conditions as one, in a tree that is as flat as it can be. */
export function joined(op: 'and' | 'or', terms: readonly Term[]): Term {
  if (terms.length === 1) return terms[0]!;
  const half = terms.length <= 8 ? terms.length - 1 : Math.ceil(terms.length / 2);
  return make(terms[0]!.typed.path, 'logic', { op }, { left: joined(op, terms.slice(0, half)), right: joined(op, terms.slice(half)) });
}

/** The value of a literal; undefined for anything else. */
export const constantOf = ({ json }: Term): unknown => (json['expr'] === 'literal' ? json['value'] : undefined);

/** A text between quotes, which takes the type that is needed. */
export const isBareText = ({ json }: Term): boolean => json['expr'] === 'literal' && typeof json['value'] === 'string' && json['type'] === undefined;

/** The JSON as a text, the same for the same expression. */
export const keyOf = ({ json }: Term): string => JSON.stringify(json);
