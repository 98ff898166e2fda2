import { Fault } from '@podnet/errors';
import { areSoundMoments, mergeMoments, momentsOf, noMoments, type Moments } from '../moments.ts';
import type { Table } from '../table.ts';
import { codesOf, numbersOf, requireFinite } from './column-reader.ts';
import type { Feature, FeaturePlan } from './feature-plan.ts';

/** What a pod tells of one feature. **Shape** of `counts`: (values of the published domain). */
export type FeatureStatistic = ({ kind: 'number' } & Moments) | { kind: 'category'; counts: number[] };

/** Additive statistics of the rows of one pod, or of all pods. Plain JSON. */
export interface FeatureStatistics {
  rows: number;
  /** In the order of the plan. */
  features: FeatureStatistic[];
}

/**
 * Counts the present values of each feature, with mean and spread of numbers and the frequency of each category.
 * **Shape** `rows`: row numbers of the table, usually the training part's usable rows.
 * **Throws** `data.missing-column`, `schema.wrong-kind`, `data.value-not-in-domain`, `data.not-finite`.
 */
export function featureStatistics(table: Table, rows: Int32Array, plan: FeaturePlan): FeatureStatistics {
  const features = plan.features.map((feature): FeatureStatistic => {
    if (feature.kind === 'number') {
      const values = numbersOf(table, feature.name);
      const moments = momentsOf(values, rows);
      if (!areSoundMoments(moments)) {
        // An infinite value leaves no sound moments; anything else that does not is a spread beyond a double.
        requireFinite(values, rows, feature.name);
        throw new Fault('data.not-finite', `The spread of ${feature.name} is too large to compute.`, { at: feature.name });
      }
      return { kind: 'number', ...moments };
    }
    const codes = codesOf(table, rows, feature.name, feature.domain);
    const counts = new Array<number>(feature.domain.length).fill(0);
    for (const row of rows) {
      const code = codes[row]!;
      if (code >= 0) counts[code]!++;
    }
    return { kind: 'category', counts };
  });
  return { rows: rows.length, features };
}

/**
 * Statistics of all rows together, merged in the order of the list; sort it by pod for a repeatable result.
 * **Throws** `data.empty` for no list or no rows at all; `usage.invalid` for statistics that do not fit the plan;
 * `data.not-finite` for a spread that is too large.
 */
export function poolStatistics(list: readonly FeatureStatistics[], plan: FeaturePlan): FeatureStatistics {
  list.forEach((statistics, i) => requireFit(statistics, plan, `statistics[${i}]`));
  const rows = list.reduce((sum, statistics) => sum + statistics.rows, 0);
  if (rows === 0) throw new Fault('data.empty', 'No pod has rows to describe.');
  const features = plan.features.map((feature, f): FeatureStatistic => {
    if (feature.kind === 'category') {
      return { kind: 'category', counts: feature.domain.map((_, code) => list.reduce((sum, { features }) => sum + countAt(features[f], code), 0)) };
    }
    const moments = list.reduce<Moments>((sum, { features }) => mergeMoments(sum, features[f] as { kind: 'number' } & Moments), noMoments);
    if (!areSoundMoments(moments)) throw new Fault('data.not-finite', `The spread of ${feature.name} is too large to compute.`, { at: feature.name });
    const { count, mean, m2 } = moments;
    return { kind: 'number', count, mean, m2 };
  });
  return { rows, features };
}

/** Refuses statistics of another layout or with impossible numbers: they may come from another machine. */
export function requireFit(statistics: FeatureStatistics, plan: FeaturePlan, at: string): void {
  const fits =
    isCount(statistics.rows, Number.MAX_SAFE_INTEGER) &&
    statistics.features.length === plan.features.length &&
    plan.features.every((feature, f) => featureFits(feature, statistics.features[f]!, statistics.rows));
  if (!fits) throw new Fault('usage.invalid', 'The statistics do not fit the features.', { at });
}

function featureFits(feature: Feature, statistic: FeatureStatistic, rows: number): boolean {
  if (feature.kind === 'number') return statistic.kind === 'number' && areSoundMoments(statistic) && statistic.count <= rows;
  if (statistic.kind !== 'category' || statistic.counts.length !== feature.domain.length) return false;
  return statistic.counts.every((count) => isCount(count, rows)) && statistic.counts.reduce((sum, count) => sum + count, 0) <= rows;
}

const isCount = (count: number, most: number): boolean => Number.isSafeInteger(count) && count >= 0 && count <= most;

const countAt = (statistic: FeatureStatistic | undefined, code: number): number => (statistic?.kind === 'category' ? (statistic.counts[code] ?? 0) : 0);
