import { z } from 'zod';
import type { AlgorithmManifest } from '../../manifest.ts';

const params = z.strictObject({
  columns: z
    .array(z.string().min(1).max(200))
    .min(1)
    .max(1_000)
    .refine((names) => new Set(names).size === names.length, 'A column is named twice.')
    .describe('Numeric columns to average. Rows without a value are passed over.'),
});

export type ColumnAverageParams = z.output<typeof params>;

export const columnAverageManifest = {
  kind: 'algorithm',
  name: 'column-average',
  version: 1,
  summary: 'The mean of columns over all pods, exactly, from each pod’s sums and counts over all its rows.',
  params,
  carriedBy: ['results-only'],
  takesModel: false,
  offersPrivacy: false,
  releases: () => ['statistics'],
  // It asks by a plan, so that the dataset's policies judge it; the plan scans nothing but the task's dataset.
  scans: () => [],
  reads: ({ columns }) => columns.map((column, i) => ({ column, at: `algorithm.columns[${i}]`, kinds: ['number', 'integer', 'boolean'] })),
} satisfies AlgorithmManifest<ColumnAverageParams>;
