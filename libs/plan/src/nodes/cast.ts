import { z } from 'zod';
import { castTypes } from '../column-type.ts';
import { columnName } from '../column-name.ts';
import { printList } from '../print/harmless.ts';
import { slot } from '../slot.ts';
import { columnsMade } from './column-list.ts';
import { nodeKind } from './node-kind.ts';
import { replaceColumns, replaceFacts } from './with-columns.ts';

/** Other types for some columns. Stands for the expression `cast` of each. */
export const castNode = nodeKind({
  name: 'cast',
  form: z.strictObject({ node: z.literal('cast'), input: z.unknown(), columns: z.array(z.strictObject({ name: columnName, to: z.enum(castTypes) })).min(1) }),
  inputs: ({ input }) => [slot('input', input)],
  expressions: ({ columns }) => columns.map(({ name, to }, index) => slot(`columns[${index}]`, { expr: 'cast', input: { expr: 'column', name }, to })),
  schema: ({ expressions, inputs: [schema], path }) => replaceColumns(schema!, columnsMade(expressions, `${path}.columns`), path),
  flow: ({ expressions, path }, [frame], flow) => replaceFacts(frame!, expressions, path, flow),
  print: (_node, printed) => `change types: ${printList(printed)}`,
});
