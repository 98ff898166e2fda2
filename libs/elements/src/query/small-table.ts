import { valueOfCell, type BroughtTables, type SmallTable } from '@podnet/plan';
import type { OwnTable } from './answer.ts';
import { sourcesOfTables } from './plan-source.ts';

/** A table of one's own for the reference of plans; nobody stands behind its rows. */
export const smallTableOf = ({ columns, rows }: OwnTable): SmallTable => ({
  units: [],
  rows: rows.map((row) => Object.fromEntries(columns.map(({ name, type }, at) => [name, valueOfCell(row[at]!, type)]))),
});

export const broughtTables = (tables: Readonly<Record<string, OwnTable>>): BroughtTables => ({
  sources: sourcesOfTables(tables),
  tables: new Map(Object.entries(tables).map(([name, table]) => [name, smallTableOf(table)])),
});
