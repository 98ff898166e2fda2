import { z } from 'zod';
import { needColumn, needDistinct } from '../check.ts';
import { columnName, newColumnName } from '../column-name.ts';
import { columnsOf } from '../flow/frame.ts';
import { printList, printName } from '../print/harmless.ts';
import { slot } from '../slot.ts';
import { needOnce } from './column-list.ts';
import { nodeKind } from './node-kind.ts';

/** Other names for some columns. */
export const rename = nodeKind({
  name: 'rename',
  form: z.strictObject({ node: z.literal('rename'), input: z.unknown(), columns: z.array(z.strictObject({ from: columnName, to: newColumnName })).min(1) }),
  inputs: ({ input }) => [slot('input', input)],
  expressions: () => [],
  schema: ({ fields: { columns }, inputs: [schema], path }) => {
    columns.forEach(({ from }, index) => needColumn(schema!, from, `${path}.columns[${index}].from`));
    needOnce(columns.map(({ from }) => from), `${path}.columns`);
    const names = new Map(columns.map(({ from, to }) => [from, to]));
    return needDistinct(schema!.map(({ name, type }) => ({ name: names.get(name) ?? name, type })), path);
  },
  flow: ({ fields: { columns } }, [frame]) => {
    const names = new Map(columns.map(({ from, to }) => [from, to]));
    const renamed = (name: string): string => names.get(name) ?? name;
    return { ...frame!, columns: columnsOf([...frame!.columns].map(([name, facts]) => [renamed(name), facts])), keys: frame!.keys?.map(renamed) ?? null };
  },
  print: ({ fields: { columns } }) => `rename ${printList(columns.map(({ from, to }) => `${printName(from)} to ${printName(to)}`))}`,
});
