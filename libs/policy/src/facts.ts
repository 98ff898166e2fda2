import type { Release } from './release.ts';
import type { RoleName } from './roles.ts';

export type { Release };

/** What `decide` must know of an element, taken from its manifest by the caller. */
export interface ElementFacts {
  name: string;
  version: number;
  /** Installed elements ship with the pod; custom ones are brought by the modeller. */
  origin: 'installed' | 'custom';
  /** Only for custom models: `owner/name@version` and the hash of its content. */
  reference?: string;
  hash?: string;
}

export interface AlgorithmFacts extends ElementFacts {
  /** Names of the protocols that carry it. */
  carriedBy: readonly string[];
  takesModel: boolean;
  /** Whether this version can run with differential privacy. */
  offersPrivacy: boolean;
  /** What this task lets leave the pod, given its parameters. */
  releases: readonly Release[];
}

/** The triple as it was asked for. `null`: the pod (or hub) has no element of that name and version. */
export interface TripleFacts {
  protocol: { asked: string; found: ElementFacts | null };
  algorithm: { asked: string; found: AlgorithmFacts | null };
  /** Null when the task names no model. */
  model: { asked: string; found: ElementFacts | null } | null;
}

export interface GrantFacts {
  grantId: string;
  role: RoleName;
  /** Null: every dataset of the pod. */
  dataset: string | null;
  startsAt: number;
  /** Null: no end. */
  endsAt: number | null;
  revoked: boolean;
  /** Custom models allowed beyond the role, by reference and hash. */
  extraModels: readonly { reference: string; hash: string }[];
  /** Elements allowed beyond the role, by name. */
  extraElements: readonly string[];
  /** A smaller budget of epsilon than the role's. With it, every task under the grant must be differentially private. */
  epsilonLimit: number | null;
}

/** What the custodian narrows locally in `pod.yaml`; the hub cannot widen it. Absent means not narrowed. */
export interface Ceiling {
  /** The strongest role that counts on this pod; a stronger grant acts as this one. */
  role?: RoleName;
  /** Only these elements, when given: installed ones as `name` or `name@version`, custom ones by their hash. */
  allowElements?: readonly string[];
  /** Never these: `name`, `name@version`, a custom model's reference (with or without version) or hash. */
  denyElements?: readonly string[];
  /** Greatest epsilon of one task; a task without differential privacy has none and is denied. */
  epsilon?: number;
  /** Only these modellers, by user id, e-mail (exactly as the account has it) or device fingerprint, when given. */
  modellers?: readonly string[];
  /** Greatest delta of one task. */
  delta?: number;
  /** Least number of pods in a task. */
  minPods?: number;
  differentialPrivacy?: 'required';
  secureAggregation?: 'required';
}

export interface Facts {
  by: 'hub' | 'pod';
  /** Milliseconds since the epoch. */
  now: number;
  pod: { podId: string; name: string; ceiling: Ceiling };
  dataset: string;
  asker: {
    userId: string;
    email: string;
    fingerprints: readonly string[];
    /** The pod's own custodian counts as Super Modeller on it. */
    isCustodian: boolean;
  };
  grant: GrantFacts | null;
  triple: TripleFacts;
  /** Exactly as asked; anything that is not two finite positive numbers is refused before any comparison. */
  privacy: { epsilon: unknown; delta: unknown } | null;
  /** Sum of `cost.epsilon` of all charges of this grant on this pod so far; the hub, which does not know, passes 0. */
  expendedEpsilon: number;
  /** What the custodian has set for this grant in the place of the role's and the grant's own budget, and the delta expended under it. Absent: nothing. */
  grantBudget?: { epsilon: number; delta: number; expendedDelta: number } | null;
  /** The budget of the dataset over all modellers, and what of it is expended. Absent: none. */
  datasetBudget?: { epsilon: number; delta: number; expendedEpsilon: number; expendedDelta: number } | null;
  /** The very question has a stored answer: it is given again, and nothing new is told. Absent: no. */
  isAnswered?: boolean;
  pods: { count: number };
  secureAggregation: boolean;
  policyHash: string;
}
