import type { Relation, ScopeColumn } from './relation.ts';
import { foldName, meansName, type WrittenName } from './sql-text.ts';
import { column, type Term } from './term.ts';
import { names, refusal, trees, unsupported, type Fields, type Sql } from './tree.ts';

/** Those that a name means: the one of exactly this spelling, or else all that differ in case only, if the name is not quoted. */
export function meant<T>(written: WrittenName, all: readonly T[], nameOf: (one: T) => string | null): T[] {
  const exact = all.filter((one) => nameOf(one) === written.name);
  return exact.length > 0 ? exact : all.filter((one) => nameOf(one) !== null && meansName(written, nameOf(one)!));
}

/** A name of which the parse tree does not say whether it was quoted. Postgres has folded it, unless it was. */
export const foldedName = (name: string): WrittenName => ({ name, quoted: foldName(name) !== name });

/** The names of a dotted reference, as they are written where they can be read, with stars as null. */
export function writtenNames(sql: Sql, fields: Fields): (WrittenName | null)[] {
  const parts = trees(fields['fields']);
  const read = sql.text.namesAt(Number(fields['location'] ?? 0));
  return parts.map((part, index) => {
    if ('A_Star' in part) return null;
    const name = String(part['String']?.['sval'] ?? '');
    const written = read[index];
    // What was escaped by U&"…" is read from the tree. There Postgres cuts names after 63 bytes; in the text they are whole.
    return written !== undefined && (written.name === name || (name.length >= 15 && written.name.startsWith(name))) ? written : foldedName(name);
  });
}

/** The column of a reference. **Throws** `schema.unknown-column`, `usage.invalid` (ambiguous), `usage.unsupported`. */
export function resolve(sql: Sql, fields: Fields, columns: readonly ScopeColumn[], at: string): ScopeColumn {
  const parts = writtenNames(sql, fields);
  if (parts.includes(null)) throw refusal('plan.misplaced', at, 'A star stands in SELECT and in COUNT(*) only.');
  const [first, second] = parts as WrittenName[];
  if (parts.length > 2) throw unsupported(at, 'A column is named by its table and its name.', 'table.column');
  const within = second === undefined ? columns.filter(({ hidden }) => !hidden) : columnsOf(columns, first!, at);
  const found = meant(second ?? first!, within, ({ name }) => name);
  return onlyOne(found, at, refusal('schema.unknown-column', at, 'There is no column of this name here.'));
}

/** The columns of a table of the FROM clause. **Throws** `schema.unknown-column`. */
export function columnsOf(columns: readonly ScopeColumn[], table: WrittenName, at: string): ScopeColumn[] {
  const found = meant(table, columns, (one) => one.table);
  if (found.length === 0) throw refusal('schema.unknown-column', at, 'There is no table of this name in FROM.');
  if (new Set(found.map((one) => one.table)).size > 1) throw ambiguous(at, 'table');
  return found;
}

export function onlyOne<T>(found: readonly T[], at: string, none: Error): T {
  if (found.length === 0) throw none;
  if (found.length > 1) throw ambiguous(at, 'column');
  return found[0]!;
}

const ambiguous = (at: string, what: string) => refusal('usage.invalid', at, `More than one ${what} is meant by this name.`, what === 'column' ? 'Name its table before it, or put the name in double quotes as it is spelt.' : 'Put the name in double quotes as it is spelt.');

export const columnTerm = (at: string, { column: name, fractional }: ScopeColumn, relation: Relation): Term => column(at, name, relation.schema, fractional);

/** The columns of a reference with a star; null when it is none. */
export function starred(sql: Sql, fields: Fields, columns: readonly ScopeColumn[], at: string): ScopeColumn[] | null {
  const parts = writtenNames(sql, fields);
  if (parts.at(-1) !== null) return null;
  if (parts.length === 1) return columns.filter(({ hidden }) => !hidden);
  if (parts.length > 2) throw unsupported(at, 'A star has at most one name before it.');
  return columnsOf(columns, parts[0]!, at);
}

/** The only text of a list of names, such as an alias. */
export const aliasOf = (fields: Fields): string | null => {
  const alias = fields['alias'] as Fields | undefined;
  return alias === undefined ? null : String(alias['aliasname']);
};

/** Other names for the first columns: `AS t (a, b)`. */
export function renamedColumns(columns: readonly ScopeColumn[], table: string | null, given: readonly string[], at: string): ScopeColumn[] {
  if (given.length > columns.length) throw refusal('usage.invalid', at, 'More names are given than there are columns.');
  return columns.map((one, index) => ({ ...one, table: table ?? one.table, name: given[index] ?? one.name }));
}

export const aliasColumns = (fields: Fields): string[] => names((fields['alias'] as Fields | undefined)?.['colnames']);
