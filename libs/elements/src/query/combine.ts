import { z } from 'zod';

/** How the answers of several pods become one outcome. */
export type Combine = 'pooled' | 'each';

export const combineForm = z
  .enum(['pooled', 'each'])
  .optional()
  .describe('`pooled`: one table, exactly as over the rows of all pods together; `each`: the table of every pod. Pooled when there are several pods.');

/** What is done where nothing is said. Both sides know the number of pods, so both come to the same. */
export const combineOf = (asked: Combine | undefined, podCount: number): Combine => asked ?? (podCount > 1 ? 'pooled' : 'each');
