import { z } from 'zod';
import { castTypes, isNumeric, isTemporal, type CastType, type ColumnType } from '../column-type.ts';
import { needScalar } from '../check.ts';
import { wrongType } from '../mistake.ts';
import { withSteps, type Facts } from '../flow/facts.ts';
import { asNumber, read } from '../flow/reading.ts';
import { slot } from '../slot.ts';
import { expressionKind } from './expression-kind.ts';

/** Another type for a value. Never strict: what cannot be cast is missing, and no text of an error says which value it was. */
export const cast = expressionKind({
  name: 'cast',
  form: z.strictObject({ expr: z.literal('cast'), input: z.unknown(), to: z.enum(castTypes) }),
  operands: ({ input }) => [slot('input', input)],
  type: ({ fields: { to }, operands, path }) => {
    needCastable(needScalar(operands[0]).type, to, path);
    return { type: to };
  },
  flow: ({ fields: { to }, operands, path }, reading) => {
    const facts = read(operands[0]!, reading);
    return castFacts(operands[0]!.type === 'boolean' && to !== 'boolean' ? asNumber(operands[0]!, facts, reading) : facts, operands[0]!.type, to, path);
  },
  print: ({ to }, [input]) => `CAST(${input} AS ${to})`,
});

/** **Throws** `plan.wrong-type` for casts that no row could survive. */
export function needCastable(from: ColumnType, to: CastType, path: string): void {
  const numberToDate = isTemporal(to) && (isNumeric(from) || from === 'boolean') && from !== 'null';
  const dateToBoolean = to === 'boolean' && (isTemporal(from) || from === 'duration') && from !== 'null';
  if (from.startsWith('list') || numberToDate || dateToBoolean || (from === 'duration' && isTemporal(to))) throw wrongType(path, `A ${from} cannot be cast to ${to}.`);
}

/** What a cast does to what is known: widening keeps all; narrowing cuts; reading a text makes values missing. */
export function castFacts(facts: Facts, from: ColumnType, to: CastType, path: string): Facts {
  if (from === to || from === 'null') return facts;
  if (from === 'text') return { ...facts, made: true, plain: false, unitOf: null };
  // Large integers meet as doubles, so that what named a unit may name two.
  if (from === 'integer' && to === 'number') return { ...facts, unitOf: null };
  if (from === 'boolean' && to !== 'text') return { ...facts, unitOf: null };
  return withSteps(facts, 'steps', path);
}
