import { z } from 'zod';
import { needNoAggregate, needScalar } from '../check.ts';
import { aggregate, type Look } from '../flow/aggregate.ts';
import { read } from '../flow/reading.ts';
import { slot } from '../slot.ts';
import { expressionKind } from './expression-kind.ts';

const looks = { count: 'count', nUnique: 'distinct', nUniquePresent: 'present' } as const satisfies Record<string, Look>;

/** The number of values that are not missing, of different values (a missing one is a value of its own there, as in Polars), or of different values that are not missing, as in SQL. */
export const count = expressionKind({
  name: 'count',
  form: z.strictObject({ expr: z.literal('count'), op: z.enum(['count', 'nUnique', 'nUniquePresent']), input: z.unknown() }),
  operands: ({ input }) => [slot('input', input)],
  type: ({ operands }) => {
    needNoAggregate(needScalar(operands[0]));
    return { type: 'integer', level: 'aggregate' };
  },
  flow: (expression, reading) => {
    const argument = expression.operands[0]!;
    const look = looks[expression.fields.op];
    const isTold = look === 'count' && argument.kind === 'column' && (reading.told?.has(argument.output) ?? false);
    return aggregate(expression, argument, read(argument, reading), isTold ? 'told' : look, reading);
  },
  print: ({ op }, [input]) => (op === 'count' ? `COUNT(${input})` : `COUNT(DISTINCT ${input}${op === 'nUnique' ? ' or missing' : ''})`),
});
