import { z } from 'zod';
import { needDistinct, needNoAggregate, needScalar } from '../check.ts';
import { mistake } from '../mistake.ts';
import type { Facts } from '../flow/facts.ts';
import { groupedCarriers, isKeyed, keyFacts } from '../flow/group.ts';
import { readAll } from '../flow/reading.ts';
import { toldCounts } from '../flow/told-counts.ts';
import { fitToChoose, readRows } from '../flow/steps.ts';
import { printList } from '../print/harmless.ts';
import { slot, slots } from '../slot.ts';
import { columnsMade } from './column-list.ts';
import { nodeKind } from './node-kind.ts';

/** One row for each combination of keys (missing ones are a key of their own), with aggregates of its rows. */
export const groupBy = nodeKind({
  name: 'groupBy',
  form: z.strictObject({ node: z.literal('groupBy'), input: z.unknown(), by: z.array(z.unknown()).min(1), aggs: z.array(z.unknown()) }),
  inputs: ({ input }) => [slot('input', input)],
  expressions: ({ by, aggs }) => [...slots('by', by), ...slots('aggs', aggs)],
  schema: ({ fields: { by }, expressions, path }) => {
    const keys = expressions.slice(0, by.length);
    const aggs = expressions.slice(by.length);
    keys.forEach((key) => needNoAggregate(needScalar(key)));
    for (const { level, path: at } of aggs) if (level === 'row') throw mistake('plan.misplaced', at, 'A group has one row: aggregate this value.');
    return needDistinct([...columnsMade(keys, `${path}.by`), ...columnsMade(aggs, `${path}.aggs`)], path);
  },
  flow: ({ fields: { by }, expressions, inputs, path }, [input], flow) => {
    const keys = expressions.slice(0, by.length);
    const made = inputs[0]!.path;
    const rows = flow.fitToAggregate(input!, made, path);
    const frame = fitToChoose(rows, made, readRows(keys, rows, flow, path), 'moving-key', flow);
    const known = readRows(keys, frame, flow, path).map(({ facts }) => facts);
    const keyed = isKeyed(frame, known);
    if (keyed) flow.keyedGroups.push(flow.at(path));
    const columns = new Map<string, Facts>();
    keys.forEach(({ output, path: at }, index) => columns.set(output, keyFacts(known[index]!, at, keyed)));
    const aggs = expressions.slice(by.length);
    readAll(aggs, { flow, frame, node: path, input: 0, over: 'group', keyed, told: toldCounts(aggs) }).forEach((facts, index) => columns.set(aggs[index]!.output, facts));
    return { ...frame, columns, carriers: groupedCarriers(frame, keyed, flow.at(path)), keys: keys.map(({ output }) => output) };
  },
  print: ({ fields: { by } }, printed) => {
    const aggs = printed.slice(by.length);
    return `group by ${printList(printed.slice(0, by.length))}${aggs.length === 0 ? '' : ` and compute ${printList(aggs)}`}`;
  },
});
