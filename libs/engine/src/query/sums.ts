import type { Expression } from '../polars.ts';

/** Four numbers that key a hash. */
export type Seeds = readonly [number, number, number, number];

/** How sums over the hashes of units are made: null where none are kept. */
export type Sums = Seeds | null;

/**
 * What is summed over the units of a set: with h the keyed hash of one, Σ h and Σ h², both mod 2⁶⁴. A second hash would cost more, and the square of one is as
 * far from adding up by chance.
 */
export const summands = (hash: Expression): [Expression, Expression] => [hash, hash.mul(hash)];
