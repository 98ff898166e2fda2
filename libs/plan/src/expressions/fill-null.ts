import { z } from 'zod';
import { commonType, type ColumnType } from '../column-type.ts';
import { wrongType } from '../mistake.ts';
import { mergeFacts, type Facts } from '../flow/facts.ts';
import { noIds } from '../flow/ids.ts';
import type { Reading } from '../flow/flow.ts';
import { asNumber, read, split } from '../flow/reading.ts';
import type { MarkCondition } from '../obligations.ts';
import { slot } from '../slot.ts';
import { expressionKind } from './expression-kind.ts';

/** Another value where one is missing: a condition like any other, so both sides are counted. */
export const fillNull = expressionKind({
  name: 'fillNull',
  form: z.strictObject({ expr: z.literal('fillNull'), input: z.unknown(), value: z.unknown() }),
  operands: ({ input, value }) => [slot('input', input), slot('value', value)],
  type: ({ operands: [input, value], path }) => ({ type: filledType(input!.type, value!.type, path) }),
  flow: ({ operands: [input, value], type }, reading) => {
    const [facts, filler] = [input!, value!].map((operand) => {
      const known = read(operand, reading);
      return type === 'boolean' ? known : asNumber(operand, known, reading);
    }) as [Facts, Facts];
    return filledFacts(facts, filler, { is: 'missing', of: input! }, reading);
  },
  print: (_fields, [input, value]) => `COALESCE(${input}, ${value})`,
});

/** **Throws** `plan.wrong-type` when the filler does not fit. */
export function filledType(input: ColumnType, filler: ColumnType, path: string): ColumnType {
  const type = commonType(input, filler);
  if (type === null) throw wrongType(path, `A missing ${input} cannot be filled with a ${filler}.`);
  return type;
}

/** The facts of a value whose gaps are filled. */
export const filledFacts = (facts: Facts, filler: Facts, missing: MarkCondition, reading: Reading): Facts =>
  split({ ...mergeFacts([facts, filler]), missing: filler.missing.size > 0 ? facts.missing : noIds, made: filler.made && facts.made }, missing, facts, reading);
