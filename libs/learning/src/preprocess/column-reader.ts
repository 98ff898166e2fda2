import { Fault } from '@podnet/errors';
import { canonicalValue } from '../canonical-value.ts';
import type { Column, Table } from '../table.ts';

/** The column of that name. **Throws** `data.missing-column`. */
export function columnNamed(table: Table, name: string): Column {
  const column = table.columns.find((each) => each.name === name);
  if (!column) throw new Fault('data.missing-column', `The data has no column ${name}.`, { at: name });
  return column;
}

/** Values of a numeric column. **Shape** (rows of the table), NaN is missing. **Throws** `schema.wrong-kind`. */
export function numbersOf(table: Table, name: string): Float64Array {
  const column = columnNamed(table, name);
  if (column.kind !== 'number') throw new Fault('schema.wrong-kind', `The column ${name} is published as a number but holds categories.`, { at: name });
  return column.values;
}

/** The rows that are to be kept, in their order. A loop: the array's own `filter` takes thrice as long. */
export function rowsWhere(rows: Int32Array, keep: (row: number) => boolean): Int32Array {
  const kept = new Int32Array(rows.length);
  let count = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    if (keep(row)) kept[count++] = row;
  }
  return count === rows.length ? kept : kept.slice(0, count);
}

/** One number for each row. */
export function numberOfEach(rows: Int32Array, numberOf: (row: number) => number): Float64Array {
  const numbers = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) numbers[i] = numberOf(rows[i]!);
  return numbers;
}

/** The code of a value that is present but not in the published domain. */
const outside = -2;

/**
 * Codes of a column in the *published* domain, whatever order the table's own domain has.
 * **Shape** (rows of the table); -1 is missing. Rows that are not in `rows` are left at -1.
 * **Throws** `data.value-not-in-domain` when one of `rows` has another value.
 */
export function codesOf(table: Table, rows: Int32Array, name: string, domain: readonly string[]): Int32Array {
  const codeOfValue = new Map(domain.map((value, code) => [value, code]));
  const codes = new Int32Array(table.rows).fill(-1);
  const column = columnNamed(table, name);
  const codeAt = column.kind === 'category' ? translate(column.codes, column.domain, codeOfValue) : lookUp(column.values, codeOfValue);
  for (const row of rows) {
    const code = codeAt(row);
    if (code === outside) {
      throw new Fault('data.value-not-in-domain', `The column ${name} has a value outside its published domain.`, { at: name });
    }
    codes[row] = code;
  }
  return codes;
}

/** Passes over NaN. **Throws** `data.not-finite` when one of `rows` holds an infinite value. */
export function requireFinite(values: Float64Array, rows: Int32Array, name: string): void {
  for (const row of rows) {
    const value = values[row]!;
    if (value === Infinity || value === -Infinity) throw new Fault('data.not-finite', `The column ${name} has an infinite value.`, { at: name });
  }
}

function translate(codes: Int32Array, own: readonly string[], codeOfValue: Map<string, number>): (row: number) => number {
  const published = own.map((value) => codeOfValue.get(canonicalValue(value)) ?? outside);
  return (row) => {
    const code = codes[row]!;
    return code < 0 ? -1 : (published[code] ?? outside);
  };
}

function lookUp(values: Float64Array, codeOfValue: Map<string, number>): (row: number) => number {
  return (row) => {
    const value = values[row]!;
    return Number.isNaN(value) ? -1 : (codeOfValue.get(canonicalValue(value)) ?? outside);
  };
}
