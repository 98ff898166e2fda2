import { z } from 'zod';
import { needBoolean } from '../check.ts';
import { conditionFacts, mergeFacts } from '../flow/facts.ts';
import { read, readAll } from '../flow/reading.ts';
import { slot } from '../slot.ts';
import { expressionKind } from './expression-kind.ts';

/** Both or either; three-valued, as in SQL. */
export const logic = expressionKind({
  name: 'logic',
  form: z.strictObject({ expr: z.literal('logic'), op: z.enum(['and', 'or']), left: z.unknown(), right: z.unknown() }),
  operands: ({ left, right }) => [slot('left', left), slot('right', right)],
  type: ({ operands }) => {
    operands.forEach(needBoolean);
    return { type: 'boolean' };
  },
  flow: ({ operands }, reading) => conditionFacts(mergeFacts(readAll(operands, reading))),
  print: ({ op }, [left, right]) => `(${left} ${op === 'and' ? 'AND' : 'OR'} ${right})`,
  canonical: ({ op }, operands) => [op, ...new Set([...operands].sort())],
});

/** The opposite; missing stays missing. */
export const not = expressionKind({
  name: 'not',
  form: z.strictObject({ expr: z.literal('not'), input: z.unknown() }),
  operands: ({ input }) => [slot('input', input)],
  type: ({ operands }) => ({ type: needBoolean(operands[0]).type }),
  flow: ({ operands }, reading) => conditionFacts(read(operands[0]!, reading)),
  print: (_fields, [input]) => `NOT (${input})`,
});
