import { z } from 'zod';
import { areComparable } from '../column-type.ts';
import { needScalar } from '../check.ts';
import { wrongType } from '../mistake.ts';
import { conditionFacts } from '../flow/facts.ts';
import { read } from '../flow/reading.ts';
import { planLimits } from '../limits.ts';
import { printList, printText } from '../print/harmless.ts';
import { slot } from '../slot.ts';
import { expressionKind } from './expression-kind.ts';

const member = z.union([z.string(), z.number(), z.boolean()]);

const typeOfMember = (value: z.infer<typeof member>): 'text' | 'number' | 'boolean' => (typeof value === 'string' ? 'text' : typeof value === 'number' ? 'number' : 'boolean');

/** Whether a value is one of a list of constants; missing when it is missing. */
export const isIn = expressionKind({
  name: 'isIn',
  form: z.strictObject({ expr: z.literal('isIn'), input: z.unknown(), values: z.array(member).min(1).max(planLimits.members) }),
  operands: ({ input }) => [slot('input', input)],
  type: ({ fields, operands, path }) => {
    const { type } = needScalar(operands[0]);
    const stranger = fields.values.findIndex((value) => !areComparable(type, typeOfMember(value)));
    if (stranger >= 0) throw wrongType(`${path}.values[${stranger}]`, `A ${typeOfMember(fields.values[stranger]!)} cannot be compared with a ${type}.`);
    return { type: 'boolean' };
  },
  flow: ({ operands }, reading) => conditionFacts(read(operands[0]!, reading)),
  print: ({ values }, [input]) => `${input} IN (${printList(values.map((value) => (typeof value === 'string' ? printText(value) : String(value))))})`,
  canonical: ({ values }, [input]) => ['isIn', input, [...new Set(values.map((value) => JSON.stringify(value)))].sort()],
});
