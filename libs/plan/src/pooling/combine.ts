import { Fault } from '@podnet/errors';
import { valueOfCell, type Cell } from '../cell.ts';
import { commonType, type ColumnType } from '../column-type.ts';
import { keyOfAll, type Value } from '../reference/value.ts';
import type { Leaf, PartOp } from './parts.ts';
import { columnOf, type PodColumn, type PodTable, type PooledTable } from './pooled-table.ts';
import type { Cut } from './split.ts';
import { compensatedSum, pooledMean, pooledVariance, pooledWhole, type Moments, type Told } from './sums.ts';

/** A group at one pod: the pod, and its row there. */
interface Place {
  readonly pod: PodTable;
  readonly row: number;
}

/** Groups of all pods with the aggregates of each, in the order in which pods first name them. **Throws** `plan.cannot-pool`, `schema.incompatible`, `data.not-finite`. */
export function combineGroups({ keys, leaves }: Cut, pods: readonly PodTable[]): PooledTable {
  const keyColumns = keys.map((name) => keyColumn(name, pods));
  const groups = new Map<string, { values: Value[]; places: Place[] }>();
  for (const pod of pods) {
    const columns = keys.map((name) => columnOf(pod, name));
    for (let row = 0; row < pod.rows; row++) {
      const values = columns.map(({ type, values: cells }) => keyValue(cells[row]!, type));
      const key = keyOfAll(values);
      const group = groups.get(key) ?? { values, places: [] };
      group.places.push({ pod, row });
      groups.set(key, group);
    }
  }
  const made = leaves.map((leaf) => leafColumn(leaf, pods));
  return {
    columns: [...keyColumns, ...made.map(({ name, type, nulled }) => ({ name, type, nulled }))],
    rows: [...groups.values()].map(({ values, places }) => [...values, ...made.map(({ of }) => of(places))]),
  };
}

/** The name of a `describe`'s rows is no key of the data: its cells are pooled one by one. */
export function combineDescriptions({ statistics }: Cut, pods: readonly PodTable[]): PooledTable {
  const names = pods[0]!.columns.map(({ name }) => name).filter((name) => name !== 'statistic');
  if (pods.some(({ columns }) => columns.length !== names.length + 1 || columns.some(({ name }, at) => at > 0 && name !== names[at - 1]))) throw new Fault('schema.incompatible', 'The pods describe different columns.', { hint: 'Select the columns that all pods have.' });
  const cell = (pod: PodTable, statistic: string, name: string): Told => {
    const row = columnOf(pod, 'statistic').values.indexOf(statistic);
    return row < 0 ? null : (columnOf(pod, name).values[row] as Told);
  };
  const pooled = (statistic: string, name: string): Told => {
    if (statistic === 'count' || statistic === 'nullCount') return added(pods.map((pod) => cell(pod, statistic, name)));
    const moments = pods.map((pod): Moments => {
      const std = cell(pod, 'std', name);
      return { count: cell(pod, 'count', name) ?? 0, mean: cell(pod, 'mean', name), variance: std === null ? null : std ** 2 };
    });
    if (statistic === 'mean') return finite(pooledMean(moments));
    const variance = pooledVariance(moments);
    return finite(variance === null ? null : Math.sqrt(variance));
  };
  return {
    columns: [{ name: 'statistic', type: 'text', nulled: false }, ...names.map((name) => ({ name, type: 'number' as const, nulled: pods.some((pod) => columnOf(pod, name).nulled) }))],
    rows: statistics!.map((statistic) => [statistic, ...names.map((name) => (pods.some((pod) => columnOf(pod, name).nulled) ? null : pooled(statistic, name)))]),
  };
}

function keyColumn(name: string, pods: readonly PodTable[]): PooledTable['columns'][number] {
  const columns = pods.map((pod) => columnOf(pod, name));
  if (columns.some(({ nulled }) => nulled)) throw new Fault('plan.cannot-pool', 'A pod nulls a column that the groups are made by, so that they cannot be told apart.', { hint: 'Group by columns that are not sanitised.' });
  const type = columns.reduce<ColumnType | null>((all, column) => (all === null ? null : commonType(all, column.type)), 'null');
  if (type === null) throw new Fault('schema.incompatible', 'The pods have groups of different types.', { hint: 'Cast the column that the groups are made by.' });
  return { name, type, nulled: false };
}

function keyValue(cell: Cell, type: ColumnType): Value {
  if (type === 'integer' && typeof cell === 'string') throw new Fault('plan.cannot-pool', 'Groups are made by whole numbers beyond 2^53, which are not told apart here.', { hint: 'Cast them to text.' });
  return valueOfCell(cell, type);
}

interface LeafColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly nulled: boolean;
  of(places: readonly Place[]): Value;
}

/** One aggregate over all pods. Missing where a pod nulls one of its parts. */
function leafColumn({ op, column: name, parts }: Leaf, pods: readonly PodTable[]): LeafColumn {
  const columns = (part: PartOp): PodColumn[] => pods.map((pod) => columnOf(pod, parts[part]!));
  const nulled = (Object.keys(parts) as PartOp[]).some((part) => columns(part).some((column) => column.nulled));
  const told = (part: PartOp, places: readonly Place[]): Cell[] => places.map(({ pod, row }) => columnOf(pod, parts[part]!).values[row]!);
  const isAdded = op === 'len' || op === 'count' || op === 'sum' || op === 'sumOrNull';
  const type: ColumnType = isAdded && columns(op).every((column) => column.type === 'integer') ? 'integer' : 'number';
  const of = (places: readonly Place[]): Value => {
    if (nulled) return null;
    if (isAdded) return addedCells(told(op, places), type, op === 'sumOrNull');
    const [counts, means, variances, sums] = (['count', 'mean', 'var', 'sum'] as const).map((part) => (parts[part] === undefined ? null : told(part, places)));
    const moments = places.map((_place, at): Moments => ({ count: counts![at] as number, mean: means![at] as Told, variance: (variances?.[at] ?? null) as Told, sum: sums === null || sums![at] === null ? null : Number(sums![at]) }));
    if (op === 'mean') return finite(pooledMean(moments));
    const variance = finite(pooledVariance(moments));
    return op === 'std' && variance !== null ? Math.sqrt(variance) : variance;
  };
  return { name, type, nulled, of };
}

/** `skips`: a pod without values says nothing, and is passed over; otherwise what a pod cannot say is not known of all. */
function addedCells(cells: readonly Cell[], type: ColumnType, skips: boolean): number | null {
  const there = cells.filter((cell) => cell !== null) as (string | number)[];
  if (there.length === 0 || (!skips && there.length < cells.length)) return null;
  return type === 'integer' ? pooledWhole(there) : finite(compensatedSum(there.map(Number)));
}

const added = (values: readonly Told[]): Told => (values.includes(null) ? null : values.reduce<number>((sum, value) => sum + value!, 0));

function finite(value: Told): Told {
  if (value !== null && !Number.isFinite(value)) throw new Fault('data.not-finite', 'The answers of all pods together are not finite.');
  return value;
}
