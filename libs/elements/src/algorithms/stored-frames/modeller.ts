import type { AlgorithmModellerPart } from '../../modeller-part.ts';
import type { FramesSummary } from '../../query/summary.ts';
import { readFrames, requireDeleted } from './answer.ts';
import type { StoredFramesParams } from './manifest.ts';

/** What each pod keeps, or which pods have deleted the frame. */
export const storedFramesModeller: AlgorithmModellerPart<StoredFramesParams> = {
  open({ params }) {
    const { frame } = params;
    const summaryOf = (summary: FramesSummary) => ({ summary: { ...summary }, arrays: {} });
    if (frame === undefined) {
      return { results: { accept: (body) => void readFrames(body), combine: (answers) => summaryOf({ pods: answers.map(({ podName, body }) => ({ pod: podName, frames: readFrames(body) })) }) } };
    }
    return { results: { accept: (body) => requireDeleted(body, params), combine: (answers) => summaryOf({ deleted: frame, pods: answers.map(({ podName }) => podName) }) } };
  },
};
