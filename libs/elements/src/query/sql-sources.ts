import { Fault } from '@podnet/errors';
import type { Source, Sources } from '@podnet/plan';
import { scansOfSql } from '@podnet/plan/sql';
import type { OwnTable } from './answer.ts';
import { taskDataset } from './own-table.ts';
import { sourcesOfTables } from './plan-source.ts';
import { sqlReader } from './sql-reader.ts';

/** What a SELECT may mean by its tables; nothing else is looked up. **Throws** `usage.unsupported` where no plans can be run. */
export function sourcesOfSql({ sql, tables }: { sql: string; tables: Readonly<Record<string, OwnTable>> }, { sources, dataset }: { sources?: Sources | undefined; dataset: string }): Sources {
  if (sources === undefined) throw new Fault('usage.unsupported', 'This pod does not run query plans.');
  const written = scansOfSql(sql, sqlReader());
  const meant = new Set(written.map((name) => name.toLowerCase()));
  const found = new Map<string, Source>();
  for (const name of new Set([...sources.keys(), ...written, dataset])) {
    const source = meant.has(name.toLowerCase()) ? sources.get(name) : undefined;
    if (source !== undefined) found.set(name, source);
  }
  const own = meant.has(taskDataset) ? sources.get(dataset) : undefined;
  return new Map([...found, ...sourcesOfTables(tables), ...(own === undefined ? [] : [[taskDataset, own] as const])]);
}
