import { Fault } from '@podnet/errors';
import type { Source, Sources } from '@podnet/plan';
import { planOfSql, scansOfSql } from '@podnet/plan/sql';
import { sessionOf } from '../../operation.ts';
import type { AlgorithmPodPart, AlgorithmWork } from '../../pod-part.ts';
import { taskDataset } from '../../query/own-table.ts';
import { sourcesOfTables } from '../../query/plan-source.ts';
import { runAtPod } from '../../query/run-at-pod.ts';
import { sqlReader } from '../../query/sql-reader.ts';
import type { SqlQueryParams } from './manifest.ts';

/** Turns the SELECT into a plan by what the pod knows of its datasets; from there it goes the way of every plan. */
export const sqlQueryPod: AlgorithmPodPart<SqlQueryParams> = {
  open: ({ params, ...work }) => sessionOf({ run: () => runAtPod({ ...params, plan: planOfSql(params.sql, sqlReader(), sourcesOf(params, work.data)) }, work) }),
};

/** What the SELECT may mean by its tables; nothing else is looked up. **Throws** `usage.unsupported` where no plans can be run. */
function sourcesOf({ sql, tables }: SqlQueryParams, { sources, dataset }: AlgorithmWork['data']): Sources {
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
