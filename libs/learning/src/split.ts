import { Fault } from '@podnet/errors';
import { canonicalValue } from './canonical-value.ts';
import { createRandom, seedFrom } from './random.ts';
import type { Column, Split, SplitPart } from './table.ts';

const parts = ['train', 'validation', 'test'] as const satisfies readonly SplitPart[];

/** **Units** percent; the three add up to 100. */
export interface SplitPercentages {
  train: number;
  validation: number;
  test: number;
  seed: number | string;
}

/**
 * Splits `rows` rows at random. Counts follow the rule of largest remainders: every part gets the whole rows of its share, the
 * rows left over go one each to the parts with the largest fractions, ties in the order train, validation, test. So every row is
 * in one part, a part of 0 percent is empty, and the same rows and seed give the same split.
 * **Throws** `usage.invalid` for percentages that are not finite, negative or do not add up to 100.
 */
export function splitRows(rows: number, options: SplitPercentages): Split {
  if (!Number.isSafeInteger(rows) || rows < 0) throw new Fault('usage.invalid', 'The number of rows must be a whole number.', { at: 'rows' });
  const counts = partCounts(rows, options);
  const order = Int32Array.from({ length: rows }, (_, row) => row);
  createRandom(seedFrom('split', options.seed)).shuffle(order);
  const [train, validation] = counts as [number, number, number];
  return {
    train: order.slice(0, train).sort(),
    validation: order.slice(train, train + validation).sort(),
    test: order.slice(train + validation).sort(),
  };
}

/**
 * Reads a split that the data brings along: each part is the rows whose value is in its list. Rows without a value, or with a value
 * in no list, belong to no part.
 * **Throws** `usage.invalid` when a value is in two lists.
 */
export function splitByColumn(column: Column, lists: Partial<Record<SplitPart, readonly (string | number)[]>>): Split {
  const partOf = new Map<string, SplitPart>();
  for (const part of parts) {
    for (const value of lists[part] ?? []) {
      const key = canonicalValue(value);
      if ((partOf.get(key) ?? part) !== part) {
        throw new Fault('usage.invalid', 'A value of the split column stands for two parts.', { at: `split.${part}` });
      }
      partOf.set(key, part);
    }
  }
  const found: Record<SplitPart, number[]> = { train: [], validation: [], test: [] };
  if (column.kind === 'category') {
    const partOfCode = column.domain.map((value) => partOf.get(canonicalValue(value)));
    column.codes.forEach((code, row) => {
      const part = code < 0 ? undefined : partOfCode[code];
      if (part) found[part].push(row);
    });
  } else {
    column.values.forEach((value, row) => {
      const part = Number.isNaN(value) ? undefined : partOf.get(canonicalValue(value));
      if (part) found[part].push(row);
    });
  }
  return { train: Int32Array.from(found.train), validation: Int32Array.from(found.validation), test: Int32Array.from(found.test) };
}

function partCounts(rows: number, options: SplitPercentages): number[] {
  const shares = parts.map((part) => options[part]);
  shares.forEach((share, i) => {
    if (!Number.isFinite(share) || share < 0) throw new Fault('usage.invalid', 'A share of the split must be a percentage from 0 to 100.', { at: `split.${parts[i]}` });
  });
  const total = shares.reduce((sum, share) => sum + share, 0);
  if (Math.abs(total - 100) > 1e-6) throw new Fault('usage.invalid', 'The shares of the split must add up to 100 percent.', { at: 'split' });
  const quotas = shares.map((share) => (rows * share) / total);
  const counts = quotas.map(Math.floor);
  let left = rows - counts.reduce((sum, count) => sum + count, 0);
  // Sorting is stable, so ties keep the order of the parts.
  const byFraction = [0, 1, 2].sort((a, b) => quotas[b]! - counts[b]! - (quotas[a]! - counts[a]!));
  for (const part of byFraction) {
    if (left <= 0) break;
    counts[part]!++;
    left--;
  }
  return counts;
}
