import { columnJson, Expr, operandJson, type Constant, type Json, type Operand } from './expr.ts';

/** A column by its name. */
export const col = (name: string): Expr => new Expr({ expr: 'column', name });

/** A constant. Dates and datetimes are ISO texts with their type beside them. */
export const lit = (value: Constant, type?: 'integer' | 'number' | 'date' | 'datetime' | 'duration'): Expr => new Expr({ expr: 'literal', value, ...(type === undefined ? {} : { type }) });

/** The number of rows. */
export const len = (): Expr => new Expr({ expr: 'len' });

/** Texts one after the other. */
export const concatString = (...inputs: (string | Expr)[]): Expr => new Expr({ expr: 'textConcat', inputs: inputs.map(columnJson) });

interface Branch {
  readonly when: Json;
  readonly then: Json;
}

const chain = (branches: readonly Branch[], otherwise: Json | undefined): Json | undefined =>
  branches.reduceRight<Json | undefined>((rest, branch) => ({ expr: 'when', ...branch, ...(rest === undefined ? {} : { otherwise: rest }) }), otherwise);

/** `when(…).then(…)`, which is missing elsewhere until `otherwise` says what it is. */
export class Then extends Expr {
  private readonly branches: readonly Branch[];

  constructor(branches: readonly Branch[]) {
    super(chain(branches, undefined)!);
    this.branches = branches;
  }

  when = (condition: Expr): { then(value: Operand): Then } => ({ then: (value) => new Then([...this.branches, { when: condition.json, then: operandJson(value) }]) });
  otherwise = (value: Operand): Expr => new Expr(chain(this.branches, operandJson(value))!);
}

export const when = (condition: Expr): { then(value: Operand): Then } => ({ then: (value) => new Then([{ when: condition.json, then: operandJson(value) }]) });
