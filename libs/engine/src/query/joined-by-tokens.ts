import type { Frame } from '../polars.ts';

/** Rows that name a set beside what another table says of it. Keys that are missing are keys like others here. */
export function joinedByTokens(left: Frame, leftTokens: readonly string[], right: Frame, rightTokens: readonly string[], how: 'inner' | 'left' | 'semi' | 'anti'): Frame {
  return left.join(right, { leftOn: [...leftTokens], rightOn: [...rightTokens], how, nullsEqual: true, coalesce: how === 'left', ...(how === 'left' ? { maintainOrder: 'left' } : {}) } as never) as Frame;
}
