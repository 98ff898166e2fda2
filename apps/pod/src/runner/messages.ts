import type { DatasetConfig, PublishedColumn } from '@podnet/contracts';
import type { Body, ElementAsk, PodOutput, QueryAsk } from '@podnet/elements';
import type { Inspection } from '@podnet/engine';
import type { Analysis } from '@podnet/plan';
import type { FramesDone, KeptPlan, QueryRecord } from '../query/query-record.ts';
import type { QueryContext } from './query-context.ts';

/** Everything that a runner gets to know of one assignment: no ids, no keys, no names of people. */
export interface RunnerWork {
  dataset: DatasetConfig;
  baseDir: string;
  /** Names the state of the file; data that was read for it can be used again. */
  fingerprint: string;
  schema: readonly PublishedColumn[];
  /** The column that names whom rows are about; null: every row is about somebody of its own. */
  privacyUnit: string | null;
  minRows: number;
  protocol: ElementAsk;
  algorithm: ElementAsk;
  model: ElementAsk | null;
  privacy: { epsilon: number; delta: number } | null;
  podIndex: number;
  podCount: number;
  /** Null: the algorithm may not ask by plans. */
  query: QueryContext | null;
}

export type Judged = { work: RunnerWork & { query: QueryContext } } | { context: QueryContext; ask: QueryAsk; baseDir: string };

/** Agent to runner. `job` counts what this runner was asked; each is answered once. */
export type ToRunner =
  | { type: 'inspect'; job: number; dataset: DatasetConfig; baseDir: string }
  | { type: 'open'; job: number; work: RunnerWork; resumed: boolean }
  /** What the policies say to the query of an assignment before anything is counted, or to one of the past as counted now. */
  | { type: 'judge'; job: number; of: Judged }
  | { type: 'frame'; job: number; step: number; body: Body }
  | { type: 'close' };

/**
 * Runner to agent. Of a fault only the code may travel on; `log` is for the custodian's own log. `query`: what the agent has to know of the query
 * that the assignment has asked; `isUnread`: it could not even be read, and the sentence is about what the modeller wrote. `known`: it has asked a question that the agent has an answer for, and nothing was run.
 */
export type FromRunner =
  | { type: 'ready' }
  | { type: 'inspected'; job: number; inspection: Inspection }
  | { type: 'outputs'; job: number; outputs: PodOutput[]; query?: QueryRecord; kept?: KeptPlan; frames?: FramesDone }
  /** Null: it asks nothing that a policy could judge, as when a frame is kept, listed or deleted. */
  | { type: 'judged'; job: number; query: QueryRecord | null }
  | { type: 'known'; job: number; query: QueryRecord; analysis: Analysis }
  | { type: 'fault'; job: number; code: string; says: string; at?: string; hint?: string; log: string; query?: QueryRecord; isUnread?: boolean };
