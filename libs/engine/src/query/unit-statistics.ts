import { Fault } from '@podnet/errors';
import { cellsOf } from '../cell.ts';
import { translated, type Expression, type Polars } from '../polars.ts';
import type { Source, SourceColumn } from '../source-column.ts';

/** How rows of a dataset are shared out over its privacy units. Stays on the pod: it was counted from private rows. */
export interface UnitStatistics {
  /** Different units; rows without an id are one unit together. */
  readonly units: number;
  /** Greatest number of rows of one unit. R rows stand for at least R ÷ `mostRows` units. 0 without rows. */
  readonly mostRows: number;
}

/** A dataset in one state, and the column that names its units. */
export interface UnitColumn {
  readonly dataset: string;
  readonly version: string;
  /** Null: every row is its own unit. */
  readonly unit: string | null;
}

const mostKept = 1_000;

/**
 * The id of a row's unit: trimmed text, null where it is missing. Whoever counts units has to read them like this: two ids that only another
 * reading takes for one would have more rows together than `mostRows` says.
 * **Throws** `schema.wrong-kind` for a nested column, whose values are no ids.
 */
export function unitOf(pl: Polars, name: string, column: SourceColumn): Expression {
  if (column.storage === 'nested') throw new Fault('schema.wrong-kind', `The column ${name} is nested and names no units.`, { at: name });
  return cellsOf(pl, column).text;
}

/**
 * Counts units in one look at one column. An ignored column can name the units too.
 * **Throws** `data.missing-column`, `schema.wrong-kind`, `data.unreadable`.
 */
export function unitStatistics(pl: Polars, source: Source, unit: string | null): UnitStatistics {
  if (unit === null) {
    const rows = counted(() => source.frame.select(pl.len().alias('rows')).collectSync().toRecords())['rows'] ?? 0;
    return { units: rows, mostRows: Math.min(rows, 1) };
  }
  const column = source.columns.get(unit);
  if (!column) throw new Fault('data.missing-column', 'The data have no column of this name, which names the privacy unit.', { at: unit });
  const id = unitOf(pl, unit, column).alias('unit');
  const { units = 0, mostRows = 0 } = counted(() =>
    source.frame
      .select(id)
      .groupBy('unit')
      .agg(pl.len().alias('rows'))
      .select(pl.len().alias('units'), pl.col('rows').max().alias('mostRows'))
      .collectSync()
      .toRecords(),
  );
  return { units, mostRows };
}

const counted = (count: () => Record<string, unknown>[]): Record<string, number> => {
  const [row = {}] = translated(count, 'data.unreadable', 'The rows of the file cannot be read.');
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Number(value ?? 0)]));
};

/** Remembers what was counted for each state of a dataset; the count reads a whole column. */
export class UnitStatisticsMemory {
  private readonly known = new Map<string, UnitStatistics>();

  /** `count` is called once for each dataset, version and unit. What it throws is not remembered. */
  of({ dataset, version, unit }: UnitColumn, count: () => UnitStatistics): UnitStatistics {
    const key = JSON.stringify([dataset, version, unit]);
    let statistics = this.known.get(key);
    if (statistics) this.known.delete(key);
    else statistics = count();
    this.known.set(key, statistics);
    if (this.known.size > mostKept) this.known.delete(this.known.keys().next().value!);
    return statistics;
  }
}
