import { createHash } from 'node:crypto';
import { Fault, isFault } from '@podnet/errors';
import { analysePlan, parsePlan, type Analysis, type CarrierDemand, type ColumnType, type DatasetSource, type MeasuredCheckpoint, type Measurement, type OwnSource, type ReleasedFamily, type TypedNode } from '@podnet/plan';
import { translated, type Frame, type Polars, type Table } from '../polars.ts';
import type { Source } from '../source.ts';
import { answerColumns, bytesOf } from './answer.ts';
import { check, type Checked } from './checkpoint.ts';
import { Compilation } from './compilation.ts';
import type { CompleteColumns } from './complete-columns.ts';
import { areApart, type Counter } from './counted-rows.ts';
import { featureText, nearMisses, type Comparing, type NamedFamily } from './difference.ts';
import { nodeCompilers } from './nodes/registry.ts';
import { columnsMentioned, type PlainTexts } from './plain-texts.ts';
import { planColumns } from './plan-columns.ts';
import { Keys, type QueryFrame, type UnitSet, type Watch } from './query-frame.ts';
import type { QueryOutcome, QueryTable, QueryWork, UnitFacts } from './query-work.ts';
import { decodeMaking, encodeMaking } from './recipe.ts';
import { hashSeeds, lazily, scanDataset, scanOwn, type Scanned } from './scanning.ts';
import { suppressingBy } from './suppression.ts';
import { findUnitFacts, type KnownUnits } from './unit-facts.ts';
import type { Sums } from './sums.ts';
import { familyOfRows, familyOfSets, type Family } from './unit-sets.ts';

type LeafSource = DatasetSource | OwnSource;

/** What outlives one query. */
export interface QueryRoom {
  readonly pl: Polars;
  readonly known: KnownUnits;
  readonly plain: PlainTexts;
  readonly complete: CompleteColumns;
  open(table: Extract<QueryTable, { kind: 'dataset' }>, baseDir: string): Source;
}

const unreadable = 'The query could not be computed on this data.';

/**
 * Runs a plan on the data, counts what its analysis asks for, and gives the answer with what was counted. Whether the answer may go is not decided here.
 * **Throws** `usage.too-large` for a cross join that would make too many rows, `data.*` for sources that cannot be read.
 */
export function runQuery(room: QueryRoom, work: QueryWork): QueryOutcome {
  return translated(() => new Running(room, work).outcome(), 'data.unreadable', unreadable);
}

/** Counts the units of a dataset. **Throws** `data.*`. */
export function countUnits({ pl, open }: QueryRoom, table: Extract<QueryTable, { kind: 'dataset' }>, baseDir: string): UnitFacts {
  const scanned = scanDataset(pl, new Keys(), table, open(table, baseDir), new Map(), [0, 1, 2, 3]);
  return translated(() => findUnitFacts(pl, scanned, table.unit === null, (frame) => frame.collectSync({ engine: 'streaming' })), 'data.unreadable', unreadable);
}

class Running {
  private readonly room: QueryRoom;
  private readonly work: QueryWork;
  private readonly keys = new Keys();
  private readonly measured: (MeasuredCheckpoint | null)[];
  private readonly standing: { readonly carrier: number; readonly frame: QueryFrame; readonly checked: Checked }[] = [];
  private readonly families: { readonly carrier: number; readonly set: UnitSet; readonly demand: CarrierDemand['demand']; readonly checked: Checked; readonly family: Family }[] = [];
  private readonly suspicious: Watch[] = [];
  private droppedGroups = 0;
  private readonly typesOf: ReadonlyMap<string, ReadonlyMap<string, ColumnType>>;
  private readonly mentioned = lazily(() => columnsMentioned(this.work.plan.root));
  private readonly facts = new Map<string, () => UnitFacts>();
  private readonly counter: Counter;

  constructor(room: QueryRoom, work: QueryWork) {
    this.room = room;
    this.work = work;
    this.measured = work.analysis.checkpoints.map(() => null);
    this.typesOf = new Map(scansIn(work.plan.root).map(({ fields, schema }) => [(fields as { source: string }).source, new Map(schema.map(({ name, type }) => [name, type]))]));
    this.counter = {
      pl: room.pl, keys: this.keys, collect: (frame) => this.collect(frame),
      mostRowsOfUnit: (carrier) => this.unitFacts(this.datasetOf(carrier)).most,
      enough: (carrier) => Math.max(work.thresholds.get(this.datasetOf(carrier)) ?? 1, work.suppress.get(this.datasetOf(carrier)) ?? 1),
    };
  }

