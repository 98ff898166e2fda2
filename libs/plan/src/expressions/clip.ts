import { z } from 'zod';
import { needNumeric } from '../check.ts';
import { mistake } from '../mistake.ts';
import { isConstant, mergeFacts } from '../flow/facts.ts';
import { readAll, split } from '../flow/reading.ts';
import { slot } from '../slot.ts';
import { expressionKind } from './expression-kind.ts';

/** A value held between two others. Below, between and above are pieces, and each is counted. */
export const clip = expressionKind({
  name: 'clip',
  form: z.strictObject({ expr: z.literal('clip'), input: z.unknown(), min: z.unknown(), max: z.unknown() }),
  operands: ({ input, min, max }) => [slot('input', input), slot('min', min), slot('max', max)],
  type: ({ operands }) => {
    operands.forEach(needNumeric);
    for (const bound of operands.slice(1)) if (bound.level !== 'literal') throw mistake('plan.misplaced', bound.path, 'A bound of clip is a constant.');
    return { type: operands.some(({ type }) => type === 'number') ? 'number' : 'integer' };
  },
  flow: ({ operands }, reading) => {
    const all = readAll(operands, reading);
    const [input, min, max] = operands;
    const facts = mergeFacts(all);
    if (isConstant(facts)) return facts;
    return split(split(facts, { is: 'below', of: input!, bound: min! }, all[0]!, reading), { is: 'above', of: input!, bound: max! }, all[0]!, reading);
  },
  print: (_fields, [input, min, max]) => `clip(${input}, ${min}, ${max})`,
});
