import { z } from 'zod';
import { conditionFacts } from '../flow/facts.ts';
import { noIds } from '../flow/ids.ts';
import { read } from '../flow/reading.ts';
import { slot } from '../slot.ts';
import { expressionKind } from './expression-kind.ts';

/** Whether a value is missing. The answer itself never is. */
export const isNull = expressionKind({
  name: 'isNull',
  form: z.strictObject({ expr: z.literal('isNull'), input: z.unknown() }),
  operands: ({ input }) => [slot('input', input)],
  type: () => ({ type: 'boolean' }),
  flow: ({ operands }, reading) => ({ ...conditionFacts(read(operands[0]!, reading)), missing: noIds, made: false }),
  print: (_fields, [input]) => `${input} IS NULL`,
});
