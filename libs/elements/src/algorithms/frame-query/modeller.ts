import type { AlgorithmModellerPart } from '../../modeller-part.ts';
import { modellerSide } from '../../query/modeller-side.ts';
import type { FrameQueryParams } from './manifest.ts';

/** Reads the pods' answers as those of strangers, and pools them or lays them side by side. */
export const frameQueryModeller: AlgorithmModellerPart<FrameQueryParams> = {
  open: ({ params, pods }) => modellerSide(params, pods),
};
