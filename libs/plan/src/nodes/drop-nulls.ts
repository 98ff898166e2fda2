import { z } from 'zod';
import { columnName } from '../column-name.ts';
import { noIds } from '../flow/ids.ts';
import { fitToChoose, readRows } from '../flow/steps.ts';
import { printList, printName } from '../print/harmless.ts';
import { slot } from '../slot.ts';
import { nodeKind } from './node-kind.ts';

/** Only rows without gaps in some columns, or in all. Stands for a filter on each. */
export const dropNulls = nodeKind({
  name: 'dropNulls',
  form: z.strictObject({ node: z.literal('dropNulls'), input: z.unknown(), subset: z.array(columnName).min(1).nullable() }),
  inputs: ({ input }) => [slot('input', input)],
  expressions: ({ subset }, schema) => (subset ?? schema.map(({ name }) => name)).map((name, index) => slot(`subset[${index}]`, { expr: 'not', input: { expr: 'isNull', input: { expr: 'column', name } } })),
  schema: ({ inputs: [schema] }) => schema!,
  flow: ({ fields: { subset }, expressions, inputs, path, schema }, [frame], flow) => {
    const fit = fitToChoose(frame!, inputs[0]!.path, readRows(expressions, frame!, flow, path), 'moving-choice', flow);
    const columns = new Map(fit.columns);
    for (const name of subset ?? schema.map((column) => column.name)) columns.set(name, { ...columns.get(name)!, missing: noIds, made: false });
    return { ...fit, columns };
  },
  print: ({ fields: { subset } }) => `drop rows with missing ${subset === null ? 'values' : printList(subset.map(printName))}`,
});
