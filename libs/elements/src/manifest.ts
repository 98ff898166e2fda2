import type { z } from 'zod';
import type { Body } from './body.ts';
import type { PrivateMetadata, Sources } from '@podnet/plan';
import type { Release } from '@podnet/policy';

interface ManifestBase {
  name: string;
  /** Whole number; a released `name@version` is never edited, a change is the next version beside it. */
  version: number;
  /** One sentence for lists, help and editors. */
  summary: string;
  /** Strict; every parameter is described, and forms and the editor's JSON Schema are drawn from it. */
  params: z.ZodObject;
}

export interface ProtocolManifest extends ManifestBase {
  kind: 'protocol';
  minPods: number;
  maxPods: number;
  /** Whether pods and modeller exchange frames after the first payload. */
  rounds: boolean;
}

export interface AlgorithmManifest<Params = unknown> extends ManifestBase {
  kind: 'algorithm';
  /** Names of the protocols that carry it. */
  carriedBy: readonly string[];
  takesModel: boolean;
  offersPrivacy: boolean;
  /**
   * What leaves the pod under these parameters. Null: the parameters are not known, as at the hub, which reads no sealed task;
   * then what leaves under any parameters. Pure.
   */
  releases(params: Params | null): readonly Release[];
  /** Columns of the dataset that it reads under these parameters. Pure. */
  reads(params: Params): readonly ColumnNeed[];
  /**
   * Names that it scans beside the task's own dataset under these parameters: other datasets of the pod, each of which needs a grant of its own, or
   * frames that the asker keeps there. Pure.
   */
  scans?(params: Params): readonly string[];
  /**
   * What makes two private tasks the same question, as one text: the answer to one may then be given for the other, with the noise that it has. Not there: every
   * task is another question. Pure. **Throws** why it cannot be answered: by the parameters and what is declared alone.
   */
  question?(params: Params, asked: PrivateQuestion): Question;
  /** A stored answer as one to a question with these heads. Pure. */
  underHeads?(answer: Body, heads: readonly string[]): Body;
  /** All that leaves has noise: it gets exact numbers under contribution bounds, and has no other way to data. */
  answersWithNoise?: true;
}

/** A question by what it asks, and by what it calls the parts of its answer, which makes no other question of it. */
export interface Question {
  text: string;
  heads: readonly string[];
}

/** What a private question is about. */
export interface PrivateQuestion {
  dataset: string;
  /** Tables by name, as they are published. */
  sources: Sources;
  metadata: PrivateMetadata;
  /** What the answer may cost. */
  privacy: { epsilon: number; delta: number };
  /** SHA-256 in base64url, or better. */
  digest(text: string): string;
}

export interface ModelManifest extends ManifestBase {
  kind: 'model';
  learns: 'classification' | 'regression';
}

/** A column that a task needs, the place in the task where it is named, and what would be wrong about it. */
export interface ColumnNeed {
  column: string;
  /** Path in the task file: `algorithm.features[2]`. */
  at: string;
  /** Kinds that serve. */
  kinds: readonly string[];
}

export type Manifest = ProtocolManifest | AlgorithmManifest | ModelManifest;