  private collect(frame: Frame): Table {
    return frame.collectSync({ engine: 'streaming' });
  }

  private datasetOf(carrier: number): string {
    return this.work.analysis.carriers[carrier]!.dataset;
  }

  private table(name: string): QueryTable {
    const table = this.work.tables.get(name);
    if (table === undefined) throw new Fault('dataset.unknown', 'There is no such dataset or frame, or you may not see it.');
    return table;
  }

  private scan(name: string): Scanned {
    const { pl } = this.room;
    const table = this.table(name);
    if (table.kind === 'own') return scanOwn(pl, this.keys, table);
    const source = this.room.plain.of(pl, this.room.open(table, this.work.baseDir), JSON.stringify([name, table.version]), this.mentioned(), (frame) => this.collect(frame));
    const scanned = scanDataset(pl, this.keys, table, source, this.typesOf.get(name)!, hashSeeds(this.work.key, 'units'));
    const key = JSON.stringify([name, table.version, table.unit]);
    const isAsked = this.work.analysis.carriers.some(({ kind, dataset }) => dataset === name && (kind === 'contributors' || kind === 'side'));
    const asked = new Map(isAsked ? [...scanned.columns].filter(([column]) => this.mentioned().has(column)) : []);
    const complete = this.room.complete.of(pl, JSON.stringify([name, table.version]), scanned.frame, asked, (frame) => this.collect(frame));
    if (!this.facts.has(name)) this.facts.set(name, lazily(() => table.facts ?? this.room.known.of(key, () => findUnitFacts(pl, scanned, table.unit === null, (frame) => this.collect(frame)))));
    return { ...scanned, complete: new Set([...complete].map((column) => scanned.columns.get(column)!)) };
  }

  private unitFacts(name: string): UnitFacts {
    return this.facts.get(name)!();
  }

  private check(index: number, frame: QueryFrame): Checked {
    const { demands } = this.work.analysis.checkpoints[index]!;
    const checked = check(this.counter, this.work.analysis.checkpoints[index]!, frame, suppressingBy((carrier) => this.work.suppress.get(this.datasetOf(carrier)) ?? null), this.work.mostRows);
    this.measured[index] = checked.measured;
    this.droppedGroups += checked.dropped;
    this.look(checked.frame);
    for (const { carrier } of demands) if (this.work.difference.has(this.datasetOf(carrier))) this.standing.push({ carrier, frame, checked });
    return checked;
  }

  /** Results that tell of somebody by their value, among the rows that are left. */
  private look({ frame, watches }: QueryFrame): void {
    if (watches.length === 0) return;
    const { pl } = this.room;
    const [seen] = this.collect(frame.select(...watches.map(({ key }, index) => pl.col(key).cast(pl.Int64).sum().alias(`w${index}`)))).toRecords();
    this.suspicious.push(...watches.filter((_watch, index) => Number(seen![`w${index}`] ?? 0) > 0));
  }

  private suspects(kind: Watch['kind']): { dataset: string; column: string }[] {
    const of = this.suspicious.filter((watch) => watch.kind === kind).map(({ dataset, column }) => ({ dataset, column }));
    return [...new Map(of.map((one) => [JSON.stringify(one), one])).values()];
  }

