import { z } from 'zod';
import { newColumnName } from '../column-name.ts';
import { read } from '../flow/reading.ts';
import { printName } from '../print/harmless.ts';
import { slot } from '../slot.ts';
import { expressionKind } from './expression-kind.ts';

/** Another name for the column that an expression makes. It hides nothing: what is followed is where values come from. */
export const alias = expressionKind({
  name: 'alias',
  form: z.strictObject({ expr: z.literal('alias'), input: z.unknown(), name: newColumnName }),
  operands: ({ input }) => [slot('input', input)],
  type: ({ fields, operands }) => ({ type: operands[0]!.type, output: fields.name }),
  flow: ({ operands }, reading) => read(operands[0]!, reading),
  print: ({ name }, [input]) => `${input} AS ${printName(name)}`,
});
