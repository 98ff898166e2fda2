import { z } from 'zod';
import { needTemporal } from '../check.ts';
import { wrongType } from '../mistake.ts';
import { withSteps } from '../flow/facts.ts';
import { read } from '../flow/reading.ts';
import { slot } from '../slot.ts';
import { expressionKind } from './expression-kind.ts';

export const truncateUnits = ['year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second'] as const;

export type TruncateUnit = (typeof truncateUnits)[number];

/** The beginning of the year, quarter, month, … that a date or datetime lies in; weeks begin on Monday. A date stays a date. */
export const truncate = expressionKind({
  name: 'truncate',
  form: z.strictObject({ expr: z.literal('truncate'), to: z.enum(truncateUnits), input: z.unknown() }),
  operands: ({ input }) => [slot('input', input)],
  type: ({ fields: { to }, operands, path }) => {
    const { type } = needTemporal(operands[0]);
    if (type === 'date' && ['hour', 'minute', 'second'].includes(to)) throw wrongType(path, 'A date has no time of day.');
    return { type };
  },
  // As with a part of a date: pieces of a column as it is are fixed, those of a shifted one are chosen by the shift.
  flow: ({ operands, path }, reading) => {
    const facts = read(operands[0]!, reading);
    return facts.plain ? { ...facts, plain: false, unitOf: null } : withSteps(facts, 'steps', path);
  },
  print: ({ to }, [input]) => `start of ${to} of ${input}`,
});
