import { z } from 'zod';
import { areComparable } from '../column-type.ts';
import { wrongType } from '../mistake.ts';
import { conditionFacts, mergeFacts } from '../flow/facts.ts';
import { readAll } from '../flow/reading.ts';
import { slot } from '../slot.ts';
import { expressionKind } from './expression-kind.ts';

const signs = { eq: '=', neq: '<>', gt: '>', gtEq: '>=', lt: '<', ltEq: '<=' } as const;

type Operation = keyof typeof signs;

/** The same comparison with its sides exchanged. */
const turned: Readonly<Record<Operation, Operation>> = { eq: 'eq', neq: 'neq', gt: 'lt', gtEq: 'ltEq', lt: 'gt', ltEq: 'gtEq' };

/** A comparison of two values; missing when one of them is. */
export const comparison = expressionKind({
  name: 'comparison',
  form: z.strictObject({ expr: z.literal('comparison'), op: z.enum(Object.keys(signs) as [Operation, ...Operation[]]), left: z.unknown(), right: z.unknown() }),
  operands: ({ left, right }) => [slot('left', left), slot('right', right)],
  type: ({ operands: [left, right], path }) => {
    if (!areComparable(left!.type, right!.type)) throw wrongType(path, `A ${left!.type} cannot be compared with a ${right!.type}.`);
    return { type: 'boolean' };
  },
  flow: ({ operands }, reading) => conditionFacts(mergeFacts(readAll(operands, reading))),
  print: ({ op }, [left, right]) => `${left} ${signs[op]} ${right}`,
  canonical: ({ op }, [left, right]) => (left! <= right! ? [op, left, right] : [turned[op], right, left]),
});
