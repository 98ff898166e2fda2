import { z } from 'zod';
import { needTemporal } from '../check.ts';
import { wrongType } from '../mistake.ts';
import { withSteps } from '../flow/facts.ts';
import { read } from '../flow/reading.ts';
import { slot } from '../slot.ts';
import { expressionKind } from './expression-kind.ts';

const parts = ['year', 'quarter', 'month', 'week', 'weekday', 'day', 'ordinalDay', 'hour', 'minute', 'second'] as const;

/** A part of a date or datetime: `weekday` from Monday 1 to Sunday 7, `week` as in ISO 8601. */
export const temporal = expressionKind({
  name: 'temporal',
  form: z.strictObject({ expr: z.literal('temporal'), op: z.enum(parts), input: z.unknown() }),
  operands: ({ input }) => [slot('input', input)],
  type: ({ fields: { op }, operands, path }) => {
    const { type } = needTemporal(operands[0]);
    if (type === 'date' && ['hour', 'minute', 'second'].includes(op)) throw wrongType(path, 'A date has no time of day.');
    return { type: 'integer' };
  },
  // A part of a column as it is has fixed pieces; of a shifted one, pieces that the shift chooses.
  flow: ({ operands, path }, reading) => {
    const facts = read(operands[0]!, reading);
    return facts.plain ? { ...facts, plain: false, unitOf: null } : withSteps(facts, 'steps', path);
  },
  print: ({ op }, [input]) => `${op}(${input})`,
});
