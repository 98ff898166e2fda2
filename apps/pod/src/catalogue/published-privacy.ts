import { declaredBounds, type DatasetConfig, type PublishedSchema } from '@podnet/contracts';
import { Fault } from '@podnet/errors';
import type { DatasetPolicy } from '@podnet/policy';

/**
 * What the custodian declares for differential privacy, beside what was found in the files. Nothing of it is read off the data.
 * **Throws** `config.invalid` for bounds of a column that has no numbers, and for columns that are not there.
 */
export function withDeclarations(schema: PublishedSchema, { columns, differential_privacy: declared }: DatasetConfig, { privacyUnit }: Pick<DatasetPolicy, 'privacyUnit'>): PublishedSchema {
  const published = schema.columns.map((column) => {
    const config = Object.hasOwn(columns, column.name) ? columns[column.name]! : {};
    const bounds = declaredBounds(config, column.kind);
    if (bounds && !['number', 'integer', 'boolean'].includes(column.kind)) throw new Fault('config.invalid', `The column ${column.name} has bounds and no numbers.`, { at: `columns.${column.name}.lower` });
    return { ...column, ...(bounds ? { bounds } : {}), ...(config.nullable === false ? { nullable: false as const } : {}) };
  });
  if (declared === undefined) return { ...schema, columns: published };
  if ('public' in declared) {
    const uniqueKey = declared.unique_key ?? null;
    if (uniqueKey !== null && !published.some(({ name }) => name === uniqueKey)) throw new Fault('config.invalid', `There is no column ${uniqueKey}, which is to be the unique key.`, { at: 'differential_privacy.unique_key' });
    return { ...schema, columns: published, privacy: { public: true, uniqueKey } };
  }
  // A row that is its own unit counts once, in one group.
  const one = privacyUnit === null;
  return { ...schema, columns: published, privacy: { unit: privacyUnit, maxRows: one ? 1 : declared.max_rows, maxGroups: one ? 1 : declared.max_groups } };
}

/** The budget over all modellers that `pod.yaml` declares for a dataset. */
export function declaredBudget(dataset: DatasetConfig | undefined): { epsilon: number; delta: number } | undefined {
  const declared = dataset?.differential_privacy;
  return declared === undefined || 'public' in declared ? undefined : declared.budget;
}
