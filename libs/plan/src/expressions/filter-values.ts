import { z } from 'zod';
import { needBoolean } from '../check.ts';
import { mostExposed } from '../flow/facts.ts';
import { joinIds } from '../flow/ids.ts';
import { read, split } from '../flow/reading.ts';
import { slot } from '../slot.ts';
import { expressionKind } from './expression-kind.ts';

/**
 * Inside an aggregate: only the values of rows where a condition is true. The value counts as missing elsewhere, which is the same to every
 * aggregate but the first, the last and the number of different values.
 */
export const filterValues = expressionKind({
  name: 'filterValues',
  form: z.strictObject({ expr: z.literal('filterValues'), input: z.unknown(), predicate: z.unknown() }),
  operands: ({ input, predicate }) => [slot('input', input), slot('predicate', predicate)],
  type: ({ operands: [input, predicate] }) => {
    needBoolean(predicate);
    return { type: input!.type, level: 'filtered' };
  },
  flow: ({ operands: [input, predicate] }, reading) => {
    const by = read(predicate!, reading);
    const facts = read(input!, reading);
    const chosen = {
      ...facts,
      predicate: joinIds(joinIds(facts.predicate, by.value), by.predicate),
      carriers: joinIds(facts.carriers, by.carriers),
      position: facts.position ?? by.position,
      stable: facts.stable && by.stable,
      exposure: mostExposed(facts.exposure, by.exposure),
      made: true,
    };
    return split(chosen, { is: 'true', of: predicate! }, by, reading);
  },
  print: (_fields, [input, predicate]) => `${input} WHERE ${predicate}`,
});
