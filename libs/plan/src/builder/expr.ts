import type { CastType } from '../column-type.ts';

/** A constant of a plan. */
export type Constant = string | number | boolean | null;

/** What a method takes as another value: an expression, or a constant as it is. */
export type Operand = Expr | Constant;

export type Json = { readonly [key: string]: unknown };

/** The JSON of an operand. A text is a text here, not a column. */
export const operandJson = (operand: Operand): Json => (operand instanceof Expr ? operand.json : { expr: 'literal', value: operand });

/** An expression with the names of nodejs-polars. Builds JSON; whether it fits is said where the plan is read. */
export class Expr {
  readonly json: Json;

  constructor(json: Json) {
    this.json = json;
  }

  private with(expr: string, rest: Json = {}): Expr {
    return new Expr({ expr, ...rest, input: this.json });
  }

  private arithmetic(op: string, right: Operand): Expr {
    return new Expr({ expr: 'arithmetic', op, left: this.json, right: operandJson(right) });
  }

  private comparison(op: string, right: Operand): Expr {
    return new Expr({ expr: 'comparison', op, left: this.json, right: operandJson(right) });
  }

  private logic(op: string, right: Operand): Expr {
    return new Expr({ expr: 'logic', op, left: this.json, right: operandJson(right) });
  }

  alias = (name: string): Expr => this.with('alias', { name });
  as = (name: string): Expr => this.alias(name);

  add = (other: Operand): Expr => this.arithmetic('add', other);
  plus = (other: Operand): Expr => this.add(other);
  sub = (other: Operand): Expr => this.arithmetic('sub', other);
  minus = (other: Operand): Expr => this.sub(other);
  mul = (other: Operand): Expr => this.arithmetic('mul', other);
  multiplyBy = (other: Operand): Expr => this.mul(other);
  div = (other: Operand): Expr => this.arithmetic('div', other);
  divideBy = (other: Operand): Expr => this.div(other);
  floorDiv = (other: Operand): Expr => this.arithmetic('floorDiv', other);
  rem = (other: Operand): Expr => this.arithmetic('mod', other);
  modulo = (other: Operand): Expr => this.rem(other);
  pow = (exponent: Operand): Expr => this.arithmetic('pow', exponent);

  eq = (other: Operand): Expr => this.comparison('eq', other);
  neq = (other: Operand): Expr => this.comparison('neq', other);
  gt = (other: Operand): Expr => this.comparison('gt', other);
  gtEq = (other: Operand): Expr => this.comparison('gtEq', other);
  lt = (other: Operand): Expr => this.comparison('lt', other);
  ltEq = (other: Operand): Expr => this.comparison('ltEq', other);
  and = (other: Operand): Expr => this.logic('and', other);
  or = (other: Operand): Expr => this.logic('or', other);
  not = (): Expr => this.with('not');
  isNull = (): Expr => this.with('isNull');
  isNotNull = (): Expr => this.isNull().not();
  isIn = (values: readonly (string | number | boolean)[]): Expr => this.with('isIn', { values });
  isBetween = (lower: Operand, upper: Operand): Expr => this.with('between', { lower: operandJson(lower), upper: operandJson(upper) });

  fillNull = (value: Operand): Expr => this.with('fillNull', { value: operandJson(value) });
  cast = (to: CastType): Expr => this.with('cast', { to });
  clip = (min: number, max: number): Expr => this.with('clip', { min: operandJson(min), max: operandJson(max) });
  abs = (): Expr => this.with('abs');
  round = (decimals = 0): Expr => this.with('round', { op: 'round', decimals });
  floor = (): Expr => this.with('round', { op: 'floor', decimals: 0 });
  ceil = (): Expr => this.with('round', { op: 'ceil', decimals: 0 });
  sqrt = (): Expr => this.with('math', { op: 'sqrt' });
  exp = (): Expr => this.with('math', { op: 'exp' });
  log = (): Expr => this.with('math', { op: 'log' });

  /** Inside an aggregate: only values of rows where the condition is true. */
  filter = (predicate: Expr): Expr => this.with('filterValues', { predicate: predicate.json });
  over = (...by: (string | Expr)[]): Expr => this.with('over', { by: by.map(columnJson) });

  count = (): Expr => this.with('count', { op: 'count' });
  nUnique = (): Expr => this.with('count', { op: 'nUnique' });
  sum = (): Expr => this.with('moment', { op: 'sum' });
  mean = (): Expr => this.with('moment', { op: 'mean' });
  std = (): Expr => this.with('moment', { op: 'std' });
  var = (): Expr => this.with('moment', { op: 'var' });
  min = (): Expr => this.with('orderStatistic', { op: 'min' });
  max = (): Expr => this.with('orderStatistic', { op: 'max' });
  first = (): Expr => this.with('orderStatistic', { op: 'first' });
  last = (): Expr => this.with('orderStatistic', { op: 'last' });
  median = (): Expr => this.with('orderStatistic', { op: 'median' });
  mode = (): Expr => this.with('orderStatistic', { op: 'mode' });
  quantile = (quantile: number): Expr => this.with('orderStatistic', { op: 'quantile', quantile });

  /** Functions of texts. Patterns are literal. */
  get str() {
    const match = (op: string) => (pattern: string): Expr => this.with('textMatch', { op, pattern });
    return {
      contains: match('contains'), startsWith: match('startsWith'), endsWith: match('endsWith'), like: match('like'),
      toUpperCase: (): Expr => this.with('textFunction', { op: 'toUpperCase' }),
      toLowerCase: (): Expr => this.with('textFunction', { op: 'toLowerCase' }),
      trim: (): Expr => this.with('textFunction', { op: 'trim' }),
      slice: (offset: number, length: number | null = null): Expr => this.with('textFunction', { op: 'slice', offset, length }),
      replace: (pattern: string, by: string): Expr => this.with('textFunction', { op: 'replace', pattern, by }),
      lengths: (): Expr => this.with('textLength'),
    };
  }

  /** Parts of dates and datetimes. */
  get date() {
    const part = (op: string) => (): Expr => this.with('temporal', { op });
    return {
      year: part('year'), quarter: part('quarter'), month: part('month'), week: part('week'), weekday: part('weekday'), day: part('day'), ordinalDay: part('ordinalDay'),
      hour: part('hour'), minute: part('minute'), second: part('second'),
    };
  }
}

/** The JSON of what names a column: a text is its name here. */
export const columnJson = (column: string | Expr): Json => (column instanceof Expr ? column.json : { expr: 'column', name: column });
