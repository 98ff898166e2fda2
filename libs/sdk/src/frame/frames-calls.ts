import { Fault } from '@podnet/errors';
import type { PlanColumn } from '@podnet/plan';
import type { Asker } from './asker.ts';
import { StoredFrame } from './remote-lazy-frame.ts';
import { podDatasetOf } from './scope.ts';
import { deleteFrame, listFrames, type DeletedFrame, type FrameAtPod, type FramesOptions } from './tend-frames.ts';

/** What modellers do with the frames that they keep. Pods are written `pod/dataset`: the dataset says under which grant you ask. */
export function framesCalls(asker: Asker) {
  const podsOf = (pods: readonly string[]) => pods.map(podDatasetOf);
  return {
    /** Your own frames, pod by pod, newest first; nobody else's can be seen. **Throws** `policy.*` with a verdict for each pod, `task.*`. */
    list: (pods: readonly string[], options: FramesOptions = {}): Promise<readonly FrameAtPod[]> => listFrames(asker, podsOf(pods), options),

    /**
     * A frame that was kept before, to go on from; every one of the pods has it.
     * **Throws** as `list`; `dataset.unknown` where a pod has no such frame of yours, `conflict.stale` where its data has changed since.
     */
    async open(name: string, pods: readonly string[], options: FramesOptions = {}): Promise<StoredFrame> {
      const scope = podsOf(pods);
      const entries = (await listFrames(asker, scope, options)).filter((frame) => frame.name === name);
      if (entries.length < scope.length) throw new Fault('dataset.unknown', `${entries.length === 0 ? 'No pod keeps' : 'Not every pod keeps'} a frame ${name} of yours.`, { hint: 'It may have expired. List them with podnet.frames.list(pods).' });
      const stale = entries.find((frame) => frame.stale);
      if (stale) throw new Fault('conflict.stale', 'The data under a stored frame has changed since it was made.', { at: stale.pod, hint: 'Collect the frame again.' });
      const columns = entries[0]!.columns as readonly PlanColumn[];
      return new StoredFrame(asker, { pods: scope, tables: {}, kept: { [name]: columns } }, { name, expiresAt: Math.min(...entries.map(({ expiresAt }) => expiresAt)) });
    },

    /** Deletes a frame of yours. **Throws** as `list`, and `task.too-few-pods` where no pod has it. */
    delete: (name: string, pods: readonly string[], options: FramesOptions = {}): Promise<DeletedFrame> => deleteFrame(asker, podsOf(pods), name, options),
  };
}
