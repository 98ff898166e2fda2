import { z } from 'zod';
import { wrongType } from '../mistake.ts';
import { literalFacts } from '../flow/facts.ts';
import { instantOf } from '../instant.ts';
import { printText } from '../print/harmless.ts';
import { expressionKind } from './expression-kind.ts';

const value = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** A constant. Dates and datetimes are ISO texts, durations milliseconds. Numbers are finite. */
export const literal = expressionKind({
  name: 'literal',
  form: z.strictObject({ expr: z.literal('literal'), value, type: z.enum(['integer', 'number', 'date', 'datetime', 'duration']).optional() }),
  operands: () => [],
  type: ({ fields, path }) => {
    const given = fields.value;
    const own = given === null ? 'null' : typeof given === 'boolean' ? 'boolean' : typeof given === 'string' ? 'text' : Number.isSafeInteger(given) ? 'integer' : 'number';
    const asked = fields.type;
    const fits = asked === undefined || own === 'null' || (asked === 'number' && typeof given === 'number') || ((asked === 'integer' || asked === 'duration') && own === 'integer')
      || ((asked === 'date' || asked === 'datetime') && instantOf(given, asked) !== null);
    if (!fits) throw wrongType(path, 'The constant is not of the type it is said to be.');
    return { type: asked ?? own, level: 'literal', output: 'literal' };
  },
  flow: ({ fields }) => {
    const size = typeof fields.value === 'number' && fields.value !== 0 ? Math.abs(fields.value) : 1;
    return { ...literalFacts, least: size, most: size };
  },
  print: ({ value: given, type }) => (typeof given === 'string' ? `${type === undefined ? '' : `${type} `}${printText(given)}` : `${String(given)}${type === 'duration' ? ' ms' : ''}`),
});
