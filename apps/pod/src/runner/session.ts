import { columnNeeds, openPodSession, type DataContext, type PodSession } from '@podnet/elements';
import type { Loaded } from '@podnet/engine';
import { Fault } from '@podnet/errors';
import type { Column, Split, Table } from '@podnet/learning';
import { cryptoBits } from '@podnet/privacy';
import type { DataCache } from './data-cache.ts';
import type { RunnerWork } from './messages.ts';
import type { AskedQuery } from './query.ts';

/**
 * Opens the pod's side of an assignment over its data. Only the columns that the algorithm says it reads are read, whatever it asks
 * for later.
 */
export function openSession(work: RunnerWork, cache: DataCache, resumed: boolean, query?: Pick<AskedQuery, 'ask' | 'keep' | 'sources' | 'frames'>, noisy?: Pick<DataContext, 'sources' | 'metadata' | 'aggregate'>): PodSession {
  const needed = new Set(columnNeeds(work).map((need) => need.column));
  const columns = work.schema.filter((column) => needed.has(column.name) && column.kind !== 'text');
  // What only asks by plans reads no table of its own.
  let read: { table: Table; split: Split; byName: Map<string, Column> } | undefined;
  const load = () => (read ??= withNames(cache.load(work, columns)));
  const data: DataContext = {
    dataset: work.dataset.name,
    schema: work.schema.map(({ name, kind, domain, bounds, times }) => ({ name, kind, ...(domain ? { domain: domain.values, domainSource: domain.source } : {}), ...(bounds ? { bounds } : {}), ...(times ? { times } : {}) })),
    table: (names) => {
      const { table, byName } = load();
      return {
        rows: table.rows,
        columns: names.map((name) => {
          const column = byName.get(name);
          if (!column) throw new Fault('schema.unknown-column', `The column ${name} is not among those that the task reads.`, { at: name });
          return column;
        }),
      };
    },
    get split() {
      return load().split;
    },
    shares: 'column' in work.dataset.split ? null : work.dataset.split,
    privacyUnit: work.privacyUnit,
    minRows: work.minRows,
    ...(noisy ?? (query ? { sources: query.sources, query: query.ask, keep: query.keep, frames: query.frames } : {})),
  };
  const { protocol, algorithm, model, privacy, podIndex, podCount } = work;
  return openPodSession({ protocol, algorithm, model, privacy, podIndex, podCount, data, bits: cryptoBits(globalThis.crypto), resumed });
}

const withNames = ({ table, split }: Loaded) => ({ table, split, byName: new Map(table.columns.map((column) => [column.name, column])) });
