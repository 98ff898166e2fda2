import type { Cell } from '../cell.ts';
import type { ColumnType } from '../column-type.ts';
import { fit, type Bounds } from './bounds.ts';
import type { PrivateColumn } from './metadata.ts';

/** What is known of a value in a row from declarations alone. */
export interface Facts {
  readonly type: ColumnType;
  readonly bounds: Bounds;
  /** A column for which bounds are not declared: the first that is the reason why there are none here. */
  readonly unbounded: string | null;
  readonly nullable: boolean;
  /** All that it can be, missing included. Null: not known. */
  readonly values: readonly Cell[] | null;
  /** Whether it is the column that names the privacy unit, or made of it. */
  readonly unit: 'is' | 'made' | null;
  /** A column that the custodian does not open, of which it is made. */
  readonly closed: string | null;
  /** It is the unique key of a public table, as it is. */
  readonly unique: boolean;
}

/** A column of a frame below the aggregation, by its name. */
export type Columns = ReadonlyMap<string, Facts>;

/** A number or a text that nothing more is known of. */
export const plainFacts = (type: ColumnType, nullable: boolean): Facts => ({ type, bounds: null, unbounded: null, nullable, values: null, unit: null, closed: null, unique: false });

export const booleanValues = (nullable: boolean): readonly Cell[] => (nullable ? [false, true, null] : [false, true]);

/** A column as it is declared. What is not declared is closed. */
export function declaredFacts(name: string, type: ColumnType, declared: PrivateColumn | undefined, role: { unit: boolean; unique: boolean }): Facts {
  const nullable = declared?.nullable ?? true;
  const isNumber = type === 'number' || type === 'integer';
  const given = declared?.bounds ?? null;
  const bounds = isNumber && given !== null && fit(given.lower, given.upper, given.granularity) !== null ? given : null;
  return {
    type,
    bounds,
    unbounded: isNumber && bounds === null ? name : null,
    nullable,
    values: declared?.publicValues ?? (type === 'boolean' ? booleanValues(nullable) : null),
    unit: role.unit ? 'is' : null,
    closed: role.unit || (declared?.selectable ?? false) ? null : name,
    unique: role.unique,
  };
}

/** What a value takes over from those that it is made of. */
export function madeOf(operands: readonly Facts[]): Pick<Facts, 'unit' | 'closed' | 'unbounded' | 'unique' | 'nullable'> {
  return {
    unit: operands.some(({ unit }) => unit !== null) ? 'made' : null,
    closed: operands.find(({ closed }) => closed !== null)?.closed ?? null,
    unbounded: operands.find(({ unbounded }) => unbounded !== null)?.unbounded ?? null,
    unique: false,
    nullable: operands.some(({ nullable }) => nullable),
  };
}

/** The same where there may be no partner. */
export const facingGaps = (facts: Facts): Facts => ({ ...facts, nullable: true, unique: false, values: facts.values === null || facts.values.includes(null) ? facts.values : [...facts.values, null] });
