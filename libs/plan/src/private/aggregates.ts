import type { Json } from '../builder/expr.ts';
import { replaceSlots } from '../pooling/term.ts';
import { expressionKindOf } from '../expressions/registry.ts';
import type { TypedExpression } from '../typed.ts';
import { exactly } from './bounds.ts';
import type { Columns, Facts } from './facts.ts';
import type { DeclaredBounds } from './metadata.ts';
import { NotPrivate } from './not-private.ts';
import type { PrivateAggregate, PrivateAggregateKind, PrivateValue } from './private-query.ts';
import { factsOf } from './reading.ts';
import { needOpen } from './rows.ts';

const one = exactly(1)!;

const momentKinds: Readonly<Record<string, PrivateAggregateKind>> = { sum: 'SUM', sumOrNull: 'SUM', mean: 'AVG', var: 'VARIANCE', std: 'STDDEV' };

/** Collects values and aggregates of a query, each once however often it stands there. */
export class AggregateList {
  readonly values: (PrivateValue & { readonly json: Json })[] = [];
  readonly aggregates: PrivateAggregate[] = [];
  private readonly known = new Map<string, string>();
  private readonly columns: Columns;

  constructor(columns: Columns) {
    this.columns = columns;
  }

  /** The expression over noisy columns that an expression over aggregates becomes. **Throws** `privacy.not-private`. */
  overNoisy(expression: TypedExpression): Json {
    const column = this.aggregateOf(expression);
    if (column !== null) return { expr: 'column', name: column };
    const slots = expressionKindOf(expression).operands(expression.fields);
    return replaceSlots(expression.fields as Json, slots.map(({ key }, at) => ({ key, json: this.overNoisy(expression.operands[at]!) })));
  }

  private aggregateOf(expression: TypedExpression): string | null {
    const { kind, operands: [input], path } = expression;
    const { op, quantile } = expression.fields as { op: string; quantile?: number };
    if (kind === 'len') return this.add('COUNT', null);
    if (kind === 'count') return op === 'count' ? this.add('COUNT', this.presence(input!)) : this.units(input!);
    if (kind === 'moment') return this.add(momentKinds[op]!, this.number(input!));
    if (kind !== 'orderStatistic') return null;
    if (op === 'median' || op === 'quantile') return this.add('QUANTILE', this.number(input!), fractionOf(op === 'median' ? 0.5 : quantile!, path));
    throw new NotPrivate('unsupported-aggregate', path, 'This aggregate shows the value of one row.', 'QUANTILE, AVG, SUM and COUNT are answered with noise.');
  }

  private add(kind: PrivateAggregateKind, value: number | null, quantile?: { part: number; whole: number }): string {
    const key = JSON.stringify([kind, value, quantile]);
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const column = `aggregate_${this.aggregates.length + 1}`;
    this.known.set(key, column);
    this.aggregates.push({ column, kind, value, ...(quantile === undefined ? {} : { quantile }) });
    return column;
  }

  /** Of different values only those of the privacy unit are counted: of each, one person is one. */
  private units(input: TypedExpression): string {
    if (input.kind === 'filterValues' || factsOf(input, this.columns).unit !== 'is') {
      throw new NotPrivate('distinct', input.path, 'Different values are counted only of the column that names the privacy unit.', 'COUNT(*), or GROUP BY the column.');
    }
    return this.add('COUNT_DISTINCT', null);
  }

  /** A value by its presence alone; null where every row has it. */
  private presence(input: TypedExpression): number | null {
    const facts = this.open(input);
    if (!facts.nullable) return null;
    if (facts.bounds !== null || facts.type === 'boolean') return this.number(input);
    const { json, condition } = parted(input);
    const isThere: Json = { expr: 'not', input: { expr: 'isNull', input: json } };
    const there = condition === null ? isThere : { expr: 'logic', op: 'and', left: isThere, right: condition };
    return this.value({ expr: 'when', when: there, then: { expr: 'literal', value: 1 } }, one, true);
  }

  private number(input: TypedExpression): number {
    const facts = this.open(input);
    const bounds = facts.type === 'boolean' ? { lower: 0, upper: 1, granularity: 1 } : facts.bounds;
    if (bounds === null) {
      const { unbounded } = facts;
      throw unbounded === null
        ? new NotPrivate('unbounded', input.path, 'The value has no bounds, or too large ones.', 'Hold it between two constants with clip.')
        : new NotPrivate('unbounded', input.path, `The value has no bounds: none are declared for ${unbounded}.`, `Ask the custodian to declare bounds for ${unbounded}.`);
    }
    const { json, condition } = parted(input);
    const number: Json = facts.type === 'boolean' ? { expr: 'cast', to: 'integer', input: json } : json;
    return this.value(condition === null ? number : { expr: 'when', when: condition, then: number }, bounds, facts.nullable);
  }

  private open(input: TypedExpression): Facts {
    const facts = factsOf(input, this.columns);
    needOpen(facts, input.path, 'unit-predicate', 'The privacy unit is counted with COUNT(DISTINCT …) only.', 'COUNT(*), or COUNT(DISTINCT …) of the column itself.');
    return facts;
  }

  private value(json: Json, bounds: DeclaredBounds, nullable: boolean): number {
    const text = JSON.stringify(json);
    const known = this.values.findIndex((value) => JSON.stringify(value.json) === text);
    return known >= 0 ? known : this.values.push({ column: `value_${this.values.length + 1}`, bounds, nullable, json }) - 1;
  }
}

/** A value, and the condition under which it counts. */
function parted({ kind, fields }: TypedExpression): { json: Json; condition: Json | null } {
  const { input, predicate } = fields as { input: Json; predicate: Json };
  return kind === 'filterValues' ? { json: input, condition: predicate } : { json: fields as Json, condition: null };
}

/** A quantile as a fraction of whole numbers, lowest terms. **Throws** `privacy.not-private` for more than six digits. */
function fractionOf(quantile: number, path: string): { part: number; whole: number } {
  const whole = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000].find((candidate) => Math.round(quantile * candidate) / candidate === quantile);
  if (whole === undefined) throw new NotPrivate('unsupported-aggregate', path, 'A quantile has at most six digits after the point.', 'QUANTILE(x, 0.25)');
  const part = Math.round(quantile * whole);
  const divisor = commonDivisor(part, whole);
  return { part: part / divisor, whole: whole / divisor };
}

const commonDivisor = (a: number, b: number): number => (b === 0 ? a : commonDivisor(b, a % b));
