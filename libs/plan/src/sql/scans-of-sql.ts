import { parsedSql } from './plan-of-sql.ts';
import type { SqlParser } from './parser.ts';

/**
 * The names that a query reads, each once, without looking any of them up: all that stand where tables do, names given by WITH among them. More than
 * the plan of the query scans, never less. **Throws** as `planOfSql` for text that is not SQL, or too much of it.
 */
export function scansOfSql(sql: string, parser: SqlParser): string[] {
  const names = new Set<string>();
  const open: unknown[] = [parsedSql(sql, parser)];
  for (let next = open.pop(); open.length > 0 || next !== undefined; next = open.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    const table = (next as { RangeVar?: { relname?: unknown } }).RangeVar;
    if (typeof table?.relname === 'string') names.add(table.relname);
    open.push(...Object.values(next).filter((inner) => inner !== undefined));
  }
  return [...names];
}
