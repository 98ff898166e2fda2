import type { DatasetConfig } from '@podnet/contracts';
import { Fault } from '@podnet/errors';
import { namedColumns, type DatasetPolicy } from '@podnet/policy';

/**
 * Columns that a policy names and the dataset does not have. A slip of the pen in `sanitized_columns` would leave the real column open, and nobody would
 * notice. Columns that are ignored are there, for the policy: a privacy unit need not be published.
 */
export function unknownColumns(policy: DatasetPolicy, published: readonly { readonly name: string }[], { ignore }: Pick<DatasetConfig, 'ignore'>): string[] {
  const known = new Set([...published.map(({ name }) => name), ...ignore]);
  return [...new Set(namedColumns(policy).map(({ column }) => column).filter((name) => !known.has(name)))];
}

/** **Throws** `schema.unknown-column` naming all of them: this is for the custodian, who has the data. */
export function requireKnownColumns(policy: DatasetPolicy, published: readonly { readonly name: string }[], dataset: Pick<DatasetConfig, 'name' | 'ignore'>, at: string): void {
  const unknown = unknownColumns(policy, published, dataset);
  if (unknown.length > 0) throw new Fault('schema.unknown-column', `${dataset.name} has no column ${unknown.join(', ')}.`, { at, hint: `It has ${published.slice(0, 30).map(({ name }) => name).join(', ')}${published.length > 30 ? ', …' : ''}.` });
}
