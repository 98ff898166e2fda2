import { planLimits } from '../limits.ts';
import { nodeKinds } from '../nodes/registry.ts';
import { parseForm } from '../parse-form.ts';
import type { Schema } from '../source.ts';
import type { Source } from '../typed.ts';
import { aliased, column, withoutHint, type Json, type Term } from './term.ts';
import { refusal } from './tree.ts';

/** A column as SQL sees it, and the column of the plan behind it. */
export interface ScopeColumn {
  /** The same for the same column however often the frame changes. */
  readonly id: symbol;
  /** The table it can be named by; null after it was merged by USING. */
  readonly table: string | null;
  readonly name: string;
  /** Its name in the plan, which no other column of the frame has. */
  readonly column: string;
  readonly fractional: boolean;
  /** To be had by its table only: a key that USING merged. */
  readonly hidden: boolean;
}

/** A frame of the plan and its columns in the order of SQL. */
export interface Relation {
  readonly node: Json;
  readonly schema: Schema;
  readonly columns: readonly ScopeColumn[];
  readonly nodes: number;
}

interface Inputs {
  readonly [key: string]: Relation | readonly Relation[];
}

/** A node of the plan over relations; the columns of SQL are those of the first one. **Throws** what its type rule throws, with the place. */
export function step(at: string, node: string, own: Json, inputs: Inputs, expressions: readonly Term[] = [], source: Source | null = null): Relation {
  const kind = nodeKinds.get(node)!;
  const all = Object.values(inputs).flat() as Relation[];
  const nodes = 1 + all.reduce((sum, one) => sum + one.nodes, 0);
  if (nodes > planLimits.nodes) throw refusal('usage.too-large', at, `A query becomes at most ${planLimits.nodes} steps.`);
  const json: Json = { node, ...own, ...Object.fromEntries(Object.entries(inputs).map(([key, input]) => [key, Array.isArray(input) ? (input as Relation[]).map((one) => one.node) : (input as Relation).node])) };
  return withoutHint(at, () => {
    const fields = parseForm(kind.form, json, at);
    const schema = kind.schema({ fields, inputs: all.map((one) => one.schema), expressions: expressions.map(({ typed }) => typed), path: at, source });
    if (schema.length > planLimits.columns) throw refusal('usage.too-large', at, `A step has at most ${planLimits.columns} columns.`);
    return { node: json, schema, columns: all[0]?.columns ?? [], nodes };
  });
}

export const filterRows = (at: string, input: Relation, predicate: Term): Relation => step(at, 'filter', { predicate: predicate.json }, { input }, [predicate]);

export const addColumns = (at: string, input: Relation, made: readonly Term[]): Relation => step(at, 'withColumns', { columns: made.map(({ json }) => json) }, { input }, made);

/** A column to be shown: its term and its name. */
export interface Shown {
  readonly term: Term;
  readonly name: string;
  readonly id?: symbol;
}

/** Exactly these columns. Names that meet get numbers in the plan; for SQL they stay alike, and naming them is ambiguous. */
export function show(at: string, input: Relation, shown: readonly Shown[]): Relation {
  const planNames = distinctNames(shown.map(({ name }) => name));
  const columns = shown.map(({ term, name, id }, index): ScopeColumn => ({ id: id ?? Symbol(name), table: null, name, column: planNames[index]!, fractional: term.fractional, hidden: false }));
  const same = shown.length === input.schema.length && shown.every(({ term }, index) => term.json['expr'] === 'column' && term.json['name'] === planNames[index] && input.schema[index]!.name === planNames[index]);
  if (same) return { ...input, columns };
  const made = shown.map(({ term }, index) => aliased(term, planNames[index]!));
  if (made.some(({ typed }) => typed.level !== 'literal')) return { ...step(at, 'select', { columns: made.map(({ json }) => json) }, { input }, made), columns };
  // Constants only: one for every row all the same.
  const beside = distinctNames([...input.schema.map(({ name }) => name), ...planNames]).slice(input.schema.length);
  const wide = addColumns(at, input, shown.map(({ term }, index) => aliased(term, beside[index]!)));
  const narrow = beside.map((name, index) => aliased(column(at, name, wide.schema), planNames[index]!));
  return { ...step(at, 'select', { columns: narrow.map(({ json }) => json) }, { input: wide }, narrow), columns };
}

/** Each name once: later ones that are taken get the next free number. */
export function distinctNames(names: readonly string[]): string[] {
  const taken = new Set(names);
  const given = new Set<string>();
  const next = new Map<string, number>();
  return names.map((name) => {
    let free = name;
    let number = next.get(name) ?? 2;
    for (; given.has(free) || (free !== name && taken.has(free)); number += 1) free = `${name}_${number}`;
    next.set(name, number);
    given.add(free);
    return free;
  });
}

/** A name that no column of a frame has. */
export const freeName = (name: string, schema: Schema): string => distinctNames([...schema.map((one) => one.name), name]).at(-1)!;
