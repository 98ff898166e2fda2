import { z } from 'zod';
import { isOpen, isRowLevel } from '../flow/frame.ts';
import { slot } from '../slot.ts';
import { nodeKind } from './node-kind.ts';

/**
 * Some rows by their place: `head`, `tail` (a negative offset) and `limit` are forms of it. Which rows they are depends on all rows before, so
 * groups are made safe first, and single rows that were picked are not aggregated any more.
 */
export const slice = nodeKind({
  name: 'slice',
  form: z.strictObject({ node: z.literal('slice'), input: z.unknown(), offset: z.int(), length: z.int().min(0).nullable() }),
  inputs: ({ input }) => [slot('input', input)],
  expressions: () => [],
  schema: ({ inputs: [schema] }) => schema!,
  flow: ({ inputs, path }, [frame], flow) => {
    if (isOpen(frame!)) return frame!;
    return isRowLevel(frame!) ? { ...frame!, picked: frame!.picked ?? path } : flow.settle(frame!, inputs[0]!.path, path, 'single-rows');
  },
  print: ({ fields: { offset, length } }) => {
    if (offset === 0 && length !== null) return `keep the first ${length} rows`;
    if (offset < 0 && length === null) return `keep the last ${-offset} rows`;
    return `keep ${length ?? 'all'} rows from row ${offset}`;
  },
});
