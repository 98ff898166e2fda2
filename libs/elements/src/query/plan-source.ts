import type { ColumnType, DatasetSource, OwnSource, Source } from '@podnet/plan';
import type { SchemaColumn } from '../pod-part.ts';
import type { OwnTable } from './answer.ts';

const typeOfKind: Readonly<Record<string, ColumnType>> = { number: 'number', integer: 'integer', boolean: 'boolean', category: 'text', text: 'text', date: 'date' };

/** The type that a plan gives a published column; null for a kind that plans do not know. */
export const planTypeOf = ({ kind, times }: SchemaColumn): ColumnType | null => (kind === 'date' && times ? 'datetime' : (typeOfKind[kind] ?? null));

/** A dataset as plans see it, from its published columns. */
export const sourceOfSchema = (schema: readonly SchemaColumn[], unit: string | null = null): DatasetSource => ({
  kind: 'dataset',
  unit,
  columns: schema.flatMap((column) => {
    const type = planTypeOf(column);
    return type === null ? [] : [{ name: column.name, type }];
  }),
});

/** Tables of one's own as plans see them. */
export const sourcesOfTables = (tables: Readonly<Record<string, OwnTable>>): Map<string, Source> =>
  new Map(Object.entries(tables).map(([name, { columns }]): [string, OwnSource] => [name, { kind: 'own', columns }]));
