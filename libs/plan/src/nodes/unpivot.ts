import { z } from 'zod';
import { commonType, type ColumnType } from '../column-type.ts';
import { needColumn, needDistinct } from '../check.ts';
import { columnName, newColumnName } from '../column-name.ts';
import { wrongType } from '../mistake.ts';
import { literalFacts, mergeFacts } from '../flow/facts.ts';
import { factsOf, multiplied } from '../flow/frame.ts';
import { printList, printName } from '../print/harmless.ts';
import { slot } from '../slot.ts';
import { nodeKind } from './node-kind.ts';
import { needOnce } from './column-list.ts';

/** Several columns as one, with a row for each of them. Every such row carries the unit of the row it was. */
export const unpivot = nodeKind({
  name: 'unpivot',
  form: z.strictObject({ node: z.literal('unpivot'), input: z.unknown(), index: z.array(columnName), on: z.array(columnName).min(1), variableName: newColumnName, valueName: newColumnName }),
  inputs: ({ input }) => [slot('input', input)],
  expressions: () => [],
  schema: ({ fields: { index, on, variableName, valueName }, inputs: [schema], path }) => {
    needOnce(on, `${path}.on`);
    const kept = index.map((name, at) => needColumn(schema!, name, `${path}.index[${at}]`));
    const type = on.map((name, at) => needColumn(schema!, name, `${path}.on[${at}]`).type).reduce<ColumnType | null>((all, one) => (all === null ? null : commonType(all, one)), 'null');
    if (type === null) throw wrongType(`${path}.on`, 'These columns have no type in common.');
    return needDistinct([...kept, { name: variableName, type: 'text' }, { name: valueName, type }], path);
  },
  flow: ({ fields: { index, on, variableName, valueName } }, [frame]) => ({
    ...frame!,
    columns: new Map([
      ...index.map((name): [string, ReturnType<typeof factsOf>] => [name, factsOf(frame!, name)]),
      [variableName, { ...literalFacts, degree: 1 }],
      [valueName, mergeFacts([{ ...literalFacts, degree: 1 }, ...on.map((name) => factsOf(frame!, name))])],
    ]),
    carriers: multiplied(frame!.carriers, on.length),
    keys: null,
  }),
  print: ({ fields: { on, variableName, valueName } }) => `turn ${printList(on.map(printName))} into rows of ${printName(variableName)} and ${printName(valueName)}`,
});
