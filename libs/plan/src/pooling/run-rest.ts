import { cellOfValue, type Cell } from '../cell.ts';
import { analysePlan } from '../analyse.ts';
import { parsePlan } from '../parse.ts';
import { runReference, type SmallTable, type SmallTables } from '../reference/run.ts';
import { nullings } from '../sanitise.ts';
import type { Source, Sources } from '../typed.ts';
import type { PodTable, PooledTable } from './pooled-table.ts';
import type { Pooling } from './pool-plan.ts';

/** Tables that the modeller brought, as plans see them and as rows. */
export interface BroughtTables {
  readonly sources: Sources;
  readonly tables: SmallTables;
}

const none: BroughtTables = { sources: new Map(), tables: new Map() };

/**
 * The rest of a plan over the groups of all pods: filters, orders, arithmetic, further aggregates. A column that depends on what a pod nulled is
 * nulled as well, by whatever road. **Throws** as `parsePlan`, with paths of the rest.
 */
export function runRest({ rest, pooled }: Pick<Pooling, 'rest' | 'pooled'>, table: PooledTable, brought: BroughtTables = none): PodTable {
  const source: Source = { kind: 'dataset', unit: null, columns: table.columns.map(({ name, type }) => ({ name, type })) };
  const plan = parsePlan(rest, new Map<string, Source>([...brought.sources, [pooled, source]]));
  const small: SmallTable = { units: [], rows: table.rows.map((row) => Object.fromEntries(table.columns.map(({ name }, at) => [name, row[at]!]))) };
  const run = runReference(plan, new Map([...brought.tables, [pooled, small]]));
  const hidden = new Set(table.columns.filter(({ nulled }) => nulled).map(({ name }) => name));
  const nulled = new Set(hidden.size === 0 ? [] : nullings(analysePlan(plan), ({ dataset, column }) => dataset === pooled && hidden.has(column)).map(({ column }) => column));
  return {
    rows: run.rows.length,
    columns: plan.root.schema.map(({ name, type }, at) => ({ name, type, nulled: nulled.has(name), values: run.rows.map((row): Cell => (nulled.has(name) ? null : cellOfValue(row[at]!, type))) })),
  };
}
