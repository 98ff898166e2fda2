import type { Axis } from './axis.ts';
import { harmless } from './harmless.ts';
import { valueText } from './number.ts';
import type { PlotValue } from './value.ts';

/** A plot as a table: for programs, and for people to whom a screen is read. **Shape** rows (rows, columns); `suppressed` stands for a suppressed value. */
export interface PlotTable {
  readonly title: string;
  readonly subtitle?: string;
  readonly columns: readonly Axis[];
  readonly rows: readonly (readonly (PlotValue | string)[])[];
}

/** One spoken line for each row: `Adelie: body mass 3,701 g`. */
export function tableLines({ title, subtitle, columns, rows }: PlotTable): string[] {
  const [, ...others] = columns;
  const said = (cell: PlotValue | string | undefined, unit: string | undefined): string => {
    if (cell === null || cell === undefined) return 'no value';
    if (typeof cell === 'string') return cell === 'suppressed' ? 'suppressed, too few people' : harmless(cell);
    return Number.isFinite(cell) ? `${valueText(cell)}${unit ? ` ${harmless(unit, 20)}` : ''}` : 'no value';
  };
  const line = (row: readonly (PlotValue | string)[]): string => {
    const [first, ...rest] = row;
    return `${said(first, columns[0]?.unit)}: ${rest.map((cell, at) => `${harmless(others[at]?.label ?? '')} ${said(cell, others[at]?.unit)}`.trim()).join(', ')}`;
  };
  return [`${harmless(title, 200)}${subtitle ? `. ${harmless(subtitle, 200)}` : ''}`, ...rows.map(line)];
}
