/** The types that a plan knows. `number` is a double, `integer` 64 bits; `null` is the type of a bare `null`. */
export const scalarTypes = ['number', 'integer', 'boolean', 'text', 'date', 'datetime', 'duration', 'null'] as const;

export type ScalarType = (typeof scalarTypes)[number];

/** A scalar, or a list of one of them (a column that `explode` can take). */
export type ColumnType = ScalarType | `list of ${Exclude<ScalarType, 'null'>}`;

/** What a modeller can cast to. */
export const castTypes = ['number', 'integer', 'boolean', 'text', 'date', 'datetime'] as const satisfies readonly ScalarType[];

export type CastType = (typeof castTypes)[number];

export const isNumeric = (type: ColumnType): boolean => type === 'number' || type === 'integer' || type === 'null';

/** What arithmetic takes as a number: booleans count as 0 and 1. */
export const isCountable = (type: ColumnType): boolean => isNumeric(type) || type === 'boolean';

export const isTemporal = (type: ColumnType): boolean => type === 'date' || type === 'datetime' || type === 'null';

export const isText = (type: ColumnType): boolean => type === 'text' || type === 'null';

export const isBoolean = (type: ColumnType): boolean => type === 'boolean' || type === 'null';

export const isList = (type: ColumnType): boolean => type.startsWith('list of ');

/** The type inside a list. */
export const itemType = (type: ColumnType): ScalarType => (isList(type) ? (type.slice('list of '.length) as ScalarType) : (type as ScalarType));

/** The one type that holds values of both, or null when there is none. Numbers widen; nothing becomes text by itself. */
export function commonType(a: ColumnType, b: ColumnType): ColumnType | null {
  if (a === b) return a;
  if (a === 'null') return b;
  if (b === 'null') return a;
  if (isNumeric(a) && isNumeric(b)) return 'number';
  if (isTemporal(a) && isTemporal(b)) return 'datetime';
  return null;
}

/** True when values of the two can be compared with each other. */
export const areComparable = (a: ColumnType, b: ColumnType): boolean => !isList(a) && !isList(b) && commonType(a, b) !== null;
