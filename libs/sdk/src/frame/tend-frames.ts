import type { FrameEntry, FramesSummary } from '@podnet/elements';
import type { FaultCode } from '@podnet/errors';
import type { Asker } from './asker.ts';
import type { QueryOptions } from './query-options.ts';
import { taskOver } from './query-task.ts';
import type { PodDataset } from './scope.ts';

/** Every pod has to answer: a list with a gap looks like one without. */
export type FramesOptions = Omit<QueryOptions, 'minPods'>;

/** A frame of yours as one pod tells of it. */
export interface FrameAtPod extends FrameEntry {
  readonly pod: string;
}

export interface DeletedFrame {
  readonly name: string;
  /** Pods where it has gone now. */
  readonly pods: readonly string[];
  /** Pods where it has not: `dataset.unknown` where it was not there any more. */
  readonly absent: readonly { readonly pod: string; readonly code: FaultCode }[];
}

/** What you keep at pods, pod by pod, newest first. Reads no data. **Throws** `policy.*` with a verdict for each pod, `task.*`, `interrupted`. */
export async function listFrames(asker: Asker, pods: readonly PodDataset[], options: FramesOptions): Promise<readonly FrameAtPod[]> {
  const { outcome } = await asker.ask(taskOver(pods, { name: 'stored-frames', do: 'list' }, options), options);
  const summary = outcome.summary as Extract<FramesSummary, { pods: readonly { frames: unknown }[] }>;
  return summary.pods.flatMap(({ pod, frames }) => frames.map((frame) => ({ pod, ...frame })));
}

/** A pod that does not have it any more hinders no other. **Throws** as `listFrames`, and `task.too-few-pods` where no pod has it. */
export async function deleteFrame(asker: Asker, pods: readonly PodDataset[], name: string, options: FramesOptions): Promise<DeletedFrame> {
  const { outcome } = await asker.ask(taskOver(pods, { name: 'stored-frames', do: 'delete', frame: name }, { ...options, minPods: 1 }), options);
  const { deleted, pods: gone, absent } = outcome.summary as Extract<FramesSummary, { deleted: string }> & Pick<DeletedFrame, 'absent'>;
  return { name: deleted, pods: gone, absent: absent.map(({ pod, code }) => ({ pod, code })) };
}