  /** The sets of one carrier among rows that were checked. */
  private family(carrier: number, frame: QueryFrame, checked: Checked): NamedFamily {
    const { pl } = this.room;
    const dataset = this.datasetOf(carrier);
    const sums = this.seedsOf(dataset);
    const carried = frame.carriers.get(carrier)!;
    const found = checked.found.find(({ demand }) => demand.carrier === carrier);
    const named = { dataset, carrier, feature: featureText(this.work.analysis.carriers[carrier]!.feature) };
    if (carried.kind === 'one') return { ...named, ...familyOfRows(this.counter, checked.frame.frame, carried, sums) };
    const { set, demand: { demand } } = found!;
    // Carriers that hold everybody share their sets.
    const known = this.families.find((one) => one.set === set && one.demand === demand && one.checked === checked);
    if (known !== undefined) return { ...named, ...known.family };
    const alone = areApart(this.counter, set, carrier);
    const rows = checked.tableOf(found!);
    const { kind, of } = this.work.analysis.carriers[carrier]!;
    const within = kind === 'contributors' && this.families.some((one) => one.carrier === of && one.checked === checked && one.set.tokens === set.tokens && one.family.isApart);
    const isAlone = alone && rows.lazy().select(pl.struct(set.tokens.map((token) => pl.col(token))).nUnique().alias('n')).collectSync().toRecords()[0]!['n'] === rows.height;
    const family = familyOfSets(this.counter, rows, found!, sums, { alone: isAlone, within });
    this.families.push({ carrier, set, demand, checked, family });
    return { ...named, ...family };
  }

  private sumsOfRows(carrier: number): Sums {
    const dataset = this.datasetOf(carrier);
    return this.work.difference.has(dataset) && this.unitFacts(dataset).most === 1 ? this.seedsOf(dataset) : null;
  }

  /** The number of a row names nobody in another version: sums over such units are another secret's in each. */
  private seedsOf(dataset: string): Sums {
    const table = this.table(dataset);
    if (table.kind !== 'dataset') return null;
    const of = table.unit === null ? ` of ${table.version}` : '';
    return hashSeeds(this.work.key, `sum${of}`);
  }

  /** The family of a carrier, whatever the policies say of it: to compare with. */
  familyOf(carrier: number): NamedFamily | null {
    this.run();
    const found = this.standing.find((one) => one.carrier === carrier);
    return found === undefined ? null : this.family(found.carrier, found.frame, found.checked);
  }

  private comparing(): Comparing {
    return {
      counter: this.counter,
      nearest: (dataset) => this.work.difference.get(dataset)!,
      version: (dataset) => this.versionOf(dataset),
      whole: (dataset) => this.unitFacts(dataset).units,
      again: (released) => this.again(released),
    };
  }

  /** What says that a source is the same as it was: its version, or for a table of the modeller the hash of its content. */
  private versionOf(name: string): string {
    const table = this.table(name);
    return table.kind === 'dataset' ? table.version : createHash('sha256').update(JSON.stringify([table.columns, table.rows])).digest('base64url');
  }

  /** A released family made again by its recipe: only from sources that are what they were. */
  private again(released: ReleasedFamily): Family | null {
    const { recipe, dataset } = released;
    const { sources, suppress, carriers } = decodeMaking(released);
    const isSame = ([name, version]: readonly [string, string]): boolean => this.work.tables.has(name) && this.versionOf(name) === version;
    if (sources.length === 0 || !sources.every(isSame)) return null;
    try {
      const plan = parsePlan(recipe.plan, new Map(sources.map(([name]): [string, LeafSource] => [name, this.sourceOf(name)])));
      const analysis = analysePlan(plan);
      if (digestOf(analysis) !== carriers) return null;
      const running = new Running(this.room, { ...this.work, plan, analysis, thresholds: new Map(), suppress: new Map(suppress), difference: new Map([[dataset, 1]]), released: [] });
      return running.familyOf(recipe.carrier);
    } catch (error) {
      // What cannot be made again counts as near; the query itself does not end by it.
      if (isFault(error)) return null;
      throw error;
    }
  }

  private sourceOf(name: string): LeafSource {
    const table = this.table(name);
    if (table.kind === 'own') return { kind: 'own', columns: table.columns.map((column) => ({ name: column.name, type: column.type as ColumnType })) };
    const known = scansIn(this.work.plan.root).find(({ fields }) => (fields as { source: string }).source === name)?.source;
    return known?.kind === 'dataset' ? known : { kind: 'dataset', columns: planColumns(this.room.pl, this.room.open(table, this.work.baseDir), table.schema), unit: table.unit };
  }

