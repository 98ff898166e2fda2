import type { Analysis, Carrier, Mark, TypedNode } from '@podnet/plan';
import type { Expression, Frame, Polars, Table } from '../polars.ts';
import { hiddenKeys, type Keys, type QueryFrame } from './query-frame.ts';
import type { QueryWork } from './query-work.ts';
import type { Scanned } from './scanning.ts';
import type { Sums } from './sums.ts';

/** What compiling asks of the one who runs the query. */
export interface Surroundings {
  readonly pl: Polars;
  readonly work: QueryWork;
  readonly keys: Keys;
  /** How each kind of node is run, by its name. */
  readonly nodes: ReadonlyMap<string, NodeCompiler>;
  scan(name: string): Scanned;
  collect(frame: Frame): Table;
  /** Greatest number of rows of one unit of the carrier's dataset. */
  mostRowsOfUnit(carrier: number): number;
  /** Seeds of the sums over units that the difference rule remembers; null where a unit can be in several rows, or nothing is remembered. */
  sumsOfRows(carrier: number): Sums;
  /** Measures rows at a settle checkpoint; what comes back has nobody behind it. */
  settle(checkpoint: number, frame: QueryFrame): QueryFrame;
}

/** What a node's compiler gets besides the node: its inputs compiled, and what has to be counted at it. */
export interface Step<F = unknown> {
  readonly run: Compilation;
  readonly node: TypedNode;
  readonly fields: F;
  readonly inputs: readonly QueryFrame[];
  /** Somebody downstream asks for the order of the rows. */
  readonly ordered: boolean;
  /** Path of the node through stored frames. */
  readonly path: string;
  readonly prefix: string;
  readonly born: readonly Carrier[];
  readonly marks: readonly Mark[];
}

export interface NodeCompiler {
  /** Which inputs have to come in order, given whether the outcome has to. */
  orders(node: TypedNode, ordered: boolean): boolean[];
  compile(step: Step<never>): QueryFrame;
}

/** One plan on its way to lazy native tables, inputs first. */
export class Compilation {
  readonly surroundings: Surroundings;
  readonly analysis: Analysis;
  readonly pl: Polars;
  private readonly usedMarks: ReadonlySet<number>;
  private readonly bounds: ReadonlyMap<string, number>;

  constructor(surroundings: Surroundings) {
    this.surroundings = surroundings;
    this.pl = surroundings.pl;
    this.analysis = surroundings.work.analysis;
    this.usedMarks = new Set(this.analysis.carriers.flatMap(({ marks }) => marks));
    this.bounds = new Map(this.analysis.checkpoints.flatMap(({ demands }) => demands).flatMap(({ carrier, bound }) => (bound === null ? [] : [[`${carrier} ${bound.rowsAt}`, bound.timesRows] as const])));
  }

  key(): string {
    return this.surroundings.keys.next();
  }

  /** An expression under a new key. */
  keyed(expression: Expression): { key: string; expression: Expression } {
    const key = this.key();
    return { key, expression: expression.alias(key) };
  }

  /**
   * The rows as a table at hand. Where the place of a row matters it has to be the same row for the answer and for what is counted, and the native
   * optimiser forgets the order of a join under a slice when what follows does not look ordered.
   */
  taken(frame: QueryFrame): QueryFrame {
    const keys = [...new Set([...frame.columns.values(), ...hiddenKeys(frame)])];
    const table = this.surroundings.collect(frame.frame.select(...keys.map((key) => this.pl.col(key))));
    return { ...frame, frame: table.lazy() };
  }

  /** How often one source row of a carrier can be among the rows that are grouped at a node; null when nothing bounds it. */
  timesRows(carrier: number, path: string): number | null {
    return this.bounds.get(`${carrier} ${path}`) ?? null;
  }

  node(node: TypedNode, prefix: string, ordered: boolean): QueryFrame {
    const compiler = this.surroundings.nodes.get(node.kind);
    if (compiler === undefined) throw new Error('A node has no compiler.');
    const path = prefix + node.path;
    const orders = compiler.orders(node, ordered);
    const inputs = node.inputs.map((input, index) => this.node(input, prefix, orders[index]!));
    const made = compiler.compile({
      run: this, node, fields: node.fields as never, inputs, ordered, path, prefix,
      // Where an input was settled nobody is behind its rows any more, whatever was to be born of them.
      born: this.analysis.carriers.filter((carrier) => carrier.node === path && carrier.of !== null && inputs.some(({ carriers }) => carriers.has(carrier.of!))),
      marks: this.analysis.marks.filter((mark) => mark.node === path && this.usedMarks.has(mark.id)),
    });
    const checkpoint = this.analysis.checkpoints.findIndex(({ kind, node: at }) => kind === 'settle' && at === path);
    return checkpoint < 0 ? made : this.surroundings.settle(checkpoint, made);
  }
}
