import type { AlgorithmModellerPart } from '../../modeller-part.ts';
import { eachPod, keptFrames } from '../../query/combine-each.ts';
import type { FrameQueryParams } from './manifest.ts';

/** Reads the pods' answers as those of strangers, and lays them side by side. */
export const frameQueryModeller: AlgorithmModellerPart<FrameQueryParams> = {
  open: ({ params }) => ({ results: params.keep === null ? eachPod : keptFrames(params.keep.name) }),
};
