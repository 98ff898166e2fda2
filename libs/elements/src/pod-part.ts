import type { Split, SplitPercentages, Table } from '@podnet/learning';
import type { PrivateAsk, PrivateCounts, PrivateMetadata, Sources } from '@podnet/plan';
import type { BitSource } from '@podnet/privacy';
import type { Body } from './body.ts';
import type { TaskModel } from './model-part.ts';
import type { Answer, FrameShelf, KeepAsk, KeptFrame, QueryAsk } from './query/answer.ts';

/** A column as the pod published it. */
export interface SchemaColumn {
  name: string;
  kind: string;
  /** Values of a category. Their order means nothing: layouts are made from the canonical order. */
  domain?: readonly string[];
  /** Whether a domain was declared by the custodian, or collected from the rows; differential privacy takes only what is declared. */
  domainSource?: 'declared' | 'observed';
  /** Of a number: declared without looking at the rows. What lies beyond counts as the nearer bound where privacy is asked for. */
  bounds?: { lower: number; upper: number; granularity: number };
  /** Of a date: its values have a time of day. */
  times?: boolean;
}

/** All that an element's pod part can see of the data: published columns of one dataset, and answers to plans that its policy lets go. Lives in the runner. */
export interface DataContext {
  /** Name of the task's dataset at this pod. */
  dataset: string;
  schema: readonly SchemaColumn[];
  /** Reads columns. **Shape** (all rows) each. **Throws** `schema.unknown-column`. */
  table(columns: readonly string[]): Table;
  split: Split;
  /**
   * The shares that `split` was shuffled by; null when each row says by a column where it belongs. Differential privacy needs it, for there
   * one row more may move no other one.
   */
  shares?: SplitPercentages | null;
  /** The column that names whom rows are about; null when every row is about somebody of its own. */
  privacyUnit?: string | null;
  /** Fewer rows than this, and nothing may be computed: `policy.too-few-rows`. */
  minRows: number;
  /** What a plan of this task may scan, by names that can be listed: datasets that were permitted, and frames that the asker keeps here. */
  sources?: Sources;
  /**
   * Runs a plan and judges it by the policies of all datasets under it. What comes back may be released as it is, or waits for a review; a plan
   * that is refused **throws** `policy.denied`, with the judgement kept by the one who made this context. **Throws** `plan.*`, `schema.*`, `usage.*`.
   */
  query?(ask: QueryAsk): Answer;
  /** What is declared of the datasets of `sources` for answers with noise. */
  metadata?: PrivateMetadata;
  /**
   * Counts and sums under contribution bounds. The numbers are exact: nothing of them may leave without noise. Only for algorithms that say that all they tell
   * has some. **Throws** codes that follow from what is asked and declared.
   */
  aggregate?(ask: PrivateAsk): PrivateCounts;
  /** Keeps a plan at the pod under a name, private to the asker. Reads no data. **Throws** as `query`, `conflict.exists` for the name of a dataset. */
  keep?(ask: KeepAsk): KeptFrame;
  /** Frames that the asker keeps here. */
  frames?: FrameShelf;
}

export interface ElementAsk {
  name: string;
  version: number;
  params: unknown;
}

/** One assignment as the runner sees it: permitted, and with its data at hand. */
export interface PodWork {
  protocol: ElementAsk;
  algorithm: ElementAsk;
  model: ElementAsk | null;
  privacy: { epsilon: number; delta: number } | null;
  podIndex: number;
  podCount: number;
  data: DataContext;
  /** Where noise and coins come from: a source that nobody can seed, outside simulations. */
  bits: BitSource;
  /** An earlier session of this assignment may have answered something. */
  resumed?: boolean;
}

/** What a pod's part gives back to its shell. */
export type PodOutput = { type: 'reply'; step: number; body: Body } | { type: 'finish'; body: Body } | { type: 'progress'; done: number; of: number };

/**
 * The pod's side of a protocol over one assignment. A step is a pure function of its frame, the work and the data:
 * asked twice, it answers the same, so a lost answer costs time and nothing else.
 */
export interface PodSession {
  start(): PodOutput[];
  /** No output: the frame cannot be answered yet, or says nothing new; its sender repeats it when it matters. */
  frame(step: number, body: Body): PodOutput[];
}

/** The data-bound side of an algorithm: named operations that a protocol calls. Operations and their bodies are the algorithm's own. */
export interface AlgorithmSession {
  call(operation: string, input: Body): Body;
}

/** What an algorithm's pod part works with: parameters and model are parsed, the protocol is not its business. */
export interface AlgorithmWork<Params = unknown> {
  params: Params;
  model: TaskModel | null;
  podIndex: number;
  podCount: number;
  data: DataContext;
  /** Null: no differential privacy. Otherwise what the whole session may spend. */
  privacy: { epsilon: number; delta: number } | null;
  bits: BitSource;
  /** What the protocol will ask at most. */
  calls: readonly PlannedCall[];
}

/** How often a protocol calls an operation at most, with the part of its input that is known before the start. */
export interface PlannedCall {
  operation: string;
  times: number;
  input: unknown;
}

export interface AlgorithmPodPart<Params = unknown> {
  open(work: AlgorithmWork<Params>): AlgorithmSession;
}

export interface ProtocolPodPart<Params = unknown> {
  /** All calls of a session, fixed by the parameters: a budget is split over them before the first. Pure. */
  calls(params: Params): readonly PlannedCall[];
  open(params: Params, algorithm: AlgorithmSession): PodSession;
}
