import { z } from 'zod';
import { needNoAggregate, needRows, needScalar } from '../check.ts';
import { decidedBy, readRows } from '../flow/steps.ts';
import { printList } from '../print/harmless.ts';
import { slot, slots } from '../slot.ts';
import { nodeKind } from './node-kind.ts';

/** Another order of the rows. What they are ordered by is an output, even when the column is dropped afterwards. */
export const sort = nodeKind({
  name: 'sort',
  form: z.strictObject({ node: z.literal('sort'), input: z.unknown(), by: z.array(z.unknown()).min(1).max(50), descending: z.array(z.boolean()), nullsLast: z.boolean().default(false) })
    .refine(({ by, descending }) => by.length === descending.length, { path: ['descending'] }),
  inputs: ({ input }) => [slot('input', input)],
  expressions: ({ by }) => slots('by', by),
  schema: ({ expressions, inputs: [schema] }) => {
    for (const key of expressions) {
      needRows(needScalar(key));
      needNoAggregate(key);
    }
    return schema!;
  },
  flow: ({ expressions, path }, [frame], flow) => decidedBy(frame!, readRows(expressions, frame!, flow, path)),
  print: ({ fields: { descending } }, printed) => `sort by ${printList(printed.map((key, index) => `${key}${descending[index] ? ' descending' : ''}`))}`,
});
