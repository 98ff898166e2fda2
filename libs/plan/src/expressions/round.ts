import { z } from 'zod';
import { needNumeric } from '../check.ts';
import { isConstant, withSteps } from '../flow/facts.ts';
import { read } from '../flow/reading.ts';
import { slot } from '../slot.ts';
import { expressionKind } from './expression-kind.ts';

/** A number without its smaller digits. Steps that cannot be counted: for keys and conditions, not for sums. */
export const round = expressionKind({
  name: 'round',
  form: z.strictObject({ expr: z.literal('round'), op: z.enum(['round', 'floor', 'ceil']), input: z.unknown(), decimals: z.int().min(0).max(12).default(0) }),
  operands: ({ input }) => [slot('input', input)],
  type: ({ operands }) => ({ type: needNumeric(operands[0]).type }),
  flow: ({ operands, path }, reading) => {
    const facts = read(operands[0]!, reading);
    return isConstant(facts) ? facts : withSteps(facts, 'steps', path);
  },
  print: ({ op, decimals }, [input]) => `${op}(${input}${decimals === 0 ? '' : `, ${decimals}`})`,
});
