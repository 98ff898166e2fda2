import { z } from 'zod';
import { needBoolean, needRows } from '../check.ts';
import { fitToChoose, readRows } from '../flow/steps.ts';
import { slot } from '../slot.ts';
import { nodeKind } from './node-kind.ts';

/** Only rows where a condition is true. On aggregated values (HAVING) the groups are made safe first, those that go included. */
export const filter = nodeKind({
  name: 'filter',
  form: z.strictObject({ node: z.literal('filter'), input: z.unknown(), predicate: z.unknown() }),
  inputs: ({ input }) => [slot('input', input)],
  expressions: ({ predicate }) => [slot('predicate', predicate)],
  schema: ({ expressions: [predicate], inputs: [schema] }) => {
    needRows(needBoolean(predicate));
    return schema!;
  },
  flow: ({ expressions, inputs, path }, [frame], flow) => fitToChoose(frame!, inputs[0]!.path, readRows(expressions, frame!, flow, path), 'moving-choice', flow),
  print: (_node, [predicate]) => `keep rows where ${predicate}`,
});
