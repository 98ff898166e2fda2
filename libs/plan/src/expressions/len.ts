import { z } from 'zod';
import { countRows } from '../flow/aggregate.ts';
import { expressionKind } from './expression-kind.ts';

/** The number of rows. */
export const len = expressionKind({
  name: 'len',
  form: z.strictObject({ expr: z.literal('len') }),
  operands: () => [],
  type: () => ({ type: 'integer', level: 'aggregate', output: 'len' }),
  flow: (expression, reading) => countRows(expression, reading),
  print: () => 'COUNT(*)',
});
