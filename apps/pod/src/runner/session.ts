import { columnNeeds, openPodSession, type DataContext, type PodSession } from '@podnet/elements';
import { Fault } from '@podnet/errors';
import type { DataCache } from './data-cache.ts';
import type { RunnerWork } from './messages.ts';

/**
 * Opens the pod's side of an assignment over its data. Only the columns that the algorithm says it reads are read, whatever it asks
 * for later.
 */
export function openSession(work: RunnerWork, cache: DataCache): PodSession {
  const needed = new Set(columnNeeds(work).map((need) => need.column));
  const columns = work.schema.filter((column) => needed.has(column.name) && column.kind !== 'text');
  const { table, split } = cache.load(work, columns);
  const byName = new Map(table.columns.map((column) => [column.name, column]));
  const data: DataContext = {
    dataset: work.dataset.name,
    schema: work.schema.map(({ name, kind, domain }) => ({ name, kind, ...(domain ? { domain: domain.values } : {}) })),
    table: (names) => ({
      rows: table.rows,
      columns: names.map((name) => {
        const column = byName.get(name);
        if (!column) throw new Fault('schema.unknown-column', `The column ${name} is not among those that the task reads.`, { at: name });
        return column;
      }),
    }),
    split,
    minRows: work.minRows,
  };
  const { protocol, algorithm, model, privacy, podIndex, podCount } = work;
  return openPodSession({ protocol, algorithm, model, privacy, podIndex, podCount, data });
}
