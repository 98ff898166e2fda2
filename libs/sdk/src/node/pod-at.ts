import { datasetCalls } from './pod-datasets.ts';
import { podProgram, type PodProgramOptions } from './pod-program.ts';

/** A pod on this machine, for its custodian: whoever may read its home. No hub is asked. */
export interface PodHere {
  datasets: ReturnType<typeof datasetCalls>;
}

/** The pod of a `pod.yaml`. */
export function podAt(config: string, options: PodProgramOptions = {}): PodHere {
  return { datasets: datasetCalls(podProgram(config, options)) };
}
