import { Fault } from '@podnet/errors';
import { canonicalValue } from '../canonical-value.ts';
import type { Table } from '../table.ts';
import { codesOf, columnNamed, numberOfEach, numbersOf, requireFinite, rowsWhere } from './column-reader.ts';
import { canonicalDomain, type PublishedColumn } from './feature-plan.ts';

export interface TargetRequest {
  /** The published column. */
  column: PublishedColumn;
  learns: 'classification' | 'regression';
  /** Binarises: these values become class 1, every other present value class 0. */
  positive?: readonly (string | number)[];
}

/** How a column becomes what the model learns. Plain JSON, made from the published schema alone. */
export type TargetPlan =
  | { kind: 'value'; name: string; outputs: 1 }
  /** `classOf[i]` is the class of the i-th value of `domain`. */
  | { kind: 'category'; name: string; outputs: number; classes: string[]; domain: string[]; classOf: number[] }
  /** A number is class 1 when it is in `positive`, else class 0. */
  | { kind: 'listed'; name: string; outputs: 2; classes: string[]; positive: number[] };

/** **Shape** (rows kept): values of a regression, or classes 0 … outputs − 1. */
export interface EncodedTarget {
  y: Float64Array;
  rows: Int32Array;
}

/**
 * Plans the target. Classes follow the published domain's order; two classes by `positive` are `other` and `positive`.
 * **Throws** `schema.wrong-kind`, `usage.invalid` (positive values unknown, all or none of the domain, or given for a regression),
 * `data.single-class` for a domain of one value.
 */
export function planTarget({ column, learns, positive }: TargetRequest): TargetPlan {
  const { name, kind } = column;
  const wrongKind = (hint: string) => new Fault('schema.wrong-kind', `The column ${name} is a ${kind} and cannot be this target.`, { at: 'target.column', hint });
  if (learns === 'regression') {
    if (positive) throw new Fault('usage.invalid', 'Positive values belong to a classification.', { at: 'target.positive' });
    if (kind !== 'number' && kind !== 'integer' && kind !== 'boolean') throw wrongKind('A regression needs a numeric target.');
    return { kind: 'value', name, outputs: 1 };
  }
  if (positive && positive.length === 0) throw new Fault('usage.invalid', 'At least one positive value is needed.', { at: 'target.positive' });
  if (kind === 'category') return positive ? planBinarised(column, positive) : planClasses(column);
  if (kind === 'boolean') {
    const truth = positive ? positiveTruth(positive) : 1;
    return { kind: 'listed', name, outputs: 2, classes: truth === 1 ? ['false', 'true'] : ['true', 'false'], positive: [truth] };
  }
  if (kind !== 'number' && kind !== 'integer') throw wrongKind('A classification needs a category, a boolean, or positive values of a number.');
  if (!positive) throw wrongKind('List the positive values, or ask the custodian to publish the column as a category.');
  const numbers = positive.map((value) => Number(canonicalValue(value) || Number.NaN));
  if (!numbers.every(Number.isFinite)) throw new Fault('usage.invalid', 'Positive values of a numeric column must be numbers.', { at: 'target.positive' });
  return { kind: 'listed', name, outputs: 2, classes: ['other', 'positive'], positive: numbers };
}

/** Encodes the target and drops rows without one. **Throws** `data.missing-column`, `data.value-not-in-domain`, `data.not-finite`. */
export function encodeTarget(table: Table, rows: Int32Array, plan: TargetPlan): EncodedTarget {
  if (plan.kind === 'category') {
    const codes = codesOf(table, rows, plan.name, plan.domain);
    const kept = rowsWhere(rows, (row) => codes[row]! >= 0);
    return { rows: kept, y: numberOfEach(kept, (row) => plan.classOf[codes[row]!]!) };
  }
  const values = numbersOf(table, plan.name);
  requireFinite(values, rows, plan.name);
  const kept = rowsWhere(rows, (row) => !Number.isNaN(values[row]!));
  if (plan.kind === 'value') return { rows: kept, y: numberOfEach(kept, (row) => values[row]!) };
  const positive = new Set(plan.positive);
  return { rows: kept, y: numberOfEach(kept, (row) => (positive.has(values[row]!) ? 1 : 0)) };
}

/** Rows whose target is present, in the order given. **Throws** `data.missing-column`. */
export function rowsWithTarget(table: Table, rows: Int32Array, plan: TargetPlan): Int32Array {
  const column = columnNamed(table, plan.name);
  return column.kind === 'number' ? rowsWhere(rows, (row) => !Number.isNaN(column.values[row]!)) : rowsWhere(rows, (row) => column.codes[row]! >= 0);
}

function planClasses(column: PublishedColumn): TargetPlan {
  const domain = canonicalDomain(column, 'target.column');
  if (domain.length < 2) throw new Fault('data.single-class', `The target ${column.name} has only one value in its published domain.`, { at: 'target.column' });
  return { kind: 'category', name: column.name, outputs: domain.length, classes: domain, domain, classOf: domain.map((_, code) => code) };
}

function planBinarised(column: PublishedColumn, positive: readonly (string | number)[]): TargetPlan {
  const domain = canonicalDomain(column, 'target.column');
  const wanted = new Set(positive.map(canonicalValue));
  for (const value of wanted) {
    if (!domain.includes(value)) throw new Fault('usage.invalid', `A positive value is not in the published domain of ${column.name}.`, { at: 'target.positive' });
  }
  if (wanted.size === domain.length) throw new Fault('data.single-class', `Every value of ${column.name} is listed as positive.`, { at: 'target.positive' });
  return { kind: 'category', name: column.name, outputs: 2, classes: ['other', 'positive'], domain, classOf: domain.map((value) => (wanted.has(value) ? 1 : 0)) };
}

const truthOf = new Map<string, 0 | 1>([['0', 0], ['false', 0], ['1', 1], ['true', 1]]);

function positiveTruth(positive: readonly (string | number)[]): 0 | 1 {
  const truths = new Set(positive.map((value) => truthOf.get(canonicalValue(value).toLowerCase())));
  const [truth] = truths;
  if (truths.size !== 1 || truth === undefined) throw new Fault('usage.invalid', 'The positive value of a boolean is true or false.', { at: 'target.positive' });
  return truth;
}
