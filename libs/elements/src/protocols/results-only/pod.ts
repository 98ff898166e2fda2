import { body } from '../../body.ts';
import type { ProtocolPodPart } from '../../pod-part.ts';
import type { ResultsOnlyParams } from './manifest.ts';

/** Runs the algorithm's one operation, and its body is the result. There is nothing to say to frames. */
export const resultsOnlyPod: ProtocolPodPart<ResultsOnlyParams> = {
  calls: () => [{ operation: 'run', times: 1, input: null }],
  open: (_params, algorithm) => ({
    start: () => [{ type: 'finish', body: algorithm.call('run', body(null)) }],
    frame: () => [],
  }),
};
