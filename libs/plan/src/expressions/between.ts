import { z } from 'zod';
import { areComparable } from '../column-type.ts';
import { wrongType } from '../mistake.ts';
import { conditionFacts, mergeFacts } from '../flow/facts.ts';
import { readAll } from '../flow/reading.ts';
import { slot } from '../slot.ts';
import { expressionKind } from './expression-kind.ts';

/** Whether a value lies between two others, both included. */
export const between = expressionKind({
  name: 'between',
  form: z.strictObject({ expr: z.literal('between'), input: z.unknown(), lower: z.unknown(), upper: z.unknown() }),
  operands: ({ input, lower, upper }) => [slot('input', input), slot('lower', lower), slot('upper', upper)],
  type: ({ operands: [input, ...bounds] }) => {
    for (const bound of bounds) if (!areComparable(input!.type, bound.type)) throw wrongType(bound.path, `A ${input!.type} cannot be compared with a ${bound.type}.`);
    return { type: 'boolean' };
  },
  flow: ({ operands }, reading) => conditionFacts(mergeFacts(readAll(operands, reading))),
  print: (_fields, [input, lower, upper]) => `${input} BETWEEN ${lower} AND ${upper}`,
});
