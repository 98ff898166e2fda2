import { z } from 'zod';
import { needText } from '../check.ts';
import { conditionFacts } from '../flow/facts.ts';
import { read } from '../flow/reading.ts';
import { printText } from '../print/harmless.ts';
import { slot } from '../slot.ts';
import { expressionKind } from './expression-kind.ts';

const words = { contains: 'CONTAINS', startsWith: 'STARTS WITH', endsWith: 'ENDS WITH', like: 'LIKE' } as const;

type Operation = keyof typeof words;

/** Whether a text holds a constant one, literally (no regular expressions); `like` knows `%` and `_`. */
export const textMatch = expressionKind({
  name: 'textMatch',
  form: z.strictObject({ expr: z.literal('textMatch'), op: z.enum(Object.keys(words) as [Operation, ...Operation[]]), input: z.unknown(), pattern: z.string().max(1_000) }),
  operands: ({ input }) => [slot('input', input)],
  type: ({ operands }) => {
    needText(operands[0]);
    return { type: 'boolean' };
  },
  flow: ({ operands }, reading) => conditionFacts(read(operands[0]!, reading)),
  print: ({ op, pattern }, [input]) => `${input} ${words[op]} ${printText(pattern)}`,
});
