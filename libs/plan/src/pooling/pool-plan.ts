import type { Json } from '../builder/expr.ts';
import { measureJson } from '../limits.ts';
import { mistake } from '../mistake.ts';
import { keyOfAll } from '../reference/value.ts';
import { combineDescriptions, combineGroups } from './combine.ts';
import type { PodTable, PooledTable } from './pooled-table.ts';
import { splitPlan, type Cut } from './split.ts';

/** A plan as every pod runs it, and how their answers become the plan's own. */
export interface Pooling {
  /** What every pod runs: the rows below the lowest aggregation, and the parts of its aggregates. Judged by each pod's policy as any other plan. */
  readonly local: Json;
  /** The plan over the pooled table, scanned by the name `pooled`; tables of the modeller are scanned as before. */
  readonly rest: Json;
  readonly pooled: string;
  /** Whether an answer is one to the local plan: its columns, types, and every group once. */
  fits(answer: PodTable): boolean;
  /**
   * The groups of all pods. Exact: a mean is made of means and counts, a variance of means, counts and variances, sums are compensated.
   * **Throws** `plan.cannot-pool` (keys that were nulled or are too large), `schema.incompatible` (groups of different types), `data.not-finite`.
   */
  combine(answers: readonly PodTable[]): PooledTable;
}

/**
 * Cuts a plan at its lowest aggregation of the pods' rows: below it everything looks at one row, or at rows that meet within a pod; above it
 * everything is computed on groups of all pods. `own`: names of tables that the modeller brings; every other scan is of the pods.
 * **Throws** `plan.cannot-pool` with the node that cannot be pooled and what would pass; the form's faults as `parsePlan`. Types are not looked at.
 */
export function poolPlan(json: unknown, own: Iterable<string> = []): Pooling {
  measureJson(json);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw mistake('usage.invalid', '$', 'A plan is an object.');
  const { version, ...root } = json as Record<string, unknown>;
  if (version !== 1) throw mistake('usage.unsupported', '$.version', 'Plans of this version are not known; this one is 1.');
  const names = new Set(own);
  let pooled = 'pooled';
  while (names.has(pooled)) pooled += '_';
  const { cut, rest } = splitPlan(root, names, pooled);
  return {
    local: { version, ...cut.local },
    rest: { version, ...rest },
    pooled,
    fits: (answer) => (cut.statistics === null ? fitsGroups(cut, answer) : fitsDescription(cut, answer)),
    combine: (answers) => (cut.statistics === null ? combineGroups(cut, answers) : combineDescriptions(cut, answers)),
  };
}

const isCount = (value: unknown): boolean => value !== null && Number.isSafeInteger(value) && (value as number) >= 0;

function fitsGroups({ keys, parts }: Cut, { rows, columns }: PodTable): boolean {
  const names = [...keys, ...parts.map(({ column }) => column)];
  if (columns.length !== names.length || !columns.every(({ name }, at) => name === names[at])) return false;
  const told = columns.slice(keys.length);
  const isWell = parts.every(({ op }, at) => {
    const { type, nulled, values } = told[at]!;
    if (op === 'len' || op === 'count') return type === 'integer' && (nulled || values.every(isCount));
    if (op === 'var') return type === 'number' && values.every((value) => value === null || (value as number) >= 0);
    return type === 'number' || (type === 'integer' && (op === 'sum' || op === 'sumOrNull'));
  });
  if (!isWell || (keys.length === 0 && rows !== 1)) return false;
  const grouping = columns.slice(0, keys.length);
  return grouping.some(({ nulled }) => nulled) || new Set(Array.from({ length: rows }, (_, row) => keyOfAll(grouping.map(({ values }) => values[row]!)))).size === rows;
}

function fitsDescription({ local }: Cut, { rows, columns }: PodTable): boolean {
  const asked = local['statistics'] as string[];
  const [first, ...others] = columns;
  if (rows !== asked.length || first?.name !== 'statistic' || !asked.every((statistic, at) => first.values[at] === statistic)) return false;
  return others.every(({ name, type, values }) => name !== 'statistic' && (type === 'number' || type === 'integer') && values.every((value, at) => value === null || ((asked[at] === 'mean' || (value as number) >= 0) && (!asked[at]!.toLowerCase().includes('count') || isCount(value)))));
}
