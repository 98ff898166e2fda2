import { z } from 'zod';
import { needColumn } from '../check.ts';
import { columnName } from '../column-name.ts';
import { pickOne } from '../flow/aggregate.ts';
import { factsOf, isOpen, type Frame } from '../flow/frame.ts';
import { groupedCarriers, isKeyed, keyFacts } from '../flow/group.ts';
import { decidedBy, fitToChoose, type Chooser } from '../flow/steps.ts';
import { printList, printName } from '../print/harmless.ts';
import { slot } from '../slot.ts';
import { nodeKind } from './node-kind.ts';

/** One row of those that are alike in some columns, or in all. The other columns are somebody's; `none` keeps rows without a double. */
export const unique = nodeKind({
  name: 'unique',
  form: z.strictObject({ node: z.literal('unique'), input: z.unknown(), subset: z.array(columnName).min(1).nullable(), keep: z.enum(['first', 'last', 'any', 'none']) }),
  inputs: ({ input }) => [slot('input', input)],
  expressions: () => [],
  schema: ({ fields: { subset }, inputs: [schema], path }) => {
    subset?.forEach((name, index) => needColumn(schema!, name, `${path}.subset[${index}]`));
    return schema!;
  },
  flow: ({ fields: { subset, keep }, inputs, path, schema }, [input], flow) => {
    const names = subset ?? schema.map(({ name }) => name);
    const choosers = (from: Frame): Chooser[] => names.map((name) => ({ path, facts: factsOf(from, name) }));
    const made = inputs[0]!.path;
    const rows = keep === 'none' ? flow.settle(input!, made, path, 'single-rows') : flow.fitToAggregate(input!, made, path);
    const frame = keep === 'none' ? decidedBy(rows, choosers(rows)) : fitToChoose(rows, made, choosers(rows), 'moving-key', flow);
    if (isOpen(frame)) return { ...frame, keys: names };
    const keyed = isKeyed(frame, names.map((name) => factsOf(frame, name)));
    if (keyed) flow.keyedGroups.push(flow.at(path));
    const reading = { flow, frame, node: path, input: 0, over: 'group' as const, keyed };
    const isKey = new Set(names);
    const columns = new Map([...frame.columns].map(([name, facts]) => [name, isKey.has(name) ? keyFacts(facts, path, keyed) : pickOne(name, facts, reading)]));
    return { ...frame, columns, carriers: groupedCarriers(frame, keyed, flow.at(path)), keys: names };
  },
  print: ({ fields: { subset, keep } }) => `keep ${keep === 'none' ? 'only rows that are alone' : `the ${keep === 'any' ? 'first' : keep} row of those`} alike in ${subset === null ? 'all columns' : printList(subset.map(printName))}`,
});
