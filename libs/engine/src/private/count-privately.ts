import { Fault } from '@podnet/errors';
import { compareKeys, type Cell, type PrivateAsk, type PrivateCounts, type PrivateMeasure, type PrivateQuery, type ScalarType } from '@podnet/plan';
import { translated, type Expression, type Frame, type Polars, type Table } from '../polars.ts';
import { Keys } from '../query/query-frame.ts';
import type { QueryRoom } from '../query/run-query.ts';
import { bounded } from './contribution-bounds.ts';
import { partsOfSquares, partsOfSum, type SumPart } from './exact-sums.ts';
import { cellsOf, groupedKey, isAnswered } from './key-columns.ts';
import { privateRows, type PrivateSources } from './private-rows.ts';
import { largestTick, ticksOf } from './ticks.ts';

/**
 * Exact numbers of a private query, under its contribution bounds: nothing of them may leave without noise.
 *
 * **Privacy** without one unit of the dataset, and given the same choices for all others, a group's numbers change by no more than `maxRows` rows of
 * ticks within their bounds, in `maxGroups` groups. Rows without a unit belong to nobody, and are left out. **Throws** `plan.*`, `schema.*`, `data.*`,
 * `usage.invalid` for bounds that ticks cannot count.
 */
export function countPrivately(room: QueryRoom, ask: PrivateAsk, sources: PrivateSources): PrivateCounts {
  return translated(() => new Counting(room, ask, sources).counts(), 'data.unreadable', 'The query could not be computed on this data.');
}

/** How the numbers of one value are found in the groups. */
interface Summed {
  readonly present: string;
  readonly sum: readonly Weighted[];
  readonly squares: readonly Weighted[];
  readonly list: string | null;
}

interface Weighted {
  readonly key: string;
  readonly weight: bigint;
}

class Counting {
  private readonly pl: Polars;
  private readonly query: PrivateQuery;
  private readonly measures: readonly PrivateMeasure[];
  private readonly keys = new Keys();
  /** Columns of the rows: keys in their order, the unit, and ticks by the index of their value. */
  private readonly by: readonly string[];
  private readonly unit: string | null;
  private readonly ticks: ReadonlyMap<number, string>;
  private readonly rows: Frame;

  constructor(room: QueryRoom, { query, measures }: PrivateAsk, sources: PrivateSources) {
    const pl = (this.pl = room.pl);
    this.query = query;
    this.measures = measures;
    if (!isBound(query.maxRows) || !isBound(query.maxGroups)) throw new Fault('usage.invalid', 'Contribution bounds are whole numbers above 0.');
    const { plan, frame } = privateRows(room, query.rows, sources, this.keys);
    const read = (name: string): { value: Expression; type: ScalarType } => {
      const key = frame.columns.get(name);
      if (key === undefined) throw new Fault('schema.unknown-column', 'The rows of the query lack a column.', { at: name });
      return { value: pl.col(key), type: plan.root.schema.find((column) => column.name === name)!.type as ScalarType };
    };
    const made: Expression[] = [];
    const add = (value: Expression): string => {
      const key = this.keys.next();
      made.push(value.alias(key));
      return key;
    };
    this.by = query.keys.map((key) => add(groupedKey(pl, read(key.column).value, key.type)));
    this.unit = query.unit === null ? null : add(groupedKey(pl, read(query.unit).value, read(query.unit).type));
    const used = new Set(measures.flatMap((measure) => ('value' in measure ? [measure.value] : [])));
    this.ticks = new Map([...used].map((index): [number, string] => {
      const value = query.values[index];
      if (value === undefined) throw new Fault('usage.invalid', 'A measure is of a value that the query has not.');
      largestTick(value.bounds);
      const { value: number, type } = read(value.column);
      return [index, add(ticksOf(pl, number, value.bounds, type === 'integer'))];
    }));
    // Beside the rows first: a constant alone would be one row. Without any column there would be none.
    const named = [...this.by, ...(this.unit === null ? [] : [this.unit]), ...this.ticks.values()];
    const columns = made.length === 0 ? [add(pl.lit(true))] : named;
    const rows = frame.frame.withColumns(...made).select(...columns.map((column) => pl.col(column)));
    const conditions = [...query.keys.flatMap((key, at) => isAnswered(pl, pl.col(this.by[at]!), key) ?? []), ...(this.unit === null ? [] : [pl.col(this.unit).isNotNull()])];
    this.rows = conditions.length === 0 ? rows : rows.filter(conditions.reduce((all, one) => all.and(one)));
  }

  counts(): PrivateCounts {
    const rows = this.bounded();
    const groups = this.groups(rows);
    return { groups: groups.map(({ key, measured }) => ({ key, measured })), privateKeys: this.privateKeys(rows, groups) };
  }

  /** Where every row is its own unit it is in one group, once. */
  private bounded(): Frame {
    const { pl, keys, unit, by, query: { maxRows, maxGroups } } = this;
    if (unit === null) return this.rows;
    const table = this.rows.collectSync({ engine: 'streaming' });
    return bounded(pl, keys, { table, unit, keys: by, beside: [...this.ticks.values()] }, { maxRows, maxGroups }).lazy();
  }

