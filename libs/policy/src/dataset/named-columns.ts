import type { DatasetPolicy } from './dataset-policy.ts';
import { leavesOf } from './rules/registry.ts';

/**
 * Every column that a policy names, with its field in the file. A name that the dataset does not have must be refused when the two meet: a
 * sanitised `name` protects no `Name`.
 */
export function namedColumns(policy: DatasetPolicy): { readonly field: string; readonly column: string }[] {
  const inRules = leavesOf(policy.safeZone).flatMap(({ rule, kind }) => [...(kind.columns?.(rule) ?? [])]);
  return [
    ...(policy.privacyUnit === null ? [] : [{ field: 'privacy_unit', column: policy.privacyUnit }]),
    ...[...new Set(inRules)].map((column) => ({ field: 'safe_zone', column })),
    ...policy.sanitizedColumns.map((column) => ({ field: 'sanitized_columns', column })),
  ];
}
