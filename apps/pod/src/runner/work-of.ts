import type { TaskPayload } from '@podnet/contracts';
import type { Served } from '../agent/publisher.ts';
import type { PodFile } from '../config/pod-file.ts';
import type { RunnerWork } from './messages.ts';

/** What a runner gets to know of an assignment, but what a query may ask. */
export function workOf(payload: TaskPayload, { dataset, fingerprint, schema, privacyUnit }: Served, { baseDir, config }: PodFile): Omit<RunnerWork, 'query'> {
  const { protocol, algorithm, model, privacy, podIndex, podCount } = payload;
  return { dataset, fingerprint, baseDir, schema: schema.columns, privacyUnit, minRows: config.ceiling.min_rows, protocol, algorithm, model, privacy, podIndex, podCount };
}
