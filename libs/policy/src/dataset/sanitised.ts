import type { SourceColumn } from '@podnet/plan';
import type { DatasetPolicy } from './dataset-policy.ts';

/** Which source columns are sanitised, for `nullings` of the plan room. It holds for everybody, whatever else passes. */
export function sanitised(policies: ReadonlyMap<string, DatasetPolicy>): (column: SourceColumn) => boolean {
  const names = new Map([...policies].map(([dataset, policy]) => [dataset, new Set(policy.sanitizedColumns)]));
  return ({ dataset, column }) => names.get(dataset)?.has(column) ?? false;
}
