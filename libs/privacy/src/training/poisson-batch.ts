import { Fault } from '@podnet/errors';
import type { BitSource } from '../random/bit-source.ts';

const two24 = 2 ** 24;
const two32 = 2 ** 32;

/**
 * The rows of one step: each in it by a coin of its own. Its size is random, and none at all is a batch as well.
 *
 * A coin is 32 bits below a threshold, and 8 of them settle it in 255 of 256 cases: the others are drawn only then, which changes no
 * probability. So a row takes about a quarter of a word; and a word of four rows, none of which has a chance, is passed over as one.
 *
 * **Shape** ascending indices below `rows`. **Units** the rate is taken down to a multiple of 2⁻³², so that it is exact and never more than
 * what is accounted for. **Privacy** the sampling that the accounts assume; a shuffled pass through the rows is none.
 * **Throws** `usage.invalid`.
 */
export function poissonBatch(rows: number, samplingRate: number, bits: BitSource): number[] {
  if (!Number.isSafeInteger(rows) || rows < 0) throw new Fault('usage.invalid', 'Rows are a whole number.', { at: 'rows' });
  if (typeof samplingRate !== 'number' || !(samplingRate > 0 && samplingRate <= 1)) throw new Fault('usage.invalid', 'A sampling rate is above 0 and at most 1.', { at: 'samplingRate' });
  const threshold = Math.floor(samplingRate * two32);
  const [high, low] = [Math.floor(threshold / two24), threshold % two24];
  // Whether some byte of a word is below high + 1: exact for up to 128 (Anderson, Bit Twiddling Hacks, “hasless”).
  const above = high < 128 ? (high + 1) * 0x01010101 : null;
  const batch: number[] = [];
  for (let first = 0; first < rows; first += 4) {
    let word = bits.word();
    if (above !== null && ((word - above) & ~word & 0x80808080) === 0) continue;
    const end = Math.min(first + 4, rows);
    for (let row = first; row < end; row += 1, word >>>= 8) {
      const byte = word & 0xff;
      if (byte < high || (byte === high && bits.word() >>> 8 < low)) batch.push(row);
    }
  }
  return batch;
}
