import type { DatasetConfig, PublishedColumn } from '@podnet/contracts';
import type { Body, ElementAsk, PodOutput } from '@podnet/elements';
import type { Inspection } from '@podnet/engine';

/** Everything that a runner gets to know of one assignment: no ids, no keys, no names of people. */
export interface RunnerWork {
  dataset: DatasetConfig;
  baseDir: string;
  /** Names the state of the file; data that was read for it can be used again. */
  fingerprint: string;
  schema: readonly PublishedColumn[];
  minRows: number;
  protocol: ElementAsk;
  algorithm: ElementAsk;
  model: ElementAsk | null;
  privacy: { epsilon: number; delta: number } | null;
  podIndex: number;
  podCount: number;
}

/** Agent to runner. `job` counts what this runner was asked; each is answered once. */
export type ToRunner =
  | { type: 'inspect'; job: number; dataset: DatasetConfig; baseDir: string }
  | { type: 'open'; job: number; work: RunnerWork; resumed: boolean }
  | { type: 'frame'; job: number; step: number; body: Body }
  | { type: 'close' };

/** Runner to agent. Of a fault only the code may travel on; `log` is for the custodian's own log. */
export type FromRunner =
  | { type: 'ready' }
  | { type: 'inspected'; job: number; inspection: Inspection }
  | { type: 'outputs'; job: number; outputs: PodOutput[] }
  | { type: 'fault'; job: number; code: string; says: string; at?: string; hint?: string; log: string };
