import { z } from 'zod';
import { commonType } from '../column-type.ts';
import { columnName } from '../column-name.ts';
import { mistake } from '../mistake.ts';
import { printList } from '../print/harmless.ts';
import { slot } from '../slot.ts';
import { literal } from '../expressions/literal.ts';
import { columnsMade } from './column-list.ts';
import { nodeKind } from './node-kind.ts';
import { replaceColumns, replaceFacts } from './with-columns.ts';

/** A constant in the gaps of some columns, or of all that it fits. Stands for the expression `fillNull` of each. */
export const fillNullNode = nodeKind({
  name: 'fillNull',
  form: z.strictObject({ node: z.literal('fillNull'), input: z.unknown(), value: literal.form, columns: z.array(columnName).min(1).nullable() }),
  inputs: ({ input }) => [slot('input', input)],
  expressions: ({ value, columns }, schema) => {
    const type = literal.type({ fields: value, operands: [], path: 'value', schema: [] }).type;
    const names = columns ?? schema.filter((column) => commonType(column.type, type) === column.type).map(({ name }) => name);
    return names.map((name, index) => slot(`columns[${index}]`, { expr: 'fillNull', input: { expr: 'column', name }, value }));
  },
  schema: ({ expressions, inputs: [schema], path }) => {
    if (expressions.length === 0) throw mistake('plan.wrong-type', `${path}.value`, 'The value fits none of the columns.');
    return replaceColumns(schema!, columnsMade(expressions, `${path}.columns`), path);
  },
  flow: ({ expressions, path }, [frame], flow) => replaceFacts(frame!, expressions, path, flow),
  print: (_node, printed) => `fill gaps: ${printList(printed)}`,
});
