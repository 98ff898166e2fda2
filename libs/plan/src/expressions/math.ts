import { z } from 'zod';
import { needNumeric } from '../check.ts';
import { isConstant } from '../flow/facts.ts';
import { read } from '../flow/reading.ts';
import { slot } from '../slot.ts';
import { expressionKind } from './expression-kind.ts';

/** Functions that are no polynomials: of group results and in conditions, not inside aggregates. `log` is the natural one. */
export const math = expressionKind({
  name: 'math',
  form: z.strictObject({ expr: z.literal('math'), op: z.enum(['sqrt', 'exp', 'log', 'log10', 'sin', 'cos', 'tan']), input: z.unknown() }),
  operands: ({ input }) => [slot('input', input)],
  type: ({ operands }) => {
    needNumeric(operands[0]);
    return { type: 'number' };
  },
  flow: ({ operands }, reading) => {
    const facts = read(operands[0]!, reading);
    return isConstant(facts) ? facts : { ...facts, degree: Infinity, plain: false, unitOf: null };
  },
  print: ({ op }, [input]) => `${op}(${input})`,
});
