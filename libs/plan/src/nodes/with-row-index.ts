import { z } from 'zod';
import { needDistinct } from '../check.ts';
import { newColumnName } from '../column-name.ts';
import { literalFacts, type Facts } from '../flow/facts.ts';
import { isOpen, isRowLevel } from '../flow/frame.ts';
import { printName } from '../print/harmless.ts';
import { slot } from '../slot.ts';
import { nodeKind } from './node-kind.ts';

/** A first column with the number of the row. A rank among safe groups; among single rows it can only be looked at. */
export const withRowIndex = nodeKind({
  name: 'withRowIndex',
  form: z.strictObject({ node: z.literal('withRowIndex'), input: z.unknown(), name: newColumnName, offset: z.int().min(0).max(1_000_000_000).default(0) }),
  inputs: ({ input }) => [slot('input', input)],
  expressions: () => [],
  schema: ({ fields: { name }, inputs: [schema], path }) => needDistinct([{ name, type: 'integer' }, ...schema!], path),
  flow: ({ fields: { name }, inputs, path }, [input], flow) => {
    const single = !isOpen(input!) && isRowLevel(input!);
    const frame = single ? input! : flow.settle(input!, inputs[0]!.path, path, 'single-rows');
    const facts: Facts = single
      ? { ...literalFacts, degree: 1, stable: false, position: { rule: 'row-position', path }, exposure: 'row' }
      : { ...literalFacts, degree: 1, foreign: true, exposure: 'own' };
    return { ...frame, columns: new Map([[name, facts], ...frame.columns]) };
  },
  print: ({ fields: { name } }) => `number the rows as ${printName(name)}`,
});
