import { Fault } from '@podnet/errors';
import { analysePlan, parsePlan, type Cell, type PrivateAsk, type PrivateCounts, type PrivateKey, type PrivateMeasure, type PrivateValue, type Source, type Sources } from '@podnet/plan';
import { quantiser, type Quantiser } from '@podnet/privacy';
import { streamed, translated, type Expression, type Frame, type Polars, type Table } from '../polars.ts';
import { answerColumns } from '../query/answer.ts';
import { Compilation } from '../query/compilation.ts';
import { nodeCompilers } from '../query/nodes/registry.ts';
import { Keys } from '../query/query-frame.ts';
import type { QueryTable } from '../query/query-work.ts';
import type { QueryRoom } from '../query/run-query.ts';
import { scanDataset, scanOwn } from '../query/scanning.ts';
import { bounded } from './bounding.ts';
import { exactSum, type ExactSum } from './exact-sums.ts';

export interface PrivateSources {
  /** What the plan scans, as it was checked. */
  readonly sources: Sources;
  readonly tables: ReadonlyMap<string, QueryTable>;
  readonly baseDir: string;
}

const unreadable = 'The query could not be computed on this data.';

/**
 * Counts and sums under contribution bounds. The numbers are exact: whoever calls this adds noise to each of them before any leaves.
 *
 * **Units** ticks of declared granularities; whole numbers of any size. **Privacy** one unit moves the numbers of at most `maxGroups` groups, each by at most
 * `maxRows` rows' worth, whatever the rows hold: values are clamped and rounded one by one, and rows beyond the bounds are left out at random.
 * **Throws** `data.*` for sources that cannot be read.
 */
export function countPrivately(room: Pick<QueryRoom, 'pl' | 'open'>, ask: PrivateAsk, from: PrivateSources): PrivateCounts {
  return translated(() => new Counting(room, ask, from).counts(), 'data.unreadable', unreadable);
}

class Counting {
  private readonly room: Pick<QueryRoom, 'pl' | 'open'>;
  private readonly ask: PrivateAsk;
  private readonly from: PrivateSources;
  private readonly keys = new Keys();
  private readonly columns: readonly Quantiser[];

  constructor(room: Pick<QueryRoom, 'pl' | 'open'>, ask: PrivateAsk, from: PrivateSources) {
    this.room = room;
    this.ask = ask;
    this.from = from;
    this.columns = ask.query.values.map(({ bounds }) => quantiser(bounds));
  }

  counts(): PrivateCounts {
    const { query } = this.ask;
    const { frame, keyOf } = this.rows();
    const by = query.keys.map(({ column }) => keyOf(column));
    const values = query.values.map(({ column }) => keyOf(column));
    const unit = query.unit === null ? null : keyOf(query.unit);
    const ticks = frame.withColumns(...values.map((key, at) => this.ticks(key, query.values[at]!, this.columns[at]!)));
    const known = query.keys.reduce((rows, key, at) => (key.values === null ? rows : rows.filter(this.isKnown(by[at]!, key))), values.length === 0 ? frame : ticks);
    const rows = unit === null ? known : bounded(this.room.pl, this.keys, known, { unit, by, maxRows: query.maxRows, maxGroups: query.maxGroups });
    const groups = this.groups(rows, by, values, unit);
    return { groups, privateKeys: this.privateKeys(rows, by, unit) };
  }

