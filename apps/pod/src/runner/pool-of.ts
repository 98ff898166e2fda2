import { resolve } from 'node:path';
import { memoryBytes } from '@podnet/contracts';
import type { PodFile } from '../config/pod-file.ts';
import type { LocalLog } from '../log/local-log.ts';
import { RunnerPool } from './runner-pool.ts';

/** The runners that a `pod.yaml` asks for. */
export function poolOf({ config, baseDir }: PodFile, log: LocalLog): RunnerPool {
  const files = config.datasets.map(({ source }) => resolve(baseDir, 'csv' in source ? source.csv : source.parquet));
  return new RunnerPool({ concurrency: config.runner.concurrency, memoryBytes: memoryBytes(config.runner.memory), files, log });
}
