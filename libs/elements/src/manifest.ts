import type { z } from 'zod';
import type { Release } from '@podnet/policy';

interface ManifestBase {
  name: string;
  /** Whole number; a released `name@version` is never edited, a change is the next version beside it. */
  version: number;
  summary: string;
}

export interface ProtocolManifest extends ManifestBase {
  kind: 'protocol';
  params: z.ZodObject;
  minPods: number;
  maxPods: number;
  /** Whether pods and modeller exchange frames after the first payload. */
  rounds: boolean;
}

export interface AlgorithmManifest extends ManifestBase {
  kind: 'algorithm';
  params: z.ZodObject;
  /** Names of the protocols that carry it. */
  carriedBy: readonly string[];
  takesModel: boolean;
  offersPrivacy: boolean;
  /** What leaves the pod under these parameters. Pure. */
  releases(params: unknown): readonly Release[];
  /** Columns of the dataset that it reads under these parameters. Pure. */
  reads(params: unknown): readonly ColumnNeed[];
}

export interface ModelManifest extends ManifestBase {
  kind: 'model';
  params: z.ZodObject;
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