  /** The rows of the query as a lazy native table, without anything that counts who is behind them: bounds do that. */
  private rows(): { frame: Frame; keyOf(column: string): string } {
    const { pl, open } = this.room;
    const { query } = this.ask;
    const { sources, tables, baseDir } = this.from;
    // Tables of nobody have no carriers, and what is not carried is not computed.
    const plain = new Map(query.datasets.map((name): [string, Source] => {
      const source = sources.get(name);
      if (source?.kind !== 'dataset') throw new Fault('dataset.unknown', 'There is no such dataset or frame, or you may not see it.');
      return [name, { kind: 'own', columns: source.columns }];
    }));
    const plan = parsePlan(query.rows, plain);
    const scan = (name: string) => {
      const table = tables.get(name);
      if (table === undefined) throw new Fault('dataset.unknown', 'There is no such dataset or frame, or you may not see it.');
      if (table.kind === 'own') return scanOwn(pl, this.keys, table);
      const { columns } = plain.get(name) as Extract<Source, { kind: 'own' }>;
      return scanDataset(pl, this.keys, { ...table, unit: null }, open(table, baseDir), new Map(columns.map(({ name: column, type }) => [column, type])), [0, 1, 2, 3]);
    };
    const work = { plan, planJson: query.rows, analysis: analysePlan(plan), baseDir, tables, thresholds: new Map(), suppress: new Map(), difference: new Map(), released: [], dominance: new Map(), homogeneity: new Set<string>(), rounding: null, nulled: new Set<string>(), key: new Uint8Array(), mostRows: 0, mostBytes: 0 };
    const made = new Compilation({ pl, work, keys: this.keys, nodes: nodeCompilers, scan, collect: streamed, mostRowsOfUnit: () => 1, sumsOfRows: () => null, settle: (_checkpoint, frame) => frame }).node(plan.root, '', false);
    return { frame: made.frame, keyOf: (column) => made.columns.get(column)! };
  }

  /** x → round(clamp(x) ÷ granularity), one row at a time; NaN is no value. */
  private ticks(key: string, _value: PrivateValue, { granularity, lowerTicks, upperTicks }: Quantiser): Expression {
    const { pl } = this.room;
    const number = pl.col(key).cast(pl.Float64);
    const present = pl.when(number.eq(number)).then(number).otherwise(pl.lit(null));
    // Clamped before it is a whole number, which holds no infinities, and after, for what rounding adds.
    const near = (granularity === 1 ? present : present.div(pl.lit(granularity))).add(pl.lit(0.5)).floor();
    const low = pl.when(near.lt(pl.lit(lowerTicks))).then(pl.lit(lowerTicks)).otherwise(near);
    const clamped = pl.when(low.gt(pl.lit(upperTicks))).then(pl.lit(upperTicks)).otherwise(low);
    return pl.when(present.isNotNull()).then(clamped).otherwise(pl.lit(null)).cast(pl.Int64).alias(key);
  }

  private isKnown(key: string, { type, values }: PrivateKey): Expression {
    const { pl } = this.room;
    const column = pl.col(key);
    const there = values!.filter((value) => value !== null);
    const isOne = type === 'boolean' ? column.isNotNull() : column.isIn(there as never);
    return values!.includes(null) ? isOne.or(column.isNull()) : isOne;
  }

  private groups(rows: Frame, by: readonly string[], values: readonly string[], unit: string | null): PrivateCounts['groups'] {
    const { pl } = this.room;
    const { measures, query } = this.ask;
    const read = measures.map((measure, at) => (measure.measure === 'sorted' ? null : this.sumOf(measure, values, unit, `m${at}`)));
    const aggregates = [pl.len().alias('n'), ...read.flatMap((sum) => sum?.expressions ?? [])];
    const table = streamed(by.length === 0 ? rows.select(...aggregates) : (rows.groupBy(by.map((key) => pl.col(key))).agg(...aggregates) as Frame));
    const keyed = this.cells(table, query.keys, by);
    const names = aggregatesOf(read, table);
    const texts = new Map(names.map((name) => [name, table.select(pl.col(name).cast(pl.Int64).cast(pl.Utf8).alias('v')).getColumn('v').toArray() as (string | null)[]]));
    const lists = measures.map((measure) => (measure.measure === 'sorted' ? this.sorted(rows, by, values[measure.value]!) : null));
    const made = keyed.map((key, row) => ({
      key,
      measured: measures.map((_measure, at): bigint | Float64Array => read[at]?.value((name) => texts.get(name)![row] ?? null) ?? lists[at]!.get(JSON.stringify(key)) ?? new Float64Array()),
    }));
    return made.sort((a, b) => (JSON.stringify(a.key) < JSON.stringify(b.key) ? -1 : 1));
  }

