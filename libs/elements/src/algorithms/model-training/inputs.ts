import { Fault } from '@podnet/errors';
import { z } from 'zod';
import type { Body } from '../../body.ts';

/** What the operations of a pod are called with. */
export const layoutForm = z.object({ layout: z.unknown() });
export const preparationForm = z.object({ layout: z.unknown(), statistics: z.unknown() });
const amountForm = z.union([z.strictObject({ epochs: z.int().min(1) }), z.strictObject({ steps: z.int().min(1) })]);
export const trainingForm = z.object({ round: z.int().min(0), amount: amountForm });
export const evaluationForm = z.object({ part: z.enum(['train', 'validation', 'test']) });

/** **Throws** `envelope.malformed`. */
export function read<T>(form: z.ZodType<T>, { json }: Body): T {
  const parsed = form.safeParse(json);
  if (!parsed.success) throw new Fault('envelope.malformed', 'The frame does not fit the task.');
  return parsed.data;
}
