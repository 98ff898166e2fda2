import { memoryBytes, type DatasetConfig } from '@podnet/contracts';
import type { PodFile } from '../config/pod-file.ts';
import type { LocalLog } from '../log/local-log.ts';
import { readableOf, type Place } from '../snapshots/settled.ts';
import { RunnerPool } from './runner-pool.ts';

/** The runners that a `pod.yaml` asks for. */
export function poolOf(file: PodFile, log: LocalLog): RunnerPool {
  const { runner, datasets } = file.config;
  return new RunnerPool({ concurrency: runner.concurrency, memoryBytes: memoryBytes(runner.memory), files: filesOf(datasets, file), log });
}

/** Files and folders that runners may read. */
export const filesOf = (datasets: readonly DatasetConfig[], place: Place): string[] => datasets.flatMap((dataset) => readableOf(dataset, place));
