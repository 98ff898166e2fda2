import { z } from 'zod';
import { needNoAggregate, needNumeric, needScalar } from '../check.ts';
import { aggregate } from '../flow/aggregate.ts';
import { read } from '../flow/reading.ts';
import { slot } from '../slot.ts';
import { mistake } from '../mistake.ts';
import { expressionKind } from './expression-kind.ts';

/** Somebody's value, picked from many. `mode` gives the least of the most frequent ones; `median` and `quantile` between two values interpolate. */
export const orderStatistic = expressionKind({
  name: 'orderStatistic',
  form: z.strictObject({ expr: z.literal('orderStatistic'), op: z.enum(['min', 'max', 'first', 'last', 'median', 'mode', 'quantile']), input: z.unknown(), quantile: z.number().min(0).max(1).optional() }),
  operands: ({ input }) => [slot('input', input)],
  type: ({ fields: { op, quantile }, operands, path }) => {
    const input = needScalar(operands[0]);
    needNoAggregate(input);
    if ((op === 'quantile') !== (quantile !== undefined)) throw mistake('usage.invalid', `${path}.quantile`, 'A quantile, and nothing else, says which one it is.');
    const interpolated = op === 'median' || op === 'quantile';
    return { type: interpolated ? (needNumeric(input), 'number') : input.type, level: 'aggregate' };
  },
  flow: (expression, reading) => {
    const argument = expression.operands[0]!;
    return aggregate(expression, argument, read(argument, reading), 'order', reading);
  },
  print: ({ op, quantile }, [input]) => (op === 'quantile' ? `QUANTILE(${input}, ${quantile})` : `${op.toUpperCase()}(${input})`),
});
