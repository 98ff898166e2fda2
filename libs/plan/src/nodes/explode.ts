import { z } from 'zod';
import { isList, itemType } from '../column-type.ts';
import { needColumn } from '../check.ts';
import { columnName } from '../column-name.ts';
import { wrongType } from '../mistake.ts';
import { factsOf, multiplied } from '../flow/frame.ts';
import { printName } from '../print/harmless.ts';
import { slot } from '../slot.ts';
import { nodeKind } from './node-kind.ts';

/** A row for every item of a list. Each of them still carries the same unit. */
export const explode = nodeKind({
  name: 'explode',
  form: z.strictObject({ node: z.literal('explode'), input: z.unknown(), column: columnName }),
  inputs: ({ input }) => [slot('input', input)],
  expressions: () => [],
  schema: ({ fields: { column }, inputs: [schema], path }) => {
    const { type } = needColumn(schema!, column, `${path}.column`);
    if (!isList(type)) throw wrongType(`${path}.column`, `A ${type} is no list.`);
    return schema!.map((one) => (one.name === column ? { name: column, type: itemType(type) } : one));
  },
  flow: ({ fields: { column } }, [frame]) => ({
    ...frame!,
    columns: new Map(frame!.columns).set(column, { ...factsOf(frame!, column), plain: false, unitOf: null, made: true }),
    carriers: multiplied(frame!.carriers, null),
    keys: null,
  }),
  print: ({ fields: { column } }) => `make a row of every item of ${printName(column)}`,
});
