import { z } from 'zod';
import type { AlgorithmManifest } from '../../manifest.ts';
import { frameNameForm } from '../../query/keep.ts';

const params = z
  .strictObject({
    do: z.enum(['list', 'delete']).describe('`list`: the frames that you keep at every pod. `delete`: one of them goes.'),
    frame: frameNameForm.optional().describe('The frame to delete, by the name under which it is kept.'),
  })
  .refine((given) => (given.do === 'delete') === (given.frame !== undefined), { error: 'A frame is named to be deleted, and only then.', path: ['frame'] });

export type StoredFramesParams = z.output<typeof params>;

export const storedFramesManifest = {
  kind: 'algorithm',
  name: 'stored-frames',
  version: 1,
  summary: 'Lists the frames that you keep at pods, or deletes one of them; reads no data.',
  params,
  carriedBy: ['results-only'],
  takesModel: false,
  offersPrivacy: false,
  // Columns of tables and what they were made of, as keeping one tells: whoever may not have tables may not have these.
  releases: () => ['table'],
  reads: () => [],
  // So that the pod refuses what is not there and what is another's where it refuses a query of it, and in the same words.
  scans: ({ frame }) => (frame === undefined ? [] : [frame]),
} satisfies AlgorithmManifest<StoredFramesParams>;
