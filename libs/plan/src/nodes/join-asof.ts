import { z } from 'zod';
import { isNumeric, isTemporal } from '../column-type.ts';
import { needColumn } from '../check.ts';
import { columnName } from '../column-name.ts';
import { wrongType } from '../mistake.ts';
import { factsOf, multiplied, type Frame } from '../flow/frame.ts';
import { joinIds } from '../flow/ids.ts';
import { fitToMeet } from '../flow/steps.ts';
import { printName } from '../print/harmless.ts';
import { slot } from '../slot.ts';
import { facingGaps, fitSide, joinedSchema, needKeys, rightNames } from './join-keys.ts';
import { nodeKind } from './node-kind.ts';

/** Beside every left row the nearest right row by an ordered key: the last not after it (`backward`), the first not before it (`forward`). */
export const joinAsof = nodeKind({
  name: 'joinAsof',
  form: z.strictObject({
    node: z.literal('joinAsof'), left: z.unknown(), right: z.unknown(), leftOn: columnName, rightOn: columnName,
    leftBy: z.array(columnName).max(50).default([]), rightBy: z.array(columnName).max(50).default([]), strategy: z.enum(['backward', 'forward']).default('backward'),
    suffix: z.string().min(1).max(50).regex(/^[\w.-]+$/).default('_right'),
  }),
  inputs: ({ left, right }) => [slot('left', left), slot('right', right)],
  expressions: () => [],
  schema: ({ fields: { leftOn, rightOn, leftBy, rightBy, suffix }, inputs: [left, right], path }) => {
    for (const [schema, name, at] of [[left!, leftOn, 'leftOn'], [right!, rightOn, 'rightOn']] as const) {
      const { type } = needColumn(schema, name, `${path}.${at}`);
      if (!isNumeric(type) && !isTemporal(type)) throw wrongType(`${path}.${at}`, `A ${type} has no nearest one.`);
    }
    needKeys(left!, right!, [leftOn, ...leftBy], [rightOn, ...rightBy], path);
    return joinedSchema(left!, right!, rightNames(left!, right!, [rightOn, ...rightBy], suffix), path);
  },
  flow: ({ fields: { leftOn, rightOn, leftBy, rightBy, suffix }, inputs, path }, given, flow): Frame => {
    const frames = fitToMeet(given, inputs, path, flow);
    const left = fitSide(frames[0]!, inputs[0]!.path, [leftOn, ...leftBy], `${path}.leftOn`, flow);
    const right = fitSide(frames[1]!, inputs[1]!.path, [rightOn, ...rightBy], `${path}.rightOn`, flow);
    const columns = new Map(left.columns);
    for (const [from, to] of rightNames(inputs[0]!.schema, inputs[1]!.schema, [rightOn, ...rightBy], suffix)) columns.set(to, facingGaps(factsOf(right, from), right));
    return {
      columns,
      carriers: new Map([...left.carriers, ...multiplied(right.carriers, null)]),
      decided: joinIds(left.decided, right.decided),
      rows: joinIds(left.rows, right.rows),
      picked: left.picked ?? right.picked,
      keys: left.keys,
    };
  },
  print: ({ fields: { leftOn, rightOn, strategy } }) => `join each row with the ${strategy === 'backward' ? 'last one not after' : 'first one not before'} it by ${printName(leftOn)} and ${printName(rightOn)}`,
});
