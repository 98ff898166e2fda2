import { Fault } from '@podnet/errors';

/**
 * A repeatable source of randomness for shuffles, splits and examples.
 * It is predictable by design: never draw privacy noise or keys from it.
 */
export interface Random {
  /** A whole number from 0 to 2^32 - 1. */
  next(): number;
  /** From [0, 1), with 53 random bits. */
  uniform(): number;
  /** A whole number from 0 to `bound` - 1, without bias. */
  below(bound: number): number;
  /** From the normal distribution with mean 0 and standard deviation 1. */
  normal(): number;
  /** Shuffles in place and returns its argument. */
  shuffle<T extends Int32Array | Float64Array | unknown[]>(list: T): T;
  /** An independent source that depends on this one's seed and the parts, not on what was drawn before. */
  split(...parts: (string | number)[]): Random;
}

const mask64 = (1n << 64n) - 1n;

/**
 * One seed from any parts; other parts, another order or other types give another seed.
 * **Units** a whole number below 2^53, safe in JSON.
 * **Throws** `usage.invalid` for a number that is not finite.
 * **Source** FNV-1a, 64 bits (Fowler, Noll, Vo) over the JSON text of the parts, finished by SplitMix64's mixer.
 */
export function seedFrom(...parts: (string | number)[]): number {
  if (parts.some((part) => typeof part === 'number' && !Number.isFinite(part))) {
    throw new Fault('usage.invalid', 'A seed must be made of texts and finite numbers.', { at: 'seed' });
  }
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(JSON.stringify(parts))) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & mask64;
  return Number(mix64(hash) >> 11n);
}

/**
 * A source of randomness from a seed.
 * **Throws** `usage.invalid` unless the seed is a whole number from 0 to 2^53 - 1; anything else goes through `seedFrom` first.
 * **Source** xoshiro128** 1.1 (Blackman, Vigna: Scrambled linear pseudorandom number generators, 2021), state from SplitMix64
 * (Steele, Lea, Flood 2014), normal numbers by Marsaglia's polar method, shuffles by Fisher and Yates.
 */
export function createRandom(seed: number): Random {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new Fault('usage.invalid', 'A seed must be a whole number from 0 to 9007199254740991.', { at: 'seed' });
  }
  const first = splitMix64(BigInt(seed), 1n);
  const second = splitMix64(BigInt(seed), 2n);
  const next = xoshiro128(Number(first & 0xffffffffn), Number(first >> 32n), Number(second & 0xffffffffn), Number(second >> 32n));
  let spare = Number.NaN;

  const uniform = (): number => ((next() >>> 5) * 0x4000000 + (next() >>> 6)) / 0x20000000000000;

  /** For bounds that are sound. Whole numbers of 32 bits throughout, so that the engine divides them as such. */
  const draw = (bound: number): number => {
    const divisor = bound >>> 0;
    let drawn = next();
    if (divisor === 0) return drawn;
    // Numbers past the last whole multiple of `bound` would favour the small ones; only the last `bound` numbers can be past it.
    if (drawn >= 0x100000000 - divisor) {
      const limit = 0x100000000 - (0x100000000 % divisor);
      while (drawn >= limit) drawn = next();
    }
    return (drawn >>> 0) % divisor;
  };

  const below = (bound: number): number => {
    if (!Number.isInteger(bound) || bound < 1 || bound > 0x100000000) throw new Fault('usage.invalid', 'A bound must be a whole number from 1 to 4294967296.');
    return draw(bound);
  };

  const normal = (): number => {
    if (!Number.isNaN(spare)) {
      const kept = spare;
      spare = Number.NaN;
      return kept;
    }
    for (;;) {
      const u = 2 * uniform() - 1;
      const v = 2 * uniform() - 1;
      const square = u * u + v * v;
      if (square > 0 && square < 1) {
        const factor = Math.sqrt((-2 * Math.log(square)) / square);
        spare = v * factor;
        return u * factor;
      }
    }
  };

  const shuffle = <T extends Int32Array | Float64Array | unknown[]>(list: T): T => {
    const cells = list as unknown[];
    for (let last = cells.length - 1; last > 0; last--) {
      const other = draw(last + 1);
      const kept = cells[last];
      cells[last] = cells[other];
      cells[other] = kept;
    }
    return list;
  };

  return { next, uniform, below, normal, shuffle, split: (...parts) => createRandom(seedFrom(seed, ...parts)) };
}

/**
 * The bare generator: calls return whole numbers below 2^32. Its state must not be all zeros.
 * **Source** https://prng.di.unimi.it/xoshiro128starstar.c (public domain).
 */
export function xoshiro128(a: number, b: number, c: number, d: number): () => number {
  // In an array of 32-bit numbers: variables of a closure would be read and written as objects.
  const state = Int32Array.of(a, b, c, d);
  return () => {
    const s1 = state[1]!;
    const s2 = state[2]! ^ state[0]!;
    const s3 = state[3]! ^ s1;
    const scrambled = Math.imul(s1, 5);
    state[0]! ^= s3;
    state[1] = s1 ^ s2;
    state[2] = s2 ^ (s1 << 9);
    state[3] = (s3 << 11) | (s3 >>> 21);
    return Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0;
  };
}

/** The `index`-th output (from 1) of SplitMix64. **Source** https://prng.di.unimi.it/splitmix64.c (public domain). */
export function splitMix64(seed: bigint, index: bigint): bigint {
  return mix64((seed + index * 0x9e3779b97f4a7c15n) & mask64);
}

function mix64(value: bigint): bigint {
  value = ((value ^ (value >> 30n)) * 0xbf58476d1ce4e5b9n) & mask64;
  value = ((value ^ (value >> 27n)) * 0x94d049bb133111ebn) & mask64;
  return value ^ (value >> 31n);
}