  private sumOf(measure: Exclude<PrivateMeasure, { measure: 'sorted' }>, values: readonly string[], unit: string | null, name: string): ExactSum {
    const { pl } = this.room;
    const whole = (expression: Expression): ExactSum => ({ expressions: [expression.alias(name)], value: (read) => BigInt(read(name) ?? '0') });
    if (measure.measure === 'rows') return whole(pl.len());
    if (measure.measure === 'units') return whole(unit === null ? pl.len() : pl.col(unit).nUnique());
    const ticks = pl.col(values[measure.value]!);
    if (measure.measure === 'present') return whole(ticks.count());
    const { lowerTicks, upperTicks } = this.columns[measure.value]!;
    const reach = Math.max(Math.abs(lowerTicks - measure.origin), Math.abs(upperTicks - measure.origin));
    const centred = ticks.sub(pl.lit(measure.origin).cast(pl.Int64));
    if (measure.measure === 'sum') return exactSum(pl, centred, reach, name);
    return exactSum(pl, centred.mul(centred).sub(pl.lit(measure.squareOrigin).cast(pl.Int64)), reach * reach, name);
  }

  /** All ticks of each group, ascending, by the text of its key. */
  private sorted(rows: Frame, by: readonly string[], value: string): ReadonlyMap<string, Float64Array> {
    const { pl } = this.room;
    const taken = streamed(rows.select(...by.map((key) => pl.col(key)), pl.col(value).cast(pl.Float64).alias(value)).filter(pl.col(value).isNotNull()));
    const ticks = taken.getColumn(value).toArray() as number[];
    const keyed = by.length === 0 ? null : this.cells(taken, this.ask.query.keys, by);
    const lists = new Map<string, number[]>();
    ticks.forEach((tick, row) => {
      const key = JSON.stringify(keyed === null ? [] : keyed[row]);
      const list = lists.get(key);
      if (list) list.push(tick);
      else lists.set(key, [tick]);
    });
    return new Map([...lists].map(([key, list]) => [key, Float64Array.from(list).sort()]));
  }

  private privateKeys(rows: Frame, by: readonly string[], unit: string | null): PrivateCounts['privateKeys'] {
    const { pl } = this.room;
    const { keys } = this.ask.query;
    const at = keys.flatMap(({ values }, index) => (values === null ? [index] : []));
    if (at.length === 0) return [];
    const columns = at.map((index) => by[index]!);
    const table = streamed(rows.groupBy(columns.map((key) => pl.col(key))).agg((unit === null ? pl.len() : pl.col(unit).nUnique()).cast(pl.Float64).alias('units')) as Frame);
    const units = table.getColumn('units').toArray() as number[];
    return this.cells(table, at.map((index) => keys[index]!), columns).map((key, row) => ({ key, units: units[row]! })).sort((a, b) => (JSON.stringify(a.key) < JSON.stringify(b.key) ? -1 : 1));
  }

  /** **Shape** (rows, keys). */
  private cells(table: Table, keys: readonly PrivateKey[], by: readonly string[]): Cell[][] {
    if (keys.length === 0) return Array.from({ length: table.height }, () => []);
    const named = answerColumns(this.room.pl as Polars, table, keys.map(({ column, type }) => ({ name: column, type })), new Map(keys.map(({ column }, at) => [column, by[at]!])), new Set());
    return Array.from({ length: table.height }, (_, row) => named.map(({ values }) => values[row] as Cell));
  }
}

/** Names of the columns that sums are read from. */
const aggregatesOf = (read: readonly (ExactSum | null)[], table: Table): string[] => (read.length === 0 ? [] : table.columns.filter((name) => /^m\d/.test(name)));
