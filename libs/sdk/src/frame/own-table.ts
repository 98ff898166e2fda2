import type { OwnTable } from '@podnet/elements';
import { Fault } from '@podnet/errors';
import type { ScalarType } from '@podnet/plan';

type OwnType = Exclude<ScalarType, 'null' | 'duration'>;
type OwnCell = string | number | boolean | null;

/** Rows as objects, with types for columns whose values do not show them (dates, numbers that happen to be whole, columns without a value). */
export interface OwnRows {
  readonly rows: readonly Readonly<Record<string, OwnCell>>[];
  readonly types?: Readonly<Record<string, OwnType>>;
}

/** A table of one's own from rows. **Throws** `usage.invalid` for a column whose type nothing shows. */
export function ownTableOf({ rows, types = {} }: OwnRows): OwnTable {
  const names = [...new Set([...Object.keys(types), ...rows.flatMap((row) => Object.keys(row))])];
  const columns = names.map((name) => ({ name, type: types[name] ?? typeOf(rows.map((row) => row[name] ?? null)) }));
  return { columns, rows: rows.map((row) => names.map((name) => row[name] ?? null)) };
}

function typeOf(cells: readonly OwnCell[]): OwnType {
  const there = cells.filter((cell) => cell !== null);
  if (there.length === 0) throw new Fault('usage.invalid', 'The type of a column without values has to be told.', { hint: 'Name it in `types`.' });
  const kinds = new Set(there.map((cell) => typeof cell));
  if (kinds.size > 1) throw new Fault('usage.invalid', 'A column has values of several types.');
  if (kinds.has('string')) return 'text';
  if (kinds.has('boolean')) return 'boolean';
  return there.every((cell) => Number.isSafeInteger(cell)) ? 'integer' : 'number';
}
