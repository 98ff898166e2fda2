import { Fault } from '@podnet/errors';
import type { BitSource } from '../random/bit-source.ts';

const two32 = 2 ** 32;

/**
 * The rows of one step: each in it by a coin of its own. Its size is random, and none at all is a batch as well.
 *
 * **Shape** ascending indices below `rows`. **Units** the rate is taken down to a multiple of 2⁻³², so that it is exact and never more than
 * what is accounted for. **Privacy** the sampling that the accounts assume; a shuffled pass through the rows is none.
 * **Throws** `usage.invalid`.
 */
export function poissonBatch(rows: number, samplingRate: number, bits: BitSource): number[] {
  if (!Number.isSafeInteger(rows) || rows < 0) throw new Fault('usage.invalid', 'Rows are a whole number.', { at: 'rows' });
  if (typeof samplingRate !== 'number' || !(samplingRate > 0 && samplingRate <= 1)) throw new Fault('usage.invalid', 'A sampling rate is above 0 and at most 1.', { at: 'samplingRate' });
  const threshold = Math.floor(samplingRate * two32);
  const batch: number[] = [];
  for (let row = 0; row < rows; row += 1) if (bits.word() < threshold) batch.push(row);
  return batch;
}
