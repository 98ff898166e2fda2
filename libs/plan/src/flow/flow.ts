import type { Carrier, Checkpoint, CarrierDemand, Mark, MarkCondition, Refusal, SourceColumn } from '../obligations.ts';
import type { TypedExpression, TypedNode } from '../typed.ts';
import { literalFacts, type Facts } from './facts.ts';
import { everyCarrier, isOpen, isRowLevel, type Frame } from './frame.ts';
import { noIds, oneId } from './ids.ts';
import { rules, type RuleId } from './rules.ts';

/**
 * Where an expression is read. `rows`: for every row, so that an aggregate in it is one over a window. `group`: inside `agg`.
 */
export interface Reading {
  readonly flow: Flow;
  readonly frame: Frame;
  /** Path of the node that evaluates it, and which of its inputs it reads. */
  readonly node: string;
  readonly input: number;
  readonly over: 'rows' | 'group';
  /** Every group (or partition) holds rows of one unit of each carrier. */
  readonly keyed: boolean;
  /** Columns whose number of values the other aggregates beside this one tell. */
  readonly told?: ReadonlySet<string>;
}

/** The notebook of one analysis: everything that was born, asked or refused on the way from the scans to the root. */
export class Flow {
  readonly carriers: Carrier[] = [];
  readonly marks: Mark[] = [];
  readonly checkpoints: Checkpoint[] = [];
  /** Paths of the nodes whose groups hold rows of one unit only. */
  readonly keyedGroups: string[] = [];
  readonly columns: SourceColumn[] = [];
  private readonly refused = new Map<string, Refusal>();
  private readonly columnIds = new Map<string, number>();
  /** Where we are in stored frames: prefix of all paths. */
  prefix = '';

  /** The frame that leaves a node; given by the analysis, which walks inputs first. */
  readonly follow: (node: TypedNode, flow: Flow) => Frame;

  /** The facts of an expression where it is read; given by the analysis, too. */
  readonly look: (expression: TypedExpression, reading: Reading) => Facts;

  constructor(follow: Flow['follow'], look: Flow['look']) {
    this.follow = follow;
    this.look = look;
  }

  get refusals(): Refusal[] {
    return [...this.refused.values()];
  }

  at(path: string): string {
    return this.prefix + path;
  }

  bear(carrier: Omit<Carrier, 'id'>): number {
    this.carriers.push({ id: this.carriers.length, ...carrier });
    return this.carriers.length - 1;
  }

  mark(node: string, input: number, condition: MarkCondition): number {
    this.marks.push({ id: this.marks.length, node: this.at(node), input, condition });
    return this.marks.length - 1;
  }

  /** The number of a source column, the same however often it is scanned. */
  column(dataset: string, column: string): number {
    const key = JSON.stringify([dataset, column]);
    const known = this.columnIds.get(key);
    if (known !== undefined) return known;
    this.columns.push({ dataset, column });
    this.columnIds.set(key, this.columns.length - 1);
    return this.columns.length - 1;
  }

  refuse(rule: RuleId, path: string, frames: readonly Frame[]): void {
    const at = this.at(path);
    const datasets = [...new Set(frames.flatMap((frame) => [...frame.carriers.keys()]).map((id) => this.carriers[id]!.dataset))].sort();
    const key = `${rule} ${at}`;
    if (!this.refused.has(key)) this.refused.set(key, { rule, at, ...rules[rule], datasets });
  }

  /**
   * Makes rows safe before a step lets them decide over each other. Rows of groups are asked to be safe here and count as an answer
   * given; rows of single units cannot be, and the step is refused by `rule`.
   */
  settle(frame: Frame, made: string, step: string, rule: RuleId): Frame {
    if (isOpen(frame)) return frame;
    if (isRowLevel(frame) || frame.picked !== null) this.refuse(frame.picked === null ? rule : 'row-position', step, [frame]);
    else this.checkpoint('settle', frame, made);
    return settled(frame);
  }

  /** Rows fit to be aggregated: those of single units as they are, those of groups settled, since how many groups there are tells of each. */
  fitToAggregate(frame: Frame, made: string, step: string): Frame {
    if (isOpen(frame)) return frame;
    if (frame.picked !== null) this.refuse('row-position', frame.picked, [frame]);
    return isRowLevel(frame) ? frame : this.settle(frame, made, step, 'single-rows');
  }

  checkpoint(kind: Checkpoint['kind'], frame: Frame, node: string): void {
    const demands = [...everyCarrier(frame)].sort((a, b) => a - b).map((id) => this.demand(id, frame));
    this.checkpoints.push({ kind, node: this.at(node), demands });
  }

  private demand(id: number, frame: Frame): CarrierDemand {
    const { kind } = this.carriers[id]!;
    const spread = frame.carriers.get(id);
    const bound = spread?.groupedAt === null || spread?.groupedAt === undefined || spread.duplication === null ? null : { rowsAt: spread.groupedAt, timesRows: spread.duplication };
    return { carrier: id, demand: kind === 'side' || kind === 'alike' ? 'each-side' : 'every', orderStatistic: kind === 'sharing', bound };
  }

  /** The facts of a column that a scan of a private dataset gives. */
  sourceColumn(dataset: string, column: string, nullable: boolean, unitOf: number | null): Facts {
    const id = oneId(this.column(dataset, column));
    return { ...literalFacts, value: id, degree: 1, missing: nullable ? id : noIds, exposure: 'row', plain: true, unitOf };
  }
}

/** The same rows once they have been answered: nobody stands behind them any more, but lineage stays, and private rows never mix with them. */
function settled(frame: Frame): Frame {
  const columns = [...frame.columns].map(([name, facts]): [string, Facts] => [name, {
    ...facts, carriers: noIds, marks: noIds, steps: null, position: null, degree: Math.min(facts.degree, 1), least: 1, most: 1, stable: true,
    missing: noIds, made: false, plain: false, foreign: true, unitOf: null,
  }]);
  return { ...frame, columns: new Map(columns), carriers: new Map(), decided: noIds, picked: null };
}
