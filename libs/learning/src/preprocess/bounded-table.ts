import { canonicalValue } from '../canonical-value.ts';
import type { Bounds } from '../training/target-scale.ts';
import type { CategoryColumn, Column, NumberColumn, Table } from '../table.ts';
import type { FeaturePlan } from './feature-plan.ts';
import type { FeatureStatistics } from './feature-statistics.ts';

/** What is declared of a column: bounds of a number, values of a category. */
export type Declared = { kind: 'number'; bounds: Bounds | null } | { kind: 'category'; domain: readonly string[] };

/**
 * The table with every value within what is declared: numbers are taken to the nearer bound, values outside a domain are missing, and so is what
 * is not finite where nothing is declared. Each cell by itself, so that no row can make the work fail or change another's.
 */
export function boundedTable(table: Table, declaredOf: (name: string) => Declared): Table {
  return { rows: table.rows, columns: table.columns.map((column) => bounded(column, declaredOf(column.name))) };
}

function bounded(column: Column, declared: Declared): Column {
  if (column.kind === 'category') return declared.kind === 'category' ? inDomain(column, declared.domain) : column;
  return declared.kind === 'number' ? within(column, declared.bounds) : { ...column, values: column.values.map((value) => (declared.domain.includes(canonicalValue(value)) ? value : Number.NaN)) };
}

function within(column: NumberColumn, bounds: Bounds | null): NumberColumn {
  if (!bounds) return { ...column, values: column.values.map((value) => (Number.isFinite(value) ? value : Number.NaN)) };
  return { ...column, values: column.values.map((value) => (Number.isNaN(value) ? value : Math.min(bounds.upper, Math.max(bounds.lower, value)))) };
}

function inDomain(column: CategoryColumn, domain: readonly string[]): CategoryColumn {
  const known = new Set(domain);
  const isKnown = column.domain.map((value) => known.has(canonicalValue(value)));
  return { ...column, codes: column.codes.map((code) => (isKnown[code] ? code : -1)) };
}

/**
 * The statistics of two rows, one on each declared bound: standardising by them takes the bounds to −1 and 1, and a gap to their middle. A
 * category's gap has no value. They say nothing of any data, and stand wherever statistics do.
 */
export function boundsStatistics(plan: FeaturePlan, boundsOf: (name: string) => Bounds): FeatureStatistics {
  return {
    rows: 2,
    features: plan.features.map((feature) => {
      if (feature.kind === 'category') return { kind: 'category', counts: feature.domain.map(() => 0) };
      const { lower, upper } = boundsOf(feature.name);
      const half = (upper - lower) / 2;
      return { kind: 'number', count: 2, mean: lower + half, m2: 2 * half * half };
    }),
  };
}

/** Whether every value within the bounds is encoded by these statistics as a number of usual size: decided by bounds alone. */
export function encodesBounded(plan: FeaturePlan, statistics: FeatureStatistics, boundsOf: (name: string) => Bounds): boolean {
  return plan.features.every((feature, f) => {
    const statistic = statistics.features[f]!;
    if (feature.kind === 'category' || statistic.kind === 'category') return true;
    const std = statistic.count > 0 ? Math.sqrt(statistic.m2 / statistic.count) : 0;
    const { lower, upper } = boundsOf(feature.name);
    return [lower, upper].every((bound) => Math.abs(bound) <= most && Math.abs((bound - statistic.mean) * (std > 0 ? 1 / std : 0)) <= most && Math.abs(bound - statistic.mean) <= most);
  });
}

const most = 1e100;
