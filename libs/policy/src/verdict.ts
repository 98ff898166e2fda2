import type { FaultCode } from '@podnet/errors';

/** One check of a verdict: what was looked at, and, when it failed, what would pass. */
export interface Check {
  /** Stable name, the file under `checks/`: `role.algorithm`, `ceiling.epsilon` … */
  id: string;
  passed: boolean;
  /** One sentence for a person; names elements, roles and limits, never data. */
  says: string;
  /** One sentence: what would make this check pass. Only on failed checks. */
  wouldPass?: string;
}

/** What a task would cost and what is left. Amounts are decimal numbers of epsilon and delta. */
export interface VerdictCost {
  epsilon: number;
  delta: number;
  /** Epsilon left of the budget before this task; absent when no budget applies. */
  leftBefore?: number;
  leftAfter?: number;
  /** Epsilon left of the budget that all modellers share at the dataset; absent when it has none, or for somebody without a grant. */
  datasetLeftBefore?: number;
  datasetLeftAfter?: number;
}

/** One object for hub, pod, SDK, CLI and audit. Every check is in it, passed or not. */
export interface Verdict {
  decision: 'permit' | 'review' | 'deny';
  /** `permitted` or the code of the gravest failed check. */
  code: 'permitted' | FaultCode;
  /** Who decided: the hub out of courtesy, or the pod, whose word counts. */
  by: 'hub' | 'pod';
  podId: string;
  podName: string;
  dataset: string;
  /** The role that was applied; `custodian` on one's own pod; null without a grant. */
  role: string | null;
  checks: Check[];
  cost: VerdictCost;
  /** The hints of all failed checks, without repetition. */
  wouldPass: string[];
  /** Who can change it, as one sentence. */
  whoCanGrant: string;
  /** Hash of the policy (ceiling and dataset policy) that was applied. */
  policyHash: string;
  /** Version of the decision engine. */
  engine: string;
}

/** The answer for a task over several pods: permitted when every pod permits. */
export interface JointVerdict {
  decision: 'permit' | 'review' | 'deny';
  /** `permitted` or the gravest code of any pod. */
  code: 'permitted' | FaultCode;
  /** One for each pod, in the order of the facts. */
  verdicts: Verdict[];
}
