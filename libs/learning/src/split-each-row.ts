import { canonicalValue } from './canonical-value.ts';
import { seedFrom } from './random.ts';
import type { SplitPercentages } from './split.ts';
import type { Split, SplitPart, Table } from './table.ts';

const parts = ['train', 'validation', 'test'] as const satisfies readonly SplitPart[];

/**
 * A split in which each row settles by its own cells where it belongs: one row more or less moves no other, as differential privacy needs.
 * (`splitRows` shuffles, so there one row more may move all.) Shares are met as by chance; equal rows go together.
 * **Units** percent. **Shape** by the columns of the table, whatever their order.
 */
export function splitEachRow(table: Table, shares: SplitPercentages): Split {
  const found: Record<SplitPart, number[]> = { train: [], validation: [], test: [] };
  const hashes = new Uint32Array(table.rows).fill(seedFrom('split each row', shares.seed));
  for (const column of table.columns.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (column.kind === 'category') {
      const ofCode = column.domain.map((value) => seedFrom(canonicalValue(value)));
      for (let row = 0; row < table.rows; row++) hashes[row] = mixed(hashes[row]!, ofCode[column.codes[row]!] ?? 0);
    } else {
      // +0 makes one zero of two; every NaN is the same.
      const values = column.values.map((value) => (Number.isNaN(value) ? Number.NaN : value + 0));
      const words = new Uint32Array(values.buffer);
      for (let row = 0; row < table.rows; row++) hashes[row] = mixed(mixed(hashes[row]!, words[2 * row]!), words[2 * row + 1]!);
    }
  }
  const total = shares.train + shares.validation + shares.test;
  const edges = [shares.train / total, (shares.train + shares.validation) / total];
  for (let row = 0; row < table.rows; row++) {
    const at = finished(hashes[row]!) / 2 ** 32;
    found[parts[at < edges[0]! ? 0 : at < edges[1]! ? 1 : 2]].push(row);
  }
  return { train: Int32Array.from(found.train), validation: Int32Array.from(found.validation), test: Int32Array.from(found.test) };
}

/** **Source** a round of MurmurHash3 (Appleby) for 32 bits, and below its end. */
function mixed(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  const h = hash ^ k;
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) >>> 0;
}

function finished(hash: number): number {
  let h = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
