import { z } from 'zod';
import type { ColumnType } from '../column-type.ts';
import { needCountable, needNoAggregate } from '../check.ts';
import { aggregate, type Look } from '../flow/aggregate.ts';
import { read } from '../flow/reading.ts';
import { slot } from '../slot.ts';
import { expressionKind } from './expression-kind.ts';

const looks = { sum: 'sum', sumOrNull: 'sum', mean: 'mean', std: 'spread', var: 'spread' } as const satisfies Record<string, Look>;

const words: Partial<Record<keyof typeof looks, string>> = { mean: 'AVG', sumOrNull: 'SUM' };

type Operation = keyof typeof looks;

/** Sum (0 of nothing, or, as `sumOrNull` and in SQL, missing), mean, and standard deviation and variance over n − 1. Missing values are left out. */
export const moment = expressionKind({
  name: 'moment',
  form: z.strictObject({ expr: z.literal('moment'), op: z.enum(Object.keys(looks) as [Operation, ...Operation[]]), input: z.unknown() }),
  operands: ({ input }) => [slot('input', input)],
  type: ({ fields: { op }, operands }) => {
    const input = needCountable(operands[0]);
    needNoAggregate(input);
    const type: ColumnType = (op === 'sum' || op === 'sumOrNull') && input.type !== 'number' ? 'integer' : 'number';
    return { type, level: 'aggregate' };
  },
  flow: (expression, reading) => {
    const argument = expression.operands[0]!;
    return aggregate(expression, argument, read(argument, reading), looks[expression.fields.op], reading);
  },
  print: ({ op }, [input]) => `${words[op] ?? op.toUpperCase()}(${input})`,
});
