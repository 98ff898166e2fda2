import type { CastType } from '../column-type.ts';
import type { TruncateUnit } from '../expressions/truncate.ts';

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

  alias(name: string): Expr {
    return this.with('alias', { name });
  }

  as(name: string): Expr {
    return this.alias(name);
  }

  add(other: Operand): Expr {
    return this.arithmetic('add', other);
  }

  plus(other: Operand): Expr {
    return this.add(other);
  }

  sub(other: Operand): Expr {
    return this.arithmetic('sub', other);
  }

  minus(other: Operand): Expr {
    return this.sub(other);
  }

  mul(other: Operand): Expr {
    return this.arithmetic('mul', other);
  }

  multiplyBy(other: Operand): Expr {
    return this.mul(other);
  }

  div(other: Operand): Expr {
    return this.arithmetic('div', other);
  }

  divideBy(other: Operand): Expr {
    return this.div(other);
  }

  floorDiv(other: Operand): Expr {
    return this.arithmetic('floorDiv', other);
  }

  rem(other: Operand): Expr {
    return this.arithmetic('mod', other);
  }

  modulo(other: Operand): Expr {
    return this.rem(other);
  }

  pow(exponent: Operand): Expr {
    return this.arithmetic('pow', exponent);
  }

  eq(other: Operand): Expr {
    return this.comparison('eq', other);
  }

  neq(other: Operand): Expr {
    return this.comparison('neq', other);
  }

  gt(other: Operand): Expr {
    return this.comparison('gt', other);
  }

  gtEq(other: Operand): Expr {
    return this.comparison('gtEq', other);
  }

  lt(other: Operand): Expr {
    return this.comparison('lt', other);
  }

  ltEq(other: Operand): Expr {
    return this.comparison('ltEq', other);
  }

  and(other: Operand): Expr {
    return this.logic('and', other);
  }

  or(other: Operand): Expr {
    return this.logic('or', other);
  }

  not(): Expr {
    return this.with('not');
  }

  isNull(): Expr {
    return this.with('isNull');
  }

  isNotNull(): Expr {
    return this.isNull().not();
  }

  isIn(values: readonly (string | number | boolean)[]): Expr {
    return this.with('isIn', { values });
  }

  isBetween(lower: Operand, upper: Operand): Expr {
    return this.with('between', { lower: operandJson(lower), upper: operandJson(upper) });
  }

  fillNull(value: Operand): Expr {
    return this.with('fillNull', { value: operandJson(value) });
  }

  cast(to: CastType): Expr {
    return this.with('cast', { to });
  }

  clip(min: number, max: number): Expr {
    return this.with('clip', { min: operandJson(min), max: operandJson(max) });
  }

  abs(): Expr {
    return this.with('abs');
  }

  round(decimals = 0): Expr {
    return this.with('round', { op: 'round', decimals });
  }

  floor(): Expr {
    return this.with('round', { op: 'floor', decimals: 0 });
  }

  ceil(): Expr {
    return this.with('round', { op: 'ceil', decimals: 0 });
  }

  sqrt(): Expr {
    return this.with('math', { op: 'sqrt' });
  }

  exp(): Expr {
    return this.with('math', { op: 'exp' });
  }

  log(): Expr {
    return this.with('math', { op: 'log' });
  }

  /** Inside an aggregate: only values of rows where the condition is true. */
  filter(predicate: Expr): Expr {
    return this.with('filterValues', { predicate: predicate.json });
  }

  over(...by: (string | Expr)[]): Expr {
    return this.with('over', { by: by.map(columnJson) });
  }

  count(): Expr {
    return this.with('count', { op: 'count' });
  }

  nUnique(): Expr {
    return this.with('count', { op: 'nUnique' });
  }

  /** Different values, a missing one left out: SQL's COUNT(DISTINCT …). */
  nUniquePresent(): Expr {
    return this.with('count', { op: 'nUniquePresent' });
  }

  sum(): Expr {
    return this.with('moment', { op: 'sum' });
  }

  /** The sum, missing when there is no value: SQL's SUM. */
  sumOrNull(): Expr {
    return this.with('moment', { op: 'sumOrNull' });
  }

  mean(): Expr {
    return this.with('moment', { op: 'mean' });
  }

  std(): Expr {
    return this.with('moment', { op: 'std' });
  }

  var(): Expr {
    return this.with('moment', { op: 'var' });
  }

  min(): Expr {
    return this.with('orderStatistic', { op: 'min' });
  }

  max(): Expr {
    return this.with('orderStatistic', { op: 'max' });
  }

  first(): Expr {
    return this.with('orderStatistic', { op: 'first' });
  }

  last(): Expr {
    return this.with('orderStatistic', { op: 'last' });
  }

  median(): Expr {
    return this.with('orderStatistic', { op: 'median' });
  }

  mode(): Expr {
    return this.with('orderStatistic', { op: 'mode' });
  }

  quantile(quantile: number): Expr {
    return this.with('orderStatistic', { op: 'quantile', quantile });
  }

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
      replaceAll: (pattern: string, by: string): Expr => this.with('textFunction', { op: 'replaceAll', pattern, by }),
      lengths: (): Expr => this.with('textLength'),
    };
  }

  /** Parts of dates and datetimes. */
  get date() {
    const part = (op: string) => (): Expr => this.with('temporal', { op });
    return {
      year: part('year'), quarter: part('quarter'), month: part('month'), week: part('week'), weekday: part('weekday'), day: part('day'), ordinalDay: part('ordinalDay'),
      truncate: (to: TruncateUnit): Expr => this.with('truncate', { to }),
      hour: part('hour'), minute: part('minute'), second: part('second'),
    };
  }
}

/** The JSON of what names a column: a text is its name here. */
export const columnJson = (column: string | Expr): Json => (column instanceof Expr ? column.json : { expr: 'column', name: column });
