import { Fault } from '@podnet/errors';
import { z } from 'zod';

/**
 * Steps of the protocol. A step number means the same in every epoch and after every restart:
 * 1 statistics · 2 prepare · 2 + r round r · 3 + R measure · 4 + R finish.
 */
export const steps = {
  statistics: 1,
  prepare: 2,
  round: (round: number): number => 2 + round,
  measure: (rounds: number): number => 3 + rounds,
  finish: (rounds: number): number => 4 + rounds,
} as const;

const mark = z.string().max(16);

/** What the modeller asks. `input` is the algorithm's own; arrays travel beside the JSON. */
export const question = z.discriminatedUnion('phase', [
  z.strictObject({ phase: z.literal('statistics'), input: z.unknown() }),
  z.strictObject({ phase: z.literal('prepare'), mark, input: z.unknown() }),
  /** Train from `weights`; with `validate`, first evaluate them. `prepared` is the mark of the preparation that must have come before. */
  z.strictObject({ phase: z.literal('round'), mark, prepared: mark, round: z.int().min(1), validate: z.boolean() }),
  z.strictObject({ phase: z.literal('measure'), mark, prepared: mark }),
  z.strictObject({ phase: z.literal('finish'), mark, prepared: mark, validate: z.boolean() }),
]);
export type Question = z.infer<typeof question>;

/** What pods answer; `validation` and `test` are evaluations of the algorithm, null when a part has too few rows. */
export const answers = {
  statistics: z.strictObject({ answer: z.unknown() }),
  prepare: z.strictObject({ mark }),
  round: z.strictObject({ mark, rows: z.int().min(1), loss: z.number().nullable(), validation: z.unknown() }),
  measure: z.strictObject({ mark, validation: z.unknown() }),
  finish: z.strictObject({ mark, rows: z.int().min(1), validation: z.unknown(), test: z.unknown() }),
} as const;

/** **Throws** `envelope.malformed`. */
export function readForm<T>(form: z.ZodType<T>, json: unknown): T {
  const parsed = form.safeParse(json);
  if (!parsed.success) throw new Fault('envelope.malformed', 'The frame is not one of this protocol.');
  return parsed.data;
}
