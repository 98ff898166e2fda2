import { Fault } from '@podnet/errors';
import { z } from 'zod';
import type { Body } from '../../body.ts';
import type { ColumnAverageParams } from './manifest.ts';

/** One pod's answer: for each column, in the order of the task, how many values there are and their compensated sum. */
export interface ColumnAnswer {
  count: number;
  high: number;
  low: number;
}

const answerForm = z.strictObject({ columns: z.array(z.strictObject({ count: z.int().min(1), high: z.number(), low: z.number() })) });

/** **Throws** `envelope.malformed` for a body that is no answer to these parameters. */
export function readAnswer(body: Body, { columns }: ColumnAverageParams): ColumnAnswer[] {
  const parsed = answerForm.safeParse(body.json);
  if (!parsed.success || parsed.data.columns.length !== columns.length) throw new Fault('envelope.malformed', 'The answer does not fit the task.');
  return parsed.data.columns;
}
