import { z } from 'zod';
import { needText } from '../check.ts';
import { mergeFacts, withSteps } from '../flow/facts.ts';
import { readAll } from '../flow/reading.ts';
import { slots } from '../slot.ts';
import { expressionKind } from './expression-kind.ts';

/** Texts one after the other; missing when one of them is. */
export const textConcat = expressionKind({
  name: 'textConcat',
  form: z.strictObject({ expr: z.literal('textConcat'), inputs: z.array(z.unknown()).min(1).max(100) }),
  operands: ({ inputs }) => slots('inputs', inputs),
  type: ({ operands }) => {
    operands.forEach(needText);
    return { type: 'text' };
  },
  flow: ({ operands, path }, reading) => withSteps(mergeFacts(readAll(operands, reading)), 'steps', path),
  print: (_fields, inputs) => `(${inputs.join(' || ')})`,
});