  /** What has to be remembered when the answer is released. */
  private released(families: readonly NamedFamily[]): ReleasedFamily[] {
    const { planJson: plan, suppress, analysis } = this.work;
    const sources = [...this.typesOf.keys()].sort().map((name) => [name, this.versionOf(name)] as const);
    const making = encodeMaking({ suppress: [...suppress], sources, carriers: digestOf(analysis) });
    const made = families.map(({ dataset, feature, carrier, sets, isApart }): ReleasedFamily => {
      // In an order that says nothing of groups, so that the same sets look the same whatever was asked of them.
      const [all, each] = [true, false].map((isAll) => sets.filter(({ row }) => (row === '') === isAll).sort((a, b) => (a.sum < b.sum ? -1 : 1)));
      const ordered = [...all!, ...each!];
      return { dataset, version: this.versionOf(dataset), feature, sizes: ordered.map(({ size }) => size), sums: ordered.map(({ sum }) => sum), hasAll: all!.length > 0, isApart, recipe: { plan, carrier, making } };
    });
    return [...new Map(made.map((family) => [JSON.stringify([family.dataset, family.feature, family.hasAll, family.sizes, family.sums]), family])).values()];
  }

  /** Rows that could be given as they are: what comes after is a function of them, and nobody stands behind it. */
  private settle(index: number, frame: QueryFrame): QueryFrame {
    const { frame: kept, table } = this.check(index, frame);
    return { frame: kept.frame, columns: kept.columns, carriers: new Map(), marks: new Map(), watches: [], complete: new Set(), never: new Set(), mostRows: this.isSafe(index) ? () => table.height : kept.mostRows };
  }

  /** Sizes of rows that are not safe decide nothing that shows. */
  private isSafe(index: number): boolean {
    return this.work.analysis.checkpoints[index]!.demands.every(({ carrier, demand }, at) => {
      const { smallest } = this.measured[index]!.demands[at]!;
      return smallest === null ? demand === 'each-side' : smallest.units >= (this.work.thresholds.get(this.datasetOf(carrier)) ?? Infinity);
    });
  }

  /** The rows of the answer, checked at the root and everywhere before. */
  private run(): Checked {
    const { pl } = this.room;
    const { plan: { root }, analysis } = this.work;
    const run = new Compilation({
      pl, work: this.work, keys: this.keys, nodes: nodeCompilers, scan: (name) => this.scan(name), collect: (frame) => this.collect(frame), sumsOfRows: (carrier) => this.sumsOfRows(carrier), mostRowsOfUnit: this.counter.mostRowsOfUnit, settle: (index, frame) => this.settle(index, frame),
    });
    return this.check(analysis.checkpoints.findIndex(({ kind }) => kind === 'release'), run.node(root, '', true));
  }

  outcome(): QueryOutcome {
    const { frame, table } = this.run();
    const { plan: { root }, mostRows, mostBytes, nulled, released } = this.work;
    const isLong = table.height > mostRows;
    const counted: Measurement = {
      checkpoints: this.measured.map((one) => one ?? { demands: [] }), rows: table.height, droppedGroups: this.droppedGroups,
      sets: [], differences: [], dominated: this.suspects('dominated'), homogeneous: this.suspects('homogeneous'),
    };
    const isRefused = this.work.isRefused?.(counted) ?? false;
    const columns = answerColumns(this.room.pl, isLong || isRefused ? table.head(0) : table, root.schema, frame.columns, nulled);
    if (isRefused) return { columns, rows: 0, tooLarge: false, measurement: counted };
    // Of an answer that cannot be given nothing is remembered.
    const families = isLong ? [] : this.standing.map(({ carrier, frame: at, checked }) => this.family(carrier, at, checked));
    const tooLarge = isLong || bytesOf(columns) > mostBytes;
    return {
      columns: tooLarge ? columns.map((column) => ({ ...column, values: [] })) : columns, rows: tooLarge ? 0 : table.height, tooLarge,
      measurement: { ...counted, sets: this.released(families), differences: nearMisses(families, released, this.comparing()) },
    };
  }
}

/** What a carrier's number stands for, in short. */
const digestOf = ({ carriers, marks }: Analysis): string => createHash('sha256').update(JSON.stringify([carriers, marks.map(({ id, node, input, condition }) => [id, node, input, condition.is, condition.of.path])])).digest('base64url');

/** Every scan of a dataset or own table, through stored frames. */
const scansIn = (node: TypedNode): TypedNode[] => (node.source?.kind === 'derived' ? scansIn(node.source.plan.root) : node.source !== null ? [node] : node.inputs.flatMap(scansIn));
