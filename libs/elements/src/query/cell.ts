import type { ColumnType } from '@podnet/plan';

const date = /^[+-]?\d{4,6}-\d{2}-\d{2}$/;
const datetime = /^[+-]?\d{4,6}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?Z?$/;

const isInstant = (value: unknown, form: RegExp): boolean => typeof value === 'string' && form.test(value);

const fits: Readonly<Record<string, (value: unknown) => boolean>> = {
  number: (value) => typeof value === 'number' && Number.isFinite(value),
  integer: (value) => (typeof value === 'number' ? Number.isSafeInteger(value) : typeof value === 'string' && /^-?[1-9]\d{15,18}$/.test(value) && !Number.isSafeInteger(Number(value))),
  boolean: (value) => typeof value === 'boolean',
  text: (value) => typeof value === 'string',
  date: (value) => isInstant(value, date),
  datetime: (value) => isInstant(value, datetime),
  duration: (value) => typeof value === 'number' && Number.isFinite(value),
  null: () => false,
};

/** Whether a value of JSON is a cell of a type; a missing one is of every type. */
export function isCell(value: unknown, type: ColumnType): boolean {
  if (value === null) return true;
  if (!type.startsWith('list of ')) return fits[type]?.(value) ?? false;
  return Array.isArray(value) && value.every((item) => isCell(item, type.slice('list of '.length) as ColumnType));
}
