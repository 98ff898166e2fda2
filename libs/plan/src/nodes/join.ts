import { z } from 'zod';
import { columnName } from '../column-name.ts';
import { mistake } from '../mistake.ts';
import type { Facts } from '../flow/facts.ts';
import { factsOf, multiplied, type Frame } from '../flow/frame.ts';
import { joinIds } from '../flow/ids.ts';
import { decidedBy, fitToMeet } from '../flow/steps.ts';
import { printList, printName } from '../print/harmless.ts';
import { slot } from '../slot.ts';
import { facingGaps, fitSide, joinedSchema, keyChoosers, needKeys, rightNames } from './join-keys.ts';
import { nodeKind } from './node-kind.ts';

const hows = ['inner', 'left', 'full', 'cross', 'semi', 'anti'] as const;

/** Rows of two frames side by side where keys are equal (missing keys equal nothing); `semi` and `anti` only look whether there is a partner. */
export const join = nodeKind({
  name: 'join',
  form: z.strictObject({
    node: z.literal('join'), left: z.unknown(), right: z.unknown(), how: z.enum(hows),
    leftOn: z.array(columnName).max(50), rightOn: z.array(columnName).max(50), suffix: z.string().min(1).max(50).regex(/^[\w.-]+$/).default('_right'),
  }),
  inputs: ({ left, right }) => [slot('left', left), slot('right', right)],
  expressions: () => [],
  schema: ({ fields: { how, leftOn, rightOn, suffix }, inputs: [left, right], path }) => {
    if ((how === 'cross') !== (leftOn.length === 0)) throw mistake('usage.invalid', `${path}.leftOn`, 'A cross join has no keys, and every other join has some.');
    needKeys(left!, right!, leftOn, rightOn, path);
    if (how === 'semi' || how === 'anti') return left!;
    return joinedSchema(left!, right!, rightNames(left!, right!, how === 'full' ? [] : rightOn, suffix), path);
  },
  flow: ({ fields: { how, leftOn, rightOn, suffix }, inputs, path }, given, flow): Frame => {
    const frames = how === 'semi' || how === 'anti' ? given : fitToMeet(given, inputs, path, flow);
    const left = fitSide(frames[0]!, inputs[0]!.path, leftOn, `${path}.leftOn`, flow);
    if (how === 'semi' || how === 'anti') {
      const right = flow.settle(frames[1]!, inputs[1]!.path, path, 'membership');
      const matched = decidedBy(right, keyChoosers(right, rightOn, path));
      return { ...left, rows: joinIds(left.rows, matched.rows), picked: left.picked ?? right.picked };
    }
    const right = fitSide(frames[1]!, inputs[1]!.path, rightOn, `${path}.rightOn`, flow);
    const names = rightNames(inputs[0]!.schema, inputs[1]!.schema, how === 'full' ? [] : rightOn, suffix);
    const ofLeft = (facts: Facts): Facts => (how === 'full' ? facingGaps(facts, left) : facts);
    const ofRight = (facts: Facts): Facts => (how === 'left' || how === 'full' ? facingGaps(facts, right) : facts);
    const columns = new Map([...left.columns].map(([name, facts]) => [name, ofLeft(facts)]));
    for (const [from, to] of names) columns.set(to, ofRight(factsOf(right, from)));
    const once = (side: Frame, on: readonly string[]): number | null => (how !== 'cross' && side.keys !== null && side.keys.every((key) => on.includes(key)) ? 1 : null);
    return {
      columns,
      carriers: new Map([...multiplied(left.carriers, once(right, rightOn)), ...multiplied(right.carriers, once(left, leftOn))]),
      decided: joinIds(left.decided, right.decided),
      rows: joinIds(left.rows, right.rows),
      picked: left.picked ?? right.picked,
      keys: how !== 'full' && once(right, rightOn) === 1 ? left.keys : null,
    };
  },
  print: ({ fields: { how, leftOn, rightOn } }) => (how === 'cross' ? 'pair every row of both' : `${how} join on ${printList(leftOn.map((name, index) => `${printName(name)} = ${printName(rightOn[index]!)}`))}`),
});

