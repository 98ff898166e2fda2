import { z } from 'zod';
import { Fault } from '@podnet/errors';
import { defaultDatasetPolicy, minSizesOf, unsafeHandlings, type DatasetPolicy, type SafeZoneRule } from '@podnet/policy';
import { readYaml } from './document.ts';
import { limits } from './limits.ts';
import { minSize, perDay, ruleOf, safeZoneFile, written } from './safe-zone-file.ts';
import { columnName } from './text.ts';
import { validate } from './validation.ts';

/** `policy:` of a dataset in `pod.yaml`, and the whole of a policy file. */
export const datasetPolicyFile = z.strictObject({
  privacy_unit: columnName.default('row').describe('The column that names whom rows are about, or row'),
  safe_zone: safeZoneFile.optional().describe('What passes without anybody being asked'),
  unsafe_handling: z.enum(unsafeHandlings).default('review').describe('What happens to everything else'),
  sanitized_columns: z.array(columnName).max(10_000).default([]).describe('Columns whose values never leave, by whatever road'),
  small_groups: z.enum(['refuse', 'suppress']).default('refuse'),
  order_statistics: z.enum(['refuse', 'allow']).default('refuse').describe('Minima, maxima, medians, quantiles, modes, first and last'),
  difference: z.union([z.literal('off'), z.strictObject({ min_size: minSize })], 'must be off, or have min_size').optional().describe('How far an answer must be from every other that the same modeller had; as the safe zone when left out'),
  dominance: z.strictObject({ top: z.number().int('must be a whole number').min(1).max(100), percent: z.number().gt(0).lt(100) }).optional().describe('No sum of which its largest contributors hold more'),
  homogeneity: z.enum(['refuse', 'allow']).default('allow').describe('Groups that are all alike'),
  rounding: z.strictObject({ counts: z.number().int('must be a whole number').min(2).max(1_000_000).optional(), sums: z.number().int('must be a whole number').min(1).max(15).optional() }).refine((parts) => written(parts) > 0, 'must have counts or sums').optional().describe('Counts to a multiple, sums to significant digits'),
  queries: perDay.optional().describe('The most that anybody is answered'),
  savable: z.boolean().default(false).describe('Whether stored frames may outlive a restart of the pod'),
});
export type DatasetPolicyFile = z.infer<typeof datasetPolicyFile>;

/**
 * Reads a policy file: what stands under `policy:` in `pod.yaml`, for itself.
 * **Throws** as `readYaml`, with `config.invalid` for mistakes.
 */
export function readDatasetPolicy(text: string, fileName: string): DatasetPolicy {
  return datasetPolicyOf(readYaml(text, datasetPolicyFile, fileName, 'config.invalid'));
}

/**
 * Reads a policy that came as JSON.
 * **Throws** `usage.too-deep`, else as `validate`.
 */
export function parseDatasetPolicy(value: unknown): DatasetPolicy {
  const open: { value: unknown; depth: number }[] = [{ value, depth: 1 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.depth > limits.jsonDepth) throw new Fault('usage.too-deep', `A policy is nested at most ${limits.jsonDepth} levels deep.`);
    if (typeof next.value === 'object' && next.value !== null) for (const inner of Object.values(next.value)) open.push({ value: inner, depth: next.depth + 1 });
  }
  return datasetPolicyOf(validate(datasetPolicyFile, value));
}

/** The policy that a file means, with every default filled in; that of nobody's file is the default policy. */
export function datasetPolicyOf(file: DatasetPolicyFile | undefined): DatasetPolicy {
  if (file === undefined) return defaultDatasetPolicy;
  const safeZone = file.safe_zone === undefined ? defaultDatasetPolicy.safeZone : ruleOf(file.safe_zone);
  return {
    privacyUnit: file.privacy_unit === 'row' ? null : file.privacy_unit,
    safeZone,
    unsafeHandling: file.unsafe_handling,
    sanitizedColumns: [...new Set(file.sanitized_columns)],
    smallGroups: file.small_groups,
    orderStatistics: file.order_statistics,
    difference: file.difference === 'off' ? null : { minSize: file.difference?.min_size ?? usualDifference(safeZone) },
    dominance: file.dominance ?? null,
    homogeneity: file.homogeneity,
    rounding: file.rounding === undefined ? null : { counts: file.rounding.counts ?? null, sums: file.rounding.sums ?? null },
    queriesPerDay: file.queries?.per_day ?? null,
    savable: file.savable,
  };
}

/** A crowd of a hundred that may be told apart from another by ten people is a crowd of ten. */
const usualDifference = (safeZone: SafeZoneRule): number => minSizesOf(safeZone).at(-1) ?? defaultDatasetPolicy.difference!.minSize;
