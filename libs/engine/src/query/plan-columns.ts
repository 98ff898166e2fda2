import type { PublishedColumn } from '@podnet/contracts';
import { Fault } from '@podnet/errors';
import type { ColumnType, DatasetColumn, ScalarType } from '@podnet/plan';
import { cellsOf } from '../cell.ts';
import { translated, type Polars } from '../polars.ts';
import type { Source, SourceColumn } from '../source.ts';

const unreadable = 'The rows of the file cannot be read.';

/** Native types of the items of a list that a plan knows. */
const itemTypes: readonly (readonly [form: RegExp, type: Exclude<ScalarType, 'null'>])[] = [
  [/^U?Int\d+$/, 'integer'], [/^(Float|Decimal)/, 'number'], [/^Bool/, 'boolean'], [/^(String|Utf8|Categorical|Enum)/, 'text'], [/^Datetime/, 'datetime'], [/^Date$/, 'date'],
];

const typeOfItem = (variant: string): Exclude<ScalarType, 'null'> | null => itemTypes.find(([form]) => form.test(variant))?.[1] ?? null;

/**
 * The published columns as a plan knows them. A date is a `datetime` where the data has times; a column of lists is a list; what else is nested
 * is left out, since nothing can be asked of it. Reads the dates of a CSV.
 * **Throws** `data.missing-column`, `data.unreadable`.
 */
export function planColumns(pl: Polars, { frame, columns }: Source, schema: readonly PublishedColumn[]): DatasetColumn[] {
  const natives = translated(() => frame.limit(0).collectSync().schema as Record<string, { variant: string; inner?: readonly { variant?: string; dtype?: { variant: string } }[] }>, 'data.unreadable', unreadable);
  const hasTimes = (column: SourceColumn): boolean => {
    if (column.storage === 'date') return natives[column.key]!.variant !== 'Date';
    const times = cellsOf(pl, column).text.cast(pl.Utf8).str.contains('^[0-9-]{10}[T ]', false).cast(pl.Int64).sum().alias('times');
    return translated(() => Number(frame.select(times).collectSync().toRecords()[0]?.['times'] ?? 0) > 0, 'data.unreadable', unreadable);
  };
  return schema.flatMap(({ name, kind }): DatasetColumn[] => {
    const column = columns.get(name);
    if (column === undefined) throw new Fault('data.missing-column', 'The file has changed: a published column is gone.', { at: name });
    if (column.storage === 'nested') {
      const native = natives[column.key]!;
      const inner = native.inner?.[0];
      const item = native.variant === 'List' ? typeOfItem(inner?.variant ?? inner?.dtype?.variant ?? '') : null;
      return item === null ? [] : [{ name, type: `list of ${item}` as ColumnType }];
    }
    if (kind === 'date') return [{ name, type: hasTimes(column) ? 'datetime' : 'date' }];
    return [{ name, type: kind === 'category' ? 'text' : kind }];
  });
}
