import type { Json } from '../builder/expr.ts';
import { cannotPool, beyondRow, isAggregate, replaceSlots, type Term } from './term.ts';

/** What a pod tells about the values of one group, so that all pods' parts make the whole. */
export type PartOp = 'len' | 'count' | 'sum' | 'sumOrNull' | 'mean' | 'var';

export interface Part {
  readonly op: PartOp;
  /** The column of the pods' answers that holds it. */
  readonly column: string;
  readonly json: Json;
}

/** One aggregate of the plan, made of parts. */
export interface Leaf {
  readonly op: PartOp | 'std';
  /** The column of the pooled table that holds it. */
  readonly column: string;
  readonly parts: Partial<Record<PartOp, string>>;
}

/** The parts by which a moment is pooled exactly: a mean goes with its count, a variance with mean and count; an average of averages is none. */
const partsOf: Readonly<Record<string, readonly PartOp[]>> = { sum: ['sum'], sumOrNull: ['sumOrNull'], mean: ['count', 'mean'], var: ['count', 'mean', 'var'], std: ['count', 'mean', 'var'] };

/** With the sum of a column, where the analysis sees that sum and mean tell the count: then its gaps are judged as those of the mean are. */
function partsOfMoment(op: string, input: Term | undefined): readonly PartOp[] {
  const parts = partsOf[op]!;
  return parts.includes('mean') && input?.kind === 'column' ? ['sum', ...parts] : parts;
}

/** Collects the parts of a plan's aggregates, each once however often it is needed. */
export class PartList {
  readonly parts: Part[] = [];
  readonly leaves: Leaf[] = [];
  private readonly known = new Map<string, string>();
  private readonly taken: ReadonlySet<string>;

  /** `taken`: names of columns that parts stand beside. */
  constructor(taken: Iterable<string>) {
    this.taken = new Set(taken);
  }

  /** The expression over pooled columns that an expression over rows becomes. **Throws** `plan.cannot-pool`. */
  overParts(term: Term): Json {
    if (isAggregate(term)) return { expr: 'column', name: this.leafOf(term) };
    return replaceSlots(term.json, term.operands.map(({ key, term: operand }) => ({ key, json: this.overParts(operand) })));
  }

  private leafOf(term: Term): string {
    const inner = term.operands.map(({ term: operand }) => beyondRow(operand)).find((found) => found !== null);
    if (inner !== undefined) throw cannotPool(inner!.path, 'A window looks at all rows of a pod, and rows of several pods do not meet.');
    const op = this.opOf(term);
    const parts: Leaf['parts'] = Object.fromEntries(op.parts.map((part) => [part, this.partOf(part, term)]));
    return this.nameOf(`leaf ${op.name} ${JSON.stringify(term.json['input'] ?? null)}`, `all_${op.name}`, (column) => this.leaves.push({ op: op.name, column, parts }));
  }

  private opOf({ kind, fields, path, operands }: Term): { name: Leaf['op']; parts: readonly PartOp[] } {
    if (kind === 'len') return { name: 'len', parts: ['len'] };
    if (kind === 'count' && fields.op === 'count') return { name: 'count', parts: ['count'] };
    if (kind === 'count') throw cannotPool(path, 'Numbers of different values cannot be pooled: pods may share values.');
    if (kind === 'orderStatistic') throw cannotPool(path, 'Order statistics are not pooled: they are the values of single people at one pod.');
    return { name: fields.op as Leaf['op'], parts: partsOfMoment(fields.op!, operands[0]?.term) };
  }

  private partOf(op: PartOp, term: Term): string {
    const json: Json = op === 'len' ? { expr: 'len' } : { expr: op === 'count' ? 'count' : 'moment', op, input: term.json['input'] };
    return this.nameOf(JSON.stringify(json), op, (column) => this.parts.push({ op, column, json: { expr: 'alias', name: column, input: json } }));
  }

  private nameOf(key: string, stem: string, make: (column: string) => void): string {
    const known = this.known.get(key);
    if (known !== undefined) return known;
    let column = `${stem}_${this.known.size + 1}`;
    while (this.taken.has(column)) column += '_';
    this.known.set(key, column);
    make(column);
    return column;
  }
}
