import { scansOf } from '@podnet/plan';
import { z } from 'zod';
import type { AlgorithmManifest } from '../../manifest.ts';
import { combineForm } from '../../query/combine.ts';
import { keepForm } from '../../query/keep.ts';
import { ownTables, taskDataset } from '../../query/own-table.ts';
import { planForm } from '../../query/plan-form.ts';

const params = z.strictObject({
  plan: planForm.describe('The plan as JSON, as the SDK builds it. The task\'s dataset is scanned as `data` or by its own name; other datasets of the pod by theirs.'),
  tables: ownTables,
  combine: combineForm,
  keep: keepForm,
});

export type FrameQueryParams = z.output<typeof params>;

export const frameQueryManifest = {
  kind: 'algorithm',
  name: 'frame-query',
  version: 1,
  summary: 'The answer to a query plan, pooled over pods or of each, as far as the policies of the datasets let it go.',
  params,
  carriedBy: ['results-only'],
  takesModel: false,
  offersPrivacy: false,
  releases: () => ['table'],
  reads: () => [],
  scans: ({ plan, tables }) => scansOf(plan).filter((name) => name !== taskDataset && !Object.hasOwn(tables, name)),
} satisfies AlgorithmManifest<FrameQueryParams>;
