import { sessionOf } from '../../operation.ts';
import type { AlgorithmPodPart } from '../../pod-part.ts';
import { runAtPod } from '../../query/run-at-pod.ts';
import type { FrameQueryParams } from './manifest.ts';

/** Has the plan run where the data is; the pod judges what comes out before it becomes a result. */
export const frameQueryPod: AlgorithmPodPart<FrameQueryParams> = {
  open: ({ params, ...work }) => sessionOf({ run: () => runAtPod(params, work) }),
};
