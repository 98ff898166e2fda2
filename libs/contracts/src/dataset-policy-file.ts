import { defaultDatasetPolicy, roleNames, unsafeHandlings, type DatasetPolicy, type SafeZoneRule } from '@podnet/policy';
import { z } from 'zod';
import { columnName, instant, line } from './text.ts';

const size = z.number().int().min(1).max(1_000_000);
const perDay = z.number().int().min(1).max(1_000_000);
const columnList = z.array(columnName).min(1).max(10_000);
/** Rules inside rules; deeper, and nobody can read it. */
const mostDepth = 6;

/** A rule as it is written. */
export type RuleFile =
  | 'always'
  | 'never'
  | { aggregation: { min_size: number } }
  | { user: string }
  | { role: (typeof roleNames)[number] }
  | { all_of: RuleFile[] }
  | { any_of: RuleFile[] }
  | { at_least: { n: number; of: RuleFile[] } }
  | { columns: { allow?: string[]; deny?: string[] } }
  | { until: string }
  | { queries: { per_day: number } };

const inner: z.ZodType<RuleFile> = z.lazy(() => rule);
const rules = z.array(inner).min(1).max(50);

const rule: z.ZodType<RuleFile> = z.union([
  z.enum(['always', 'never']),
  z.strictObject({ aggregation: z.strictObject({ min_size: size.describe('Privacy units behind every row and every side of a condition') }) }),
  z.strictObject({ user: line(254).describe('Account id or e-mail') }),
  z.strictObject({ role: z.enum(roleNames).describe('This role, or a stronger one') }),
  z.strictObject({ all_of: rules }),
  z.strictObject({ any_of: rules }),
  z.strictObject({ at_least: z.strictObject({ n: z.number().int().min(1), of: rules }).refine(({ n, of }) => n <= of.length, { message: 'n is larger than the list', path: ['n'] }) }),
  z.strictObject({ columns: z.strictObject({ allow: columnList.optional(), deny: columnList.optional() }).refine(({ allow, deny }) => allow ?? deny, 'allow or deny has to be given') }),
  z.strictObject({ until: instant.describe('An instant, like 2027-01-31T00:00:00Z') }),
  z.strictObject({ queries: z.strictObject({ per_day: perDay }) }),
], { error: 'Invalid input: must be a rule: aggregation, user, role, all_of, any_of, at_least, columns, until, queries, always or never' });

const safeZone = rule.refine((written) => depthOf(written) <= mostDepth, `rules may be nested ${mostDepth} deep`);

/** `policy:` of a dataset in `pod.yaml`, and the whole of a policy file. What is left out has the default that is described. */
export const datasetPolicyFile = z.strictObject({
  privacy_unit: columnName.optional().describe('Column that names the subject, or `row` (default)'),
  safe_zone: safeZone.optional().describe('What is answered without asking you. Default: Super Modellers, and at least 10 privacy units behind every row'),
  unsafe_handling: z.enum(unsafeHandlings).optional().describe('What happens to other queries. Default: review'),
  sanitized_columns: z.array(columnName).max(10_000).optional().describe('Columns whose values never leave, by whatever name'),
  small_groups: z.enum(['refuse', 'suppress']).optional().describe('Whether an answer with a group that is too small is refused, or the group dropped. Default: refuse'),
  order_statistics: z.enum(['refuse', 'allow']).optional().describe('min, max, first, last, median, quantiles, mode. Default: refuse'),
  difference: z.union([z.literal('off'), z.strictObject({ min_size: size })]).optional().describe('Least difference to earlier answers. Default: 10'),
  dominance: z.strictObject({ top: z.number().int().min(1).max(10), percent: z.number().gt(0).max(100) }).optional().describe('No sum whose largest contributors hold more'),
  homogeneity: z.enum(['refuse', 'allow']).optional().describe('Means of exactly 0 or 1, variances of 0. Default: allow'),
  rounding: z.strictObject({ counts: z.number().int().min(2).max(1_000_000).optional(), sums: z.number().int().min(1).max(15).optional() }).optional().describe('Counts to the nearest multiple, sums to significant digits'),
  queries: z.strictObject({ per_day: perDay }).optional().describe('Answers to one modeller in 24 hours'),
  savable: z.boolean().optional().describe('Whether derived frames may outlive the pod’s process. Default: false'),
});
export type DatasetPolicyFile = z.output<typeof datasetPolicyFile>;

/** The policy that a file means, with every default filled in; without a file, the default one. Pure. */
export function datasetPolicyOf(file: DatasetPolicyFile | undefined): DatasetPolicy {
  const base = defaultDatasetPolicy;
  if (file === undefined) return base;
  return {
    privacyUnit: file.privacy_unit === undefined || file.privacy_unit === 'row' ? null : file.privacy_unit,
    safeZone: file.safe_zone === undefined ? base.safeZone : ruleOf(file.safe_zone),
    unsafeHandling: file.unsafe_handling ?? base.unsafeHandling,
    sanitizedColumns: [...new Set(file.sanitized_columns ?? [])],
    smallGroups: file.small_groups ?? base.smallGroups,
    orderStatistics: file.order_statistics ?? base.orderStatistics,
    difference: file.difference === undefined ? base.difference : file.difference === 'off' ? null : { minSize: file.difference.min_size },
    dominance: file.dominance ?? null,
    homogeneity: file.homogeneity ?? base.homogeneity,
    rounding: file.rounding && (file.rounding.counts ?? file.rounding.sums) !== undefined ? { counts: file.rounding.counts ?? null, sums: file.rounding.sums ?? null } : null,
    queriesPerDay: file.queries?.per_day ?? null,
    savable: file.savable ?? base.savable,
  };
}

function ruleOf(written: RuleFile): SafeZoneRule {
  if (typeof written === 'string') return { rule: written };
  if ('aggregation' in written) return { rule: 'aggregation', minSize: written.aggregation.min_size };
  if ('user' in written) return { rule: 'user', user: written.user };
  if ('role' in written) return { rule: 'role', role: written.role };
  if ('all_of' in written) return { rule: 'all-of', of: written.all_of.map(ruleOf) };
  if ('any_of' in written) return { rule: 'any-of', of: written.any_of.map(ruleOf) };
  if ('at_least' in written) return { rule: 'at-least', n: written.at_least.n, of: written.at_least.of.map(ruleOf) };
  if ('columns' in written) return { rule: 'columns', allow: written.columns.allow ?? null, deny: written.columns.deny ?? [] };
  if ('until' in written) return { rule: 'until', at: Date.parse(written.until) };
  return { rule: 'queries', perDay: written.queries.per_day };
}

function depthOf(written: RuleFile): number {
  if (typeof written === 'string') return 1;
  const parts = 'all_of' in written ? written.all_of : 'any_of' in written ? written.any_of : 'at_least' in written ? written.at_least.of : [];
  return 1 + Math.max(0, ...parts.map(depthOf));
}
