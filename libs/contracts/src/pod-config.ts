import { z } from 'zod';
import { roleNames } from '@podnet/policy';
import { datasetPolicyFile } from './dataset-policy-file.ts';
import { datasetSource } from './dataset-source.ts';
import { duration, memory } from './quantity.ts';
import { boundsMistake, columnBounds, datasetPrivacy } from './privacy-config.ts';
import { columnKind } from './schema.ts';
import { columnName, line, slug } from './text.ts';

const scalar = z.union([z.string(), z.number(), z.boolean()]);

const columnConfig = z
  .strictObject({
    type: columnKind.optional().describe('Semantic type; forces how the column is read. Without it the type is inferred.'),
    description: line(1_000).optional(),
    domain: z.array(scalar).min(1).max(1_000).optional().describe('Values of a categorical column, in order. Declared domains reveal nothing; prefer them.'),
    ...columnBounds,
  })
  .superRefine((column, context) => {
    const mistake = boundsMistake(column);
    if (mistake !== null) context.addIssue({ code: 'custom', message: mistake });
  });

const percentageSplit = z
  .strictObject({ train: z.number().min(0).max(100), validation: z.number().min(0).max(100).default(0), test: z.number().min(0).max(100).default(0), seed: z.number().int().default(1) })
  .refine((split) => Math.abs(split.train + split.validation + split.test - 100) < 1e-9, 'train, validation and test must add up to 100');
const columnSplit = z.strictObject({ column: columnName, train: z.array(scalar).default([]), validation: z.array(scalar).default([]), test: z.array(scalar).default([]) });

export const podDataset = z.strictObject({
  name: slug,
  description: line(2_000).optional(),
  source: datasetSource,
  ignore: z.array(columnName).default([]).describe('Columns that do not exist for anybody but you'),
  columns: z.record(columnName, columnConfig).default({}),
  split: z.union([percentageSplit, columnSplit]).default({ train: 70, validation: 10, test: 20, seed: 1 }),
  policy: datasetPolicyFile.optional().describe('What may be learned by queries; without it, answers about 10 privacy units or more, and everything else is reviewed'),
  differential_privacy: datasetPrivacy.optional(),
});
export type DatasetConfig = z.infer<typeof podDataset>;

const ceilingConfig = z.strictObject({
  role: z.enum(roleNames).optional().describe('The strongest role that counts here; a stronger grant acts as this one'),
  elements: z.strictObject({ allow: z.array(z.string()).optional(), deny: z.array(z.string()).optional() }).optional(),
  epsilon: z.number().positive().optional().describe('Greatest epsilon of one task'),
  delta: z.number().gt(0).lt(1).optional().describe('Greatest delta of one task'),
  modellers: z.array(z.string()).optional().describe('Only these: e-mail, account id or device fingerprint'),
  min_pods: z.number().int().min(1).optional(),
  differential_privacy: z.literal('required').optional(),
  secure_aggregation: z.literal('required').optional(),
  min_rows: z.number().int().min(1).default(10).describe('Fewer rows than this in the part that a task uses, and nothing is computed'),
});

/** `pod.yaml`, the custodian's file. */
export const podConfig = z.strictObject({
  version: z.literal(1),
  name: slug,
  hub: z.url({ protocol: /^https?$/ }),
  home: z.string().min(1).default('./.podnet-pod').describe('Folder of the pod’s keys and store, relative to pod.yaml; created with mode 0700'),
  datasets: z.array(podDataset).min(1).max(1_000).refine((sets) => new Set(sets.map((set) => set.name)).size === sets.length, 'two datasets have the same name'),
  ceiling: ceilingConfig.default({ min_rows: 10 }),
  runner: z.strictObject({ concurrency: z.number().int().min(1).max(64).default(2), deadline: duration.default('1h'), memory: memory.default('1GiB') }).default({ concurrency: 2, deadline: '1h', memory: '1GiB' }),
});
export type PodConfig = z.infer<typeof podConfig>;
