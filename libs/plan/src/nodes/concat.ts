import { z } from 'zod';
import { commonType, type ColumnType } from '../column-type.ts';
import { mistake, wrongType } from '../mistake.ts';
import { literalFacts, mergeFacts } from '../flow/facts.ts';
import { factsOf } from '../flow/frame.ts';
import { joinIds, noIds } from '../flow/ids.ts';
import { fitToMeet } from '../flow/steps.ts';
import { slots } from '../slot.ts';
import { nodeKind } from './node-kind.ts';

/** Frames one below the other. Carriers of the parts stay apart: each part needs its own crowd, or one row could hide among known ones. */
export const concat = nodeKind({
  name: 'concat',
  form: z.strictObject({ node: z.literal('concat'), inputs: z.array(z.unknown()).min(2).max(100) }),
  inputs: ({ inputs }) => slots('inputs', inputs),
  expressions: () => [],
  schema: ({ inputs, path }) => {
    const [first, ...others] = inputs;
    for (const [index, other] of others.entries()) {
      if (other.length !== first!.length || other.some(({ name }, at) => name !== first![at]!.name)) throw mistake('schema.incompatible', `${path}.inputs[${index + 1}]`, 'Its columns are not those of the first input, in the same order.');
    }
    return first!.map(({ name, type }, at) => {
      const common = others.reduce<ColumnType | null>((all, other) => (all === null ? null : commonType(all, other[at]!.type)), type);
      if (common === null) throw wrongType(`${path}.inputs`, 'A column has types that cannot be one.');
      return { name, type: common };
    });
  },
  flow: ({ schema, inputs: parts, path }, given, flow) => {
    const inputs = fitToMeet(given, parts, path, flow);
    // A constant that differs from part to part is none.
    return {
      columns: new Map(schema.map(({ name }) => [name, mergeFacts([{ ...literalFacts, degree: 1 }, ...inputs.map((frame) => factsOf(frame, name))])])),
      carriers: new Map(inputs.flatMap(({ carriers }) => [...carriers])),
      decided: inputs.reduce((all, { decided }) => joinIds(all, decided), noIds),
      rows: inputs.reduce((all, { rows }) => joinIds(all, rows), noIds),
      picked: inputs.find(({ picked }) => picked !== null)?.picked ?? null,
      keys: null,
    };
  },
  print: ({ inputs }) => `put these ${inputs.length} one below the other`,
});
