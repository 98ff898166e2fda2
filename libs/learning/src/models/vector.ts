/**
 * Σ a[aFrom + j]·b[bFrom + j] for j from 0 to `length` − 1, in four sums that do not wait for one another: about twice as fast as
 * one, and always in the same order, so that equal arguments give equal bits.
 */
export function dot(a: Float64Array, aFrom: number, b: Float64Array, bFrom: number, length: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let j = 0;
  for (; j + 3 < length; j += 4) {
    s0 += a[aFrom + j]! * b[bFrom + j]!;
    s1 += a[aFrom + j + 1]! * b[bFrom + j + 1]!;
    s2 += a[aFrom + j + 2]! * b[bFrom + j + 2]!;
    s3 += a[aFrom + j + 3]! * b[bFrom + j + 3]!;
  }
  for (; j < length; j++) s0 += a[aFrom + j]! * b[bFrom + j]!;
  return s0 + s1 + (s2 + s3);
}

/** target[targetFrom + j] += factor·source[sourceFrom + j] for j from 0 to `length` − 1. */
export function addScaled(target: Float64Array, targetFrom: number, factor: number, source: Float64Array, sourceFrom: number, length: number): void {
  let j = 0;
  for (; j + 3 < length; j += 4) {
    target[targetFrom + j]! += factor * source[sourceFrom + j]!;
    target[targetFrom + j + 1]! += factor * source[sourceFrom + j + 1]!;
    target[targetFrom + j + 2]! += factor * source[sourceFrom + j + 2]!;
    target[targetFrom + j + 3]! += factor * source[sourceFrom + j + 3]!;
  }
  for (; j < length; j++) target[targetFrom + j]! += factor * source[sourceFrom + j]!;
}

/**
 * Two dot products with one vector, which is read once: out[outFrom] = a·b from `first`, out[outFrom + 1] = a·b from `second`. Each has the bits of `dot`.
 */
export function dotPair(a: Float64Array, aFrom: number, b: Float64Array, first: number, second: number, length: number, out: Float64Array, outFrom: number): void {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let t0 = 0;
  let t1 = 0;
  let t2 = 0;
  let t3 = 0;
  let j = 0;
  for (; j + 3 < length; j += 4) {
    const a0 = a[aFrom + j]!;
    const a1 = a[aFrom + j + 1]!;
    const a2 = a[aFrom + j + 2]!;
    const a3 = a[aFrom + j + 3]!;
    s0 += a0 * b[first + j]!;
    s1 += a1 * b[first + j + 1]!;
    s2 += a2 * b[first + j + 2]!;
    s3 += a3 * b[first + j + 3]!;
    t0 += a0 * b[second + j]!;
    t1 += a1 * b[second + j + 1]!;
    t2 += a2 * b[second + j + 2]!;
    t3 += a3 * b[second + j + 3]!;
  }
  for (; j < length; j++) {
    s0 += a[aFrom + j]! * b[first + j]!;
    t0 += a[aFrom + j]! * b[second + j]!;
  }
  out[outFrom] = s0 + s1 + (s2 + s3);
  out[outFrom + 1] = t0 + t1 + (t2 + t3);
}

/** `addScaled` of the first vector with `f` and then of the second with `g`; the target is read and written once. The same bits as one after the other. */
export function addScaledPair(target: Float64Array, targetFrom: number, f: number, g: number, source: Float64Array, first: number, second: number, length: number): void {
  let j = 0;
  for (; j + 3 < length; j += 4) {
    target[targetFrom + j] = target[targetFrom + j]! + f * source[first + j]! + g * source[second + j]!;
    target[targetFrom + j + 1] = target[targetFrom + j + 1]! + f * source[first + j + 1]! + g * source[second + j + 1]!;
    target[targetFrom + j + 2] = target[targetFrom + j + 2]! + f * source[first + j + 2]! + g * source[second + j + 2]!;
    target[targetFrom + j + 3] = target[targetFrom + j + 3]! + f * source[first + j + 3]! + g * source[second + j + 3]!;
  }
  for (; j < length; j++) target[targetFrom + j] = target[targetFrom + j]! + f * source[first + j]! + g * source[second + j]!;
}
