import { Fault, type FaultCode } from '@podnet/errors';
import type { Sources } from '../typed.ts';
import { planLimits } from '../limits.ts';
import type { SqlText } from './sql-text.ts';

/** The fields of a node of Postgres' parse tree. Protobuf leaves out what is zero, false or empty. */
export type Fields = Readonly<Record<string, unknown>>;

/** A node: one key, its kind, over its fields. */
export type Tree = Readonly<Record<string, Fields>>;

/** What the translation of one query knows and counts. */
export interface Sql {
  readonly text: SqlText;
  readonly sources: Sources;
  /** How deep the walk is. */
  depth: number;
}

export const kindOf = (tree: Tree): [kind: string, fields: Fields] => Object.entries(tree)[0] ?? ['', {}];

export const trees = (value: unknown): readonly Tree[] => (value as readonly Tree[] | undefined) ?? [];

/** The texts of a list of strings. */
export const names = (value: unknown): string[] => trees(value).map((one) => String(one['String']?.['sval'] ?? ''));

/** The place of a node: its own, or that of the first node in it that has one. */
export function placeOf(sql: Sql, value: unknown, otherwise = 'sql:1:1'): string {
  const open = [value];
  for (let seen = 0; open.length > 0 && seen < 200; seen += 1) {
    const next = open.shift();
    if (typeof next !== 'object' || next === null) continue;
    const { location } = next as { location?: unknown };
    if (typeof location === 'number' && location >= 0) return sql.text.atByte(location);
    open.push(...Object.values(next));
  }
  return otherwise;
}

/** A refusal with its place in the text. */
export const refusal = (code: FaultCode, at: string, sentence: string, hint?: string): Fault => new Fault(code, sentence, hint === undefined ? { at } : { at, hint });

export const unsupported = (at: string, sentence: string, hint?: string): Fault => refusal('usage.unsupported', at, sentence, hint);

/** Walks one level deeper. **Throws** `usage.too-deep`. */
export function deeper<T>(sql: Sql, at: string, walk: () => T): T {
  sql.depth += 1;
  if (sql.depth > planLimits.depth) throw refusal('usage.too-deep', at, `A query is nested at most ${planLimits.depth} levels deep.`);
  try {
    return walk();
  } finally {
    sql.depth -= 1;
  }
}
