import type { Cell } from '@podnet/elements';
import type { PlotValue } from '@podnet/plot';
import type { FetchedTable } from '../fetched-table.ts';

/** A number of an answer; whole numbers beyond 2^53 come as digits. */
export const numberOf = (cell: Cell | undefined): number | null => (typeof cell === 'number' ? cell : typeof cell === 'string' && /^-?\d+$/.test(cell) ? Number(cell) : null);

export const labelOf = (cell: Cell): string => (cell === null ? 'null' : String(cell));

/** What stands for a group that is not in the answer: it may be empty, or left out. */
export const valueOfMissing = ({ origin }: FetchedTable): PlotValue => (origin.suppressed.length > 0 ? 'suppressed' : 0);

/** Below a title: over how many pods, and whether groups are missing. */
export function subtitleOf({ origin: { pods, suppressed } }: FetchedTable): string {
  const over = pods.length === 1 ? 'one pod' : `${pods.length} pods`;
  return suppressed.length > 0 ? `${over}; small groups are left out` : over;
}
