import { z } from 'zod';
import { needNumeric } from '../check.ts';
import { read, split } from '../flow/reading.ts';
import { slot } from '../slot.ts';
import { expressionKind } from './expression-kind.ts';

/** The magnitude of a number: two pieces, below zero and not. */
export const abs = expressionKind({
  name: 'abs',
  form: z.strictObject({ expr: z.literal('abs'), input: z.unknown() }),
  operands: ({ input }) => [slot('input', input)],
  type: ({ operands }) => ({ type: needNumeric(operands[0]).type }),
  flow: ({ operands: [input] }, reading) => {
    const facts = read(input!, reading);
    return split(facts, { is: 'negative', of: input! }, facts, reading);
  },
  print: (_fields, [input]) => `abs(${input})`,
});
