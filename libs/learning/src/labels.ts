import { Fault } from '@podnet/errors';

/** **Throws** `usage.invalid` unless every label is a class 0 … `outputs` − 1. */
export function requireLabels(y: Float64Array, outputs: number): void {
  for (let i = 0; i < y.length; i++) {
    const label = y[i]!;
    if (!Number.isInteger(label) || label < 0 || label >= outputs) throw new Fault('usage.invalid', 'A label is not one of the classes.', { at: 'target' });
  }
}

/**
 * For training where no other pod can supply the missing class.
 * **Throws** `data.single-class` when all labels are the same, `data.empty` when there are none.
 */
export function requireSeveralClasses(y: ArrayLike<number>): void {
  if (y.length === 0) throw new Fault('data.empty', 'There are no rows to train on.');
  for (let i = 1; i < y.length; i++) if (y[i] !== y[0]) return;
  throw new Fault('data.single-class', 'All rows have the same target, so there is nothing to learn.', { at: 'target' });
}