  private groups(rows: Frame): { key: readonly Cell[]; measured: readonly (bigint | Float64Array)[]; units: number }[] {
    const { pl, by, unit, query } = this;
    const made: Expression[] = [];
    const add = (value: Expression): string => {
      const key = this.keys.next();
      made.push(value.alias(key));
      return key;
    };
    const length = add(pl.len());
    const wants = (measure: PrivateMeasure['measure'], value?: number): boolean => this.measures.some((one) => one.measure === measure && (value === undefined || ('value' in one && one.value === value)));
    const hasPrivateKeys = query.keys.some(({ values }) => values === null);
    const units = unit !== null && (wants('units') || hasPrivateKeys) ? add(pl.col(unit).nUnique()) : length;
    const summed = new Map([...this.ticks].map(([value, ticks]): [number, Summed] => {
      const most = largestTick(query.values[value]!.bounds);
      const weighted = (parts: readonly SumPart[]): Weighted[] => parts.map((part) => ({ key: add(part.value.sum()), weight: part.weight }));
      return [value, {
        present: add(pl.col(ticks).count()),
        sum: wants('sum', value) || wants('squares', value) ? weighted(partsOfSum(pl, pl.col(ticks), most)) : [],
        squares: wants('squares', value) ? weighted(partsOfSquares(pl, pl.col(ticks), most)) : [],
        list: wants('sorted', value) ? add(pl.col(ticks).dropNulls()) : null,
      }];
    }));
    // Lists of all rows are no aggregate without a group-by.
    const one = by.length === 0 ? this.keys.next() : null;
    const lists = [...summed.values()].some(({ list }) => list !== null);
    const grouped = one === null ? rows.groupBy([...by]).agg(...made)
      : lists ? rows.withColumns(pl.lit(true).alias(one)).groupBy([one]).agg(...made)
        : rows.select(...made);
    const table = grouped.filter(pl.col(length).gt(pl.lit(0))).collectSync({ engine: 'streaming' });
    return this.read(table, length, units, summed).sort((a, b) => compareKeys(a.key, b.key));
  }

  private read(table: Table, length: string, units: string, summed: ReadonlyMap<number, Summed>) {
    const cells = this.query.keys.map((key, at) => cellsOf(this.pl, table, this.by[at]!, key));
    const taken = new Map<string, readonly bigint[]>();
    const whole = (column: string, at: number): bigint => {
      if (!taken.has(column)) taken.set(column, wholeNumbers(this.pl, table, column));
      return taken.get(column)![at]!;
    };
    const added = (parts: readonly Weighted[], at: number): bigint => parts.reduce((sum, { key, weight }) => sum + weight * whole(key, at), 0n);
    const lists = new Map([...summed].flatMap(([value, { list, present }]): [number, Float64Array[]][] => (list === null ? [] : [[value, sortedLists(this.pl, table, list, (at) => Number(whole(present, at)))]])));
    const measure = (asked: PrivateMeasure, at: number): bigint | Float64Array => {
      if (asked.measure === 'rows') return whole(length, at);
      if (asked.measure === 'units') return whole(units, at);
      const { present, sum, squares } = summed.get(asked.value)!;
      if (asked.measure === 'present') return whole(present, at);
      if (asked.measure === 'sorted') return lists.get(asked.value)![at]!;
      const origin = BigInt(asked.origin);
      if (asked.measure === 'sum') return added(sum, at) - origin * whole(present, at);
      // Σ((t − o)² − q) = Σt² − 2o·Σt + n·(o² − q).
      return added(squares, at) - 2n * origin * added(sum, at) + whole(present, at) * (origin * origin - BigInt(asked.squareOrigin));
    };
    return Array.from({ length: table.height }, (_group, at) => ({ key: cells.map((column) => column[at]!), measured: this.measures.map((asked) => measure(asked, at)), units: Number(whole(units, at)) }));
  }

  /** Units in several groups of one combination count once; where every row is its own unit they are in one. */
  private privateKeys(rows: Frame, groups: readonly { readonly key: readonly Cell[]; readonly units: number }[]): PrivateCounts['privateKeys'] {
    const { pl, query: { keys }, by, unit } = this;
    const at = keys.flatMap(({ values }, index) => (values === null ? [index] : []));
    if (at.length === 0) return [];
    if (unit === null || at.length === keys.length) {
      const found = new Map<string, { key: Cell[]; units: number }>();
      for (const { key, units } of groups) {
        const cells = at.map((index) => key[index]!);
        const name = JSON.stringify(cells);
        const known = found.get(name);
        if (known === undefined) found.set(name, { key: cells, units });
        else known.units += units;
      }
      return [...found.values()].sort((a, b) => compareKeys(a.key, b.key));
    }
    const units = this.keys.next();
    const table = rows.groupBy(at.map((index) => by[index]!)).agg(pl.col(unit).nUnique().alias(units)).collectSync({ engine: 'streaming' });
    const counted = wholeNumbers(pl, table, units);
    const cells = at.map((index) => cellsOf(pl, table, by[index]!, keys[index]!));
    return counted.map((count, row) => ({ key: cells.map((column) => column[row]!), units: Number(count) })).sort((a, b) => compareKeys(a.key, b.key));
  }
}

const isBound = (bound: number): boolean => Number.isSafeInteger(bound) && bound > 0;

/** **Shape** (rows of the table). Sums of nothing are 0. */
const wholeNumbers = (pl: Polars, table: Table, column: string): bigint[] =>
  (table.select(pl.col(column).cast(pl.Int64).cast(pl.Utf8).alias('v')).getColumn('v').toArray() as (string | null)[]).map((digits) => BigInt(digits ?? '0'));

/** Ticks of each group in ascending order: which row had them is forgotten. */
function sortedLists(pl: Polars, table: Table, list: string, lengthOf: (at: number) => number): Float64Array[] {
  const all = table.lazy().select(pl.col(list).alias('v')).explode('v').select(pl.col('v').dropNulls().cast(pl.Float64)).collectSync().getColumn('v');
  const ticks = all.length === 0 ? new Float64Array() : Float64Array.from(all.toTypedArray() as ArrayLike<number>);
  let start = 0;
  return Array.from({ length: table.height }, (_group, at) => ticks.slice(start, (start += lengthOf(at))).sort());
}
