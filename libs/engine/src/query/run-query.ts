import { Fault } from '@podnet/errors';
import type { ColumnType, MeasuredCheckpoint, NearMiss, ReleasedUnits, TypedNode } from '@podnet/plan';
import { translated, type Frame, type Polars } from '../polars.ts';
import type { Source } from '../source.ts';
import { answerColumns } from './answer.ts';
import { check, type Checked } from './checkpoint.ts';
import { Compilation } from './compilation.ts';
import type { Counter, Table } from './counted-rows.ts';
import { nodeCompilers } from './nodes/registry.ts';
import { Keys, type QueryFrame } from './query-frame.ts';
import type { QueryOutcome, QueryTable, QueryWork } from './query-work.ts';
import { hashSeeds, lazily, scanDataset, scanOwn, type Scanned } from './scanning.ts';
import { suppressingBy } from './suppression.ts';
import { findUnitFacts, type KnownUnits, type UnitFacts } from './unit-facts.ts';

/** What outlives one query. */
export interface QueryRoom {
  readonly pl: Polars;
  readonly known: KnownUnits;
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

class Running {
  private readonly room: QueryRoom;
  private readonly work: QueryWork;
  private readonly keys = new Keys();
  private readonly measured: (MeasuredCheckpoint | null)[];
  private readonly sets: ReleasedUnits[] = [];
  private readonly differences: NearMiss[] = [];
  private droppedGroups = 0;
  private readonly typesOf: ReadonlyMap<string, ReadonlyMap<string, ColumnType>>;
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
    const scanned = scanDataset(pl, this.keys, table, this.room.open(table, this.work.baseDir), this.typesOf.get(name)!, hashSeeds(this.work.key, 'units'));
    const key = JSON.stringify([name, table.version, table.unit]);
    if (!this.facts.has(name)) this.facts.set(name, lazily(() => this.room.known.of(key, () => findUnitFacts(pl, scanned, table.unit === null, (frame) => this.collect(frame)))));
    return scanned;
  }

  private unitFacts(name: string): UnitFacts {
    return this.facts.get(name)!();
  }

  private check(index: number, frame: QueryFrame): Checked {
    const checked = check(this.counter, this.work.analysis.checkpoints[index]!, frame, suppressingBy((carrier) => this.work.suppress.get(this.datasetOf(carrier)) ?? null));
    this.measured[index] = checked.measured;
    this.droppedGroups += checked.dropped;
    return checked;
  }

  /** Rows that could be given as they are: what comes after is a function of them, and nobody stands behind it. */
  private settle(index: number, frame: QueryFrame): QueryFrame {
    const { frame: kept, table } = this.check(index, frame);
    return { frame: kept.frame, columns: kept.columns, carriers: new Map(), marks: new Map(), watches: [], mostRows: table === null || !this.isSafe(index) ? kept.mostRows : () => table.height };
  }

  /** Sizes of rows that are not safe decide nothing that shows. */
  private isSafe(index: number): boolean {
    return this.work.analysis.checkpoints[index]!.demands.every(({ carrier, demand }, at) => {
      const { smallest } = this.measured[index]!.demands[at]!;
      return smallest === null ? demand === 'each-side' : smallest.units >= (this.work.thresholds.get(this.datasetOf(carrier)) ?? Infinity);
    });
  }

  outcome(): QueryOutcome {
    const { pl } = this.room;
    const { plan: { root }, analysis, mostRows } = this.work;
    const run = new Compilation({ pl, work: this.work, keys: this.keys, nodes: nodeCompilers, scan: (name) => this.scan(name), settle: (index, frame) => this.settle(index, frame) });
    const made = run.node(root, '', true);
    const index = analysis.checkpoints.findIndex(({ kind }) => kind === 'release');
    const checked = this.check(index, made);
    const visible = [...new Set(checked.frame.columns.values())].map((key) => pl.col(key));
    const table = checked.table ?? this.collect(checked.frame.frame.select(...visible).limit(mostRows + 1));
    const tooLarge = table.height > mostRows;
    const columns = answerColumns(pl, tooLarge ? table.head(0) : table, root.schema, checked.frame.columns, this.work.nulled);
    return {
      columns, rows: tooLarge ? 0 : table.height, tooLarge,
      measurement: {
        checkpoints: this.measured.map((one) => one ?? { demands: [] }), rows: table.height, droppedGroups: this.droppedGroups, sets: this.sets, differences: this.differences, dominated: [], homogeneous: [],
      },
    };
  }
}

/** Every scan of a dataset or own table, through stored frames. */
const scansIn = (node: TypedNode): TypedNode[] => (node.source?.kind === 'derived' ? scansIn(node.source.plan.root) : node.source !== null ? [node] : node.inputs.flatMap(scansIn));
