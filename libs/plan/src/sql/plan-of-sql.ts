import { isFault } from '@podnet/errors';
import { measureJson } from '../limits.ts';
import type { Sources } from '../typed.ts';
import { measureSql } from './limits.ts';
import { SqlMistake, type SqlParser } from './parser.ts';
import { query } from './query.ts';
import { sqlText, type SqlText } from './sql-text.ts';
import { kindOf, refusal, trees, unsupported, type Fields, type Tree } from './tree.ts';

/**
 * One SELECT of Postgres' SQL as the JSON of a plan, as the builder makes it; `parsePlan` reads it like any other. Names are looked up in the
 * sources, and every mistake has its place: `sql:LINE:COLUMN`, both from 1, in characters.
 * **Throws** `usage.malformed` (not SQL, no statement, NUL), `usage.unsupported` (SQL that is not taken), `usage.invalid`, `usage.too-large`, `usage.too-deep`,
 * `dataset.unknown`, `schema.unknown-column`, `schema.incompatible`, `plan.unknown-operation`, `plan.wrong-type`, `plan.misplaced`, `plan.duplicate-column`.
 */
export function planOfSql(sql: string, parser: SqlParser, sources: Sources): Readonly<Record<string, unknown>> {
  const { text, tree } = readSql(sql, parser);
  const statement = onlyStatement(tree, text);
  const { node } = query(statement, { text, sources, depth: 0 }, new Map());
  const plan = { version: 1, ...node };
  try {
    measureJson(plan);
  } catch (error) {
    if (!isFault(error)) throw error;
    throw refusal(error.code, 'sql:1:1', error.message);
  }
  return plan;
}

function readSql(sql: string, parser: SqlParser): { text: SqlText; tree: unknown } {
  const text = readable(sql);
  return { text, tree: parsed(parser, text) };
}

/** The parse tree of a text, whatever it says. **Throws** as `planOfSql` for what is not SQL, or too much of it. */
export const parsedSql = (sql: string, parser: SqlParser): unknown => readSql(sql, parser).tree;

/** **Throws** for what no parser should see: NUL, halves of characters, too much of anything. */
function readable(sql: string): SqlText {
  if (!sql.isWellFormed()) throw refusal('usage.malformed', 'sql:1:1', 'The query holds half a character.');
  const text = sqlText(sql.length > 1_000_000 ? '' : sql);
  const nul = text.sql.indexOf('\0');
  if (nul >= 0) throw refusal('usage.malformed', text.atIndex(nul), 'The query holds a NUL character.');
  measureSql(sql.length > 1_000_000 ? { ...text, sql } : text);
  if (sql.trim() === '') throw refusal('usage.malformed', 'sql:1:1', 'There is no statement.');
  return text;
}

function parsed(parser: SqlParser, text: SqlText): unknown {
  try {
    return parser.parse(text.sql);
  } catch (error) {
    if (!(error instanceof SqlMistake)) throw error;
    if (error.character === null) throw refusal('usage.too-deep', 'sql:1:1', 'The query is nested too deeply to be read.');
    throw refusal('usage.malformed', text.atCharacter(error.character), 'This is no SQL that Postgres would read.');
  }
}

const changes = 'A query is one SELECT: it reads and changes nothing.';

function onlyStatement(tree: unknown, text: SqlText): Fields {
  const statements = trees((tree as Fields)['stmts']) as readonly Fields[];
  if (statements.length === 0) throw refusal('usage.malformed', 'sql:1:1', 'There is no statement.');
  const begin = (one: Fields): string => text.atByte(text.afterSpace(Number(one['stmt_location'] ?? 0)));
  if (statements.length > 1) throw unsupported(begin(statements[1]!), 'A query is one statement.');
  const [kind, fields] = kindOf(statements[0]!['stmt'] as Tree);
  if (kind === 'ExplainStmt') throw unsupported(begin(statements[0]!), 'EXPLAIN is not supported.');
  if (kind !== 'SelectStmt') throw unsupported(begin(statements[0]!), changes);
  return fields;
}
