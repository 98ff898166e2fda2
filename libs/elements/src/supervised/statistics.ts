import { Fault } from '@podnet/errors';
import { poolStatistics, type FeatureStatistics } from '@podnet/learning';
import { z } from 'zod';
import type { Layout } from './layout.ts';
import { isSameJson } from '../same-json.ts';

const count = z.int().min(0);

/** Statistics as they travel and as a trained model carries them. */
export const featureStatisticsForm = z.strictObject({
  rows: count,
  features: z.array(
    z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('number'), count, mean: z.number(), m2: z.number() }),
      z.strictObject({ kind: z.literal('category'), counts: z.array(count) }),
    ]),
  ),
});

/** **Throws** `envelope.malformed` for what are no statistics of this layout. */
export function readStatistics(json: unknown, layout: Layout): FeatureStatistics {
  const parsed = featureStatisticsForm.safeParse(json);
  if (!parsed.success || !areStatistics(parsed.data, layout)) throw new Fault('envelope.malformed', 'The statistics do not fit the task.');
  return parsed.data;
}

/** Whether these are statistics of this layout: of some rows, or of none at all. */
export function areStatistics(statistics: FeatureStatistics, layout: Layout): boolean {
  if (statistics.rows === 0) return isSameJson(statistics, noStatistics(layout));
  try {
    poolStatistics([statistics], layout.features);
    return true;
  } catch {
    return false;
  }
}

/** What stands where nothing needs to be known: no rows. */
export const noStatistics = ({ features }: Layout): FeatureStatistics => ({
  rows: 0,
  features: features.features.map((feature) => (feature.kind === 'number' ? { kind: 'number', count: 0, mean: 0, m2: 0 } : { kind: 'category', counts: feature.domain.map(() => 0) })),
});
