import { z } from 'zod';
import { mistake } from '../mistake.ts';
import type { Frame } from '../flow/frame.ts';
import { groupedCarriers } from '../flow/group.ts';
import { fitToRead, readAll } from '../flow/reading.ts';
import { toldCounts } from '../flow/told-counts.ts';
import { printList } from '../print/harmless.ts';
import { slot, slots } from '../slot.ts';
import type { TypedExpression } from '../typed.ts';
import { columnsMade } from './column-list.ts';
import { nodeKind } from './node-kind.ts';

/** True when all rows become one. */
export const isGlobal = (expressions: readonly TypedExpression[]): boolean => expressions.every(({ level }) => level !== 'row');

/** New columns in place of the old ones: row by row, or, when all of them are aggregates, one row for all. */
export const select = nodeKind({
  name: 'select',
  form: z.strictObject({ node: z.literal('select'), input: z.unknown(), columns: z.array(z.unknown()).min(1) }),
  inputs: ({ input }) => [slot('input', input)],
  expressions: ({ columns }) => slots('columns', columns),
  schema: ({ expressions, path }) => {
    if (expressions.every(({ level }) => level === 'literal')) throw mistake('plan.misplaced', `${path}.columns`, 'A select needs a column or an aggregate.');
    return columnsMade(expressions, `${path}.columns`);
  },
  flow: ({ expressions, inputs, path }, [input], flow): Frame => {
    const global = isGlobal(expressions);
    const frame = fitToRead(input!, inputs[0]!.path, path, expressions, flow);
    const facts = readAll(expressions, { flow, frame, node: path, input: 0, over: global ? 'group' : 'rows', keyed: false, ...(global ? { told: toldCounts(expressions) } : {}) });
    const columns = new Map(expressions.map(({ output }, index) => [output, facts[index]!]));
    return global ? { ...frame, columns, carriers: groupedCarriers(frame, false, flow.at(path)), keys: [] } : { ...frame, columns, keys: keptKeys(frame, expressions) };
  },
  print: ({ expressions }, printed) => `${isGlobal(expressions) ? 'compute over all rows' : 'show'} ${printList(printed)}`,
});

/** Keys still name each row when all of them are shown as they are. */
function keptKeys(frame: Frame, expressions: readonly TypedExpression[]): readonly string[] | null {
  const shown = new Set(expressions.filter(({ kind, output, fields }) => kind === 'column' && (fields as { name?: string }).name === output).map(({ output }) => output));
  return frame.keys !== null && frame.keys.every((key) => shown.has(key)) ? frame.keys : null;
}
