import { Fault } from '@podnet/errors';
import { body } from '../../body.ts';
import { sessionOf } from '../../operation.ts';
import type { AlgorithmPodPart } from '../../pod-part.ts';
import type { FramesAnswer } from './answer.ts';
import type { StoredFramesParams } from './manifest.ts';

/** Asks the pod's shelf, which knows of no frames but the asker's. */
export const storedFramesPod: AlgorithmPodPart<StoredFramesParams> = {
  open: ({ params: { frame }, data: { frames } }) =>
    sessionOf({
      run() {
        if (frames === undefined) throw new Fault('usage.unsupported', 'This pod keeps no frames.');
        if (frame === undefined) return body({ frames: frames.list() } satisfies FramesAnswer);
        frames.delete(frame);
        return body({ deleted: frame } satisfies FramesAnswer);
      },
    }),
};
