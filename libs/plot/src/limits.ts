import { Fault } from '@podnet/errors';

/** More than that is no plot any more, and would only keep a machine busy. */
export const limits = { bars: 2000, points: 20_000, series: 12, boxes: 500, matrix: 60 } as const;

export function mostOf(what: keyof typeof limits, count: number): void {
  if (count > limits[what]) throw new Fault('usage.too-large', `A plot has at most ${limits[what]} ${what === 'matrix' ? 'rows and columns of a matrix' : what}.`, { hint: 'Ask for fewer groups, or wider ones.' });
}

export function refuseUnless(fine: boolean, sentence: string): asserts fine {
  if (!fine) throw new Fault('usage.invalid', sentence);
}
