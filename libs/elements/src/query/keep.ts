import { z } from 'zod';
import { taskDataset } from './own-table.ts';

/** How long a frame may be kept. **Units** hours. */
export const keepHours = { usual: 24, most: 24 * 30 } as const;

/** What a kept frame may be called. */
export const frameNameForm = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,62}$/, 'A name is small letters, digits, - and _, and begins with a letter.')
  .refine((name) => name !== taskDataset, 'This name is that of the task\'s dataset.');

export const keepForm = z
  .strictObject({
    name: frameNameForm,
    hours: z.number().positive().max(keepHours.most).default(keepHours.usual),
  })
  .nullable()
  .default(null)
  .describe('Keep the plan at every pod under this name instead of answering it: later plans scan it. Private to you; gone after so many hours.');
