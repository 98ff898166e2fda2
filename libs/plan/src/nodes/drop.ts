import { z } from 'zod';
import { needColumn } from '../check.ts';
import { columnName } from '../column-name.ts';
import { mistake } from '../mistake.ts';
import { columnsOf } from '../flow/frame.ts';
import { printList, printName } from '../print/harmless.ts';
import { slot } from '../slot.ts';
import { nodeKind } from './node-kind.ts';

/** All columns but some. */
export const drop = nodeKind({
  name: 'drop',
  form: z.strictObject({ node: z.literal('drop'), input: z.unknown(), columns: z.array(columnName).min(1) }),
  inputs: ({ input }) => [slot('input', input)],
  expressions: () => [],
  schema: ({ fields: { columns }, inputs: [schema], path }) => {
    columns.forEach((name, index) => needColumn(schema!, name, `${path}.columns[${index}]`));
    const left = schema!.filter(({ name }) => !columns.includes(name));
    if (left.length === 0) throw mistake('usage.invalid', `${path}.columns`, 'No column would be left.');
    return left;
  },
  flow: ({ fields: { columns } }, [frame]) => ({
    ...frame!,
    columns: columnsOf([...frame!.columns].filter(([name]) => !columns.includes(name))),
    keys: frame!.keys !== null && frame!.keys.some((key) => columns.includes(key)) ? null : frame!.keys,
  }),
  print: ({ fields: { columns } }) => `drop ${printList(columns.map(printName))}`,
});
