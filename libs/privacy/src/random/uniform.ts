import type { BitSource } from './bit-source.ts';

const two32 = 2 ** 32;
const two53 = 2 ** 53;

/**
 * A uniform integer in [0, bound): bits are drawn anew until they are below it.
 *
 * **Units** 1 ≤ bound ≤ 2⁵³, an integer; the caller has made sure of it.
 */
export function uniformBelow(bound: number, bits: BitSource): number {
  if (bound <= two32) {
    const shift = bound === 1 ? 32 : Math.clz32(bound - 1);
    if (shift === 32) return 0;
    for (;;) {
      const candidate = bits.word() >>> shift;
      if (candidate < bound) return candidate;
    }
  }
  const shift = Math.clz32(Math.floor((bound - 1) / two32));
  for (;;) {
    const candidate = (bits.word() >>> shift) * two32 + bits.word();
    if (candidate < bound) return candidate;
  }
}

/** A uniform integer in [0, bound) of any size. **Units** bound ≥ 1. */
export function uniformBelowBig(bound: bigint, bits: BitSource): bigint {
  if (bound <= BigInt(two53)) return BigInt(uniformBelow(Number(bound), bits));
  const length = (bound - 1n).toString(2).length;
  const words = Math.ceil(length / 32);
  for (;;) {
    let candidate = 0n;
    for (let i = 0; i < words; i += 1) candidate = (candidate << 32n) | BigInt(bits.word());
    candidate >>= BigInt(words * 32 - length);
    if (candidate < bound) return candidate;
  }
}
