import { z } from 'zod';
import { needText } from '../check.ts';
import { withSteps } from '../flow/facts.ts';
import { read } from '../flow/reading.ts';
import { slot } from '../slot.ts';
import { expressionKind } from './expression-kind.ts';

/** Number of characters of a text. */
export const textLength = expressionKind({
  name: 'textLength',
  form: z.strictObject({ expr: z.literal('textLength'), input: z.unknown() }),
  operands: ({ input }) => [slot('input', input)],
  type: ({ operands }) => {
    needText(operands[0]);
    return { type: 'integer' };
  },
  flow: ({ operands, path }, reading) => {
    const facts = read(operands[0]!, reading);
    return facts.plain ? { ...facts, plain: false, unitOf: null } : withSteps(facts, 'steps', path);
  },
  print: (_fields, [input]) => `length(${input})`,
});
