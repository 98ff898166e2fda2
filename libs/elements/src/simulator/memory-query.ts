import { Fault } from '@podnet/errors';
import { createRandom } from '@podnet/learning';
import { analysePlan, cellOfValue, countPrivatelySlowly, judgeRun, parsePlan, runReference, type PrivateMetadata, type SmallTable, type Source } from '@podnet/plan';
import type { DataContext } from '../pod-part.ts';
import type { FrameEntry, QueryAsk } from '../query/answer.ts';
import { planTypeOf, sourceOfSchema, sourcesOfTables } from '../query/plan-source.ts';
import { smallTableOf } from '../query/small-table.ts';
import type { MemoryRow, MemoryTable } from './memory-row.ts';

type Value = SmallTable['rows'][number][string];

export interface MemoryQueries {
  tables: Readonly<Record<string, MemoryTable>>;
  /** Fewest units behind a row of an answer; none: everything is released. */
  minSize: number | null;
  /** What is declared for answers with noise; none: private queries are not answered. */
  metadata: PrivateMetadata | null;
}

/** Plans over tables in memory, run by the reference and judged by one number: what runner, engine and policy do for files. */
export function memoryQueries({ tables, minSize, metadata }: MemoryQueries): Required<Pick<DataContext, 'query' | 'keep' | 'sources' | 'frames'>> & Pick<DataContext, 'metadata' | 'aggregate'> {
  const brought = new Map<string, SmallTable>();
  /** Datasets, and frames as they are kept. */
  const sources = new Map(Object.entries(tables).map(([name, { schema }]): [string, Source] => [name, sourceOfSchema(schema)]));
  const rowsOf = new Map(Object.entries(tables).map(([name, table]): [string, SmallTable] => [name, smallTable(table)]));
  const kept = new Map<string, FrameEntry>();
  const read = (ask: QueryAsk) => parsePlan(ask.plan, new Map([...sources, ...sourcesOfTables(ask.tables)]));

  return {
    sources,
    // The same rows are left out each time, so that runs repeat.
    ...(metadata === null ? {} : { metadata, aggregate: (ask) => countPrivatelySlowly(ask, sources, rowsOf, createRandom(1).uniform) }),
    query(ask) {
      const plan = read(ask);
      const analysis = analysePlan(plan);
      const run = runReference(plan, new Map([...rowsOf, ...brought, ...Object.entries(ask.tables).map(([name, table]): [string, SmallTable] => [name, smallTableOf(table)])]), analysis);
      if (minSize !== null && !judgeRun(analysis, run, { minSize, orderStatistics: 'refuse' }).released) throw new Fault('policy.denied');
      const columns = plan.root.schema.map(({ name, type }, at) => ({ name, type, nulled: false, values: run.rows.map((row) => cellOfValue(row[at]!, type)) }));
      return { rows: run.rows.length, columns, suppressed: false, warnings: [] };
    },
    keep(ask) {
      if (Object.hasOwn(tables, ask.name)) throw new Fault('conflict.exists', 'A dataset has this name.');
      const plan = read(ask);
      sources.set(ask.name, { kind: 'derived', plan });
      for (const [name, table] of Object.entries(ask.tables)) brought.set(name, smallTableOf(table));
      const frame = { name: ask.name, columns: plan.root.schema.map(({ name, type }) => ({ name, type })) };
      kept.set(ask.name, { ...frame, datasets: analysePlan(plan).datasets, madeAt: 0, expiresAt: ask.hours * 3_600_000, stale: false });
      return frame;
    },
    frames: {
      list: () => [...kept.values()],
      delete(name) {
        if (!kept.delete(name)) throw new Fault('dataset.unknown', 'There is no such frame.');
        sources.delete(name);
      },
    },
  };
}

const smallTable = ({ schema, rows }: MemoryTable): SmallTable => ({
  units: rows.map((_row, index) => String(index)),
  rows: rows.map((row) => Object.fromEntries(schema.map((column) => [column.name, valueOf(row[column.name], planTypeOf(column))]))),
});

function valueOf(cell: MemoryRow[string], type: ReturnType<typeof planTypeOf>): Value {
  if (cell === null || cell === undefined || cell === '') return null;
  if (type === 'number' || type === 'integer') return Number(cell);
  if (type === 'boolean') return cell === true || cell === 'true' || cell === 1;
  if (type === 'date' || type === 'datetime') return Date.parse(String(cell));
  return String(cell);
}
