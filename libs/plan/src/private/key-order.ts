import type { Cell } from '../cell.ts';

/** Order of key cells of one column, by the cells alone: missing first, whole numbers beyond 2^53 (texts of digits) among the others. */
export function compareKeyCells(a: Cell, b: Cell): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  if (typeof a === 'number' || typeof b === 'number') {
    const [x, y] = typeof a === typeof b ? [a, b] : [BigInt(a as string), BigInt(b as string)];
    return x < y ? -1 : x > y ? 1 : 0;
  }
  if (isDigits(a) && isDigits(b) && a !== b) return BigInt(a) < BigInt(b) ? -1 : BigInt(a) > BigInt(b) ? 1 : a < b ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

const isDigits = (cell: Cell): cell is string => typeof cell === 'string' && /^-?\d+$/.test(cell);

export function compareKeys(a: readonly Cell[], b: readonly Cell[]): number {
  for (const [at, cell] of a.entries()) {
    const order = compareKeyCells(cell, b[at]!);
    if (order !== 0) return order;
  }
  return 0;
}
