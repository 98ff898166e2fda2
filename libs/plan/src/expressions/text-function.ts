import { z } from 'zod';
import { needText } from '../check.ts';
import { withSteps } from '../flow/facts.ts';
import { read } from '../flow/reading.ts';
import { printText } from '../print/harmless.ts';
import { slot } from '../slot.ts';
import { expressionKind } from './expression-kind.ts';

const call = z.discriminatedUnion('op', [
  z.strictObject({ expr: z.literal('textFunction'), op: z.literal('toUpperCase'), input: z.unknown() }),
  z.strictObject({ expr: z.literal('textFunction'), op: z.literal('toLowerCase'), input: z.unknown() }),
  z.strictObject({ expr: z.literal('textFunction'), op: z.literal('trim'), input: z.unknown() }),
  z.strictObject({ expr: z.literal('textFunction'), op: z.literal('slice'), input: z.unknown(), offset: z.int(), length: z.int().min(0).nullable() }),
  z.strictObject({ expr: z.literal('textFunction'), op: z.enum(['replace', 'replaceAll']), input: z.unknown(), pattern: z.string().min(1).max(1_000), by: z.string().max(1_000) }),
]);

/** A text made of a text. `replace` exchanges the first place that is found, `replaceAll` every one. What it cuts or exchanges cannot be counted, so it serves as a key or in a condition. */
export const textFunction = expressionKind({
  name: 'textFunction',
  form: call,
  operands: ({ input }) => [slot('input', input)],
  type: ({ operands }) => {
    needText(operands[0]);
    return { type: 'text' };
  },
  flow: ({ operands, path }, reading) => withSteps(read(operands[0]!, reading), 'steps', path),
  print: (fields, [input]) => {
    if (fields.op === 'slice') return `slice(${input}, ${fields.offset}, ${fields.length})`;
    return fields.op === 'replace' || fields.op === 'replaceAll' ? `${fields.op}(${input}, ${printText(fields.pattern)}, ${printText(fields.by)})` : `${fields.op}(${input})`;
  },
});
