import { areComparable } from '../column-type.ts';
import { needColumn, needDistinct } from '../check.ts';
import { mistake, wrongType } from '../mistake.ts';
import type { Facts } from '../flow/facts.ts';
import { factsOf, isOpen, type Frame } from '../flow/frame.ts';
import type { Flow } from '../flow/flow.ts';
import { fitToChoose, type Chooser } from '../flow/steps.ts';
import type { Schema } from '../source.ts';

/** Pairs of columns by which rows of two frames meet. **Throws** when they are missing, of uneven number, or cannot be compared. */
export function needKeys(left: Schema, right: Schema, leftOn: readonly string[], rightOn: readonly string[], path: string): void {
  if (leftOn.length !== rightOn.length) throw mistake('usage.invalid', `${path}.rightOn`, 'Both sides need the same number of keys.');
  leftOn.forEach((name, index) => {
    const a = needColumn(left, name, `${path}.leftOn[${index}]`).type;
    const b = needColumn(right, rightOn[index]!, `${path}.rightOn[${index}]`).type;
    if (!areComparable(a, b)) throw wrongType(`${path}.rightOn[${index}]`, `A ${a} cannot be matched with a ${b}.`);
  });
}

/** The names of the right side's columns in the result: those that the left side has get the suffix. */
export function rightNames(left: Schema, right: readonly { name: string }[], dropped: readonly string[], suffix: string): Map<string, string> {
  const taken = new Set(left.map(({ name }) => name));
  return new Map(right.filter(({ name }) => !dropped.includes(name)).map(({ name }) => [name, taken.has(name) ? name + suffix : name]));
}

export function joinedSchema(left: Schema, right: Schema, names: ReadonlyMap<string, string>, path: string): Schema {
  return needDistinct([...left, ...right.filter(({ name }) => names.has(name)).map(({ name, type }) => ({ name: names.get(name)!, type }))], path);
}

export const keyChoosers = (frame: Frame, names: readonly string[], path: string): Chooser[] => names.map((name, index) => ({ path: `${path}[${index}]`, facts: factsOf(frame, name) }));

/** One side of a join, fit to be matched by its keys. */
export const fitSide = (frame: Frame, made: string, names: readonly string[], path: string, flow: Flow): Frame => fitToChoose(frame, made, keyChoosers(frame, names, path), 'moving-key', flow);

/** The facts of a side whose rows may lose their partner: values go missing when a private partner goes, though the row stays. */
export function facingGaps(facts: Facts, side: Frame): Facts {
  return { ...facts, made: true, stable: facts.stable && isOpen(side), plain: false };
}
