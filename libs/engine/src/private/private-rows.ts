import { planTypeOf } from '@podnet/contracts';
import { Fault } from '@podnet/errors';
import { parsePlan, type Analysis, type ColumnType, type Source, type TypedNode, type TypedPlan } from '@podnet/plan';
import type { Frame, Table } from '../polars.ts';
import { Compilation } from '../query/compilation.ts';
import { nodeCompilers } from '../query/nodes/registry.ts';
import { columnsMentioned } from '../query/plain-texts.ts';
import type { Keys, QueryFrame } from '../query/query-frame.ts';
import type { QueryTable } from '../query/query-work.ts';
import type { QueryRoom } from '../query/run-query.ts';
import { scanDataset, scanOwn, type Scanned } from '../query/scanning.ts';

/** What a private query reads. */
export interface PrivateSources {
  readonly tables: ReadonlyMap<string, QueryTable>;
  readonly baseDir: string;
}

/** Nothing is counted on the way: what protects is noise, and it is added to the sums. */
const uncounted: Analysis = { datasets: [], level: 'open', output: [], rows: [], refusals: [], carriers: [], marks: [], checkpoints: [], keyedGroups: [], duplication: null };

const noSeeds = [0, 0, 0, 0] as const;

/** The rows of a private query as one lazy table. **Throws** `plan.*`, `schema.*`, `dataset.unknown`, `data.*`. */
export function privateRows({ pl, plain, open }: QueryRoom, rows: unknown, { tables, baseDir }: PrivateSources, keys: Keys): { plan: TypedPlan; frame: QueryFrame } {
  const plan = parsePlan(rows, new Map([...tables].map(([name, table]): [string, Source] => [name, sourceOf(table)])));
  const mentioned = columnsMentioned(plan.root);
  const typesOf = new Map(scansIn(plan.root).map(({ fields, schema }) => [(fields as { source: string }).source, new Map(schema.map(({ name, type }): [string, ColumnType] => [name, type]))]));
  const collect = (frame: Frame): Table => frame.collectSync({ engine: 'streaming' });
  const scan = (name: string): Scanned => {
    const table = tables.get(name);
    if (table === undefined) throw new Fault('dataset.unknown', 'There is no such dataset or frame, or you may not see it.');
    if (table.kind === 'own') return scanOwn(pl, keys, table);
    const source = plain.of(pl, open(table, baseDir), JSON.stringify([name, table.version]), mentioned, collect);
    return scanDataset(pl, keys, table, source, typesOf.get(name)!, noSeeds);
  };
  const work = { plan, planJson: null, analysis: uncounted, baseDir, tables, thresholds: new Map(), suppress: new Map(), difference: new Map(), released: [], dominance: new Map(), homogeneity: new Set<string>(), rounding: null, nulled: new Set<string>(), key: new Uint8Array(32), mostRows: 0, mostBytes: 0 };
  const compilation = new Compilation({
    pl, work, keys, nodes: nodeCompilers, scan, collect, mostRowsOfUnit: () => 1, sumsOfRows: () => null,
    settle: (_checkpoint, frame) => frame,
  });
  return { plan, frame: compilation.node(plan.root, '', false) };
}

const sourceOf = (table: QueryTable): Source => (table.kind === 'dataset'
  ? { kind: 'dataset', unit: table.unit, columns: table.schema.map((column) => ({ name: column.name, type: planTypeOf(column) })) }
  : { kind: 'own', columns: table.columns.map(({ name, type }) => ({ name, type: type as ColumnType })) });

const scansIn = (node: TypedNode): TypedNode[] => (node.source === null ? node.inputs.flatMap(scansIn) : [node]);
