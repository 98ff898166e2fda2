import { z } from 'zod';
import { needColumn } from '../check.ts';
import { columnName } from '../column-name.ts';
import { factsOf } from '../flow/frame.ts';
import { printName } from '../print/harmless.ts';
import { expressionKind } from './expression-kind.ts';

/** A column of the frame. */
export const column = expressionKind({
  name: 'column',
  form: z.strictObject({ expr: z.literal('column'), name: columnName }),
  operands: () => [],
  type: ({ fields, path, schema }) => ({ type: needColumn(schema, fields.name, `${path}.name`).type, level: 'row', output: fields.name }),
  flow: ({ fields }, { frame }) => factsOf(frame, fields.name),
  print: ({ name }) => printName(name),
});
