import { createHash } from 'node:crypto';
import type { PodConfig, PublishedSchema } from '@podnet/contracts';
import { prepareElements } from '@podnet/elements';
import { canonicalJson } from '@podnet/envelope';
import { decide, epsilonOfMicro, microCost, type Verdict } from '@podnet/policy';
import type { ActivePolicy } from '../catalogue/catalogue.ts';
import type { OpenedAssignment, Stranger } from '../envelope/open-assignment.ts';
import type { Ledger } from '../store/ledger.ts';
import type { RevokedGrants } from '../store/revoked-grants.ts';
import { ceilingOf, factsOf, grantFactsOf, strangerFacts } from './facts.ts';
import { taskChecks, withTaskChecks, type TaskCheck } from './task-checks.ts';

/** What must be written down before a permitted task may compute. */
export interface Reservation {
  grantId: string;
  microEpsilon: number;
  delta: number;
}

export interface Judgement {
  verdict: Verdict;
  /** Null: nothing is charged. */
  reservation: Reservation | null;
}

export interface GateOptions {
  config: PodConfig;
  podId: string;
  ledger: Pick<Ledger, 'expended'>;
  revokedGrants: Pick<RevokedGrants, 'has'>;
  /** What is published of a dataset; undefined when the pod has none of that name. */
  schemaOf(dataset: string): PublishedSchema | undefined;
  /** The policy of a dataset as it counts now; undefined when the pod has none of that name. */
  policyOf(dataset: string): ActivePolicy | undefined;
  /** Whether a dataset or a stored frame of this name exists for whoever asks. */
  exists(name: string, asked: OpenedAssignment): boolean;
  now?: () => number;
}

/** A custodian with a new device would otherwise wonder why they have no role on their own pod. */
const unknownDevice: TaskCheck = {
  id: 'custodian.device',
  code: 'policy.no-access',
  passed: false,
  says: 'The hub calls this account the custodian, but the device is not one that was shown when the pod joined.',
  wouldPass: 'Use a device that was registered before the pod joined, or assign yourself a role on the pod.',
};

/** The pod's own decision, with its own copy of everything. */
export interface Gate {
  /**
   * Synchronous on purpose: between the look at what a grant has expended and the writing of the charge nothing else can come.
   * `assignmentId`: its own reservation, from before a restart, does not count against it.
   */
  judge(opened: OpenedAssignment | Stranger, assignmentId?: string): Judgement;
}

export async function makeGate({ config, podId, ledger, revokedGrants, schemaOf, policyOf, exists, now = Date.now }: GateOptions): Promise<Gate> {
  // What a task scans is read from its SQL before anybody runs it.
  await prepareElements();
  const ceiling = ceilingOf(config);
  /** Of everything that is applied: the ceiling, and what may be learned from the dataset. */
  const hashOf = (dataset: string): string => {
    const policy = policyOf(dataset);
    return createHash('sha256').update(canonicalJson({ ceiling, minRows: config.ceiling.min_rows, dataset: policy ? dataset : null, policy: policy?.hash ?? null })).digest('base64url');
  };

  return {
    judge(opened, assignmentId) {
      const dataset = 'stranger' in opened ? opened.dataset : opened.payload.dataset;
      const options = { config, podId, policyHash: hashOf(dataset), now: now() };
      if ('stranger' in opened) return { verdict: decide(strangerFacts(opened, { ...options, policyHash: '' })), reservation: null };
      const grant = grantFactsOf(opened, (grantId) => revokedGrants.has(grantId));
      const expended = grant ? ledger.expended(grant.grantId, assignmentId) : 0;
      const decided = decide({ ...factsOf(opened, grant, options), expendedEpsilon: epsilonOfMicro(expended) });
      // Who has no role here does not learn which datasets and columns there are, nor can compare guesses of the ceiling with a hash.
      if (decided.role === null) {
        const checks = opened.grant.custodian ? [unknownDevice] : [];
        return { verdict: { ...withTaskChecks(decided, checks), policyHash: '' }, reservation: null };
      }
      const { policy } = policyOf(dataset) ?? {};
      const verdict = withTaskChecks(decided, taskChecks(opened.payload, schemaOf(dataset), { podName: config.name, sanitised: policy?.sanitizedColumns ?? [], exists: (name) => exists(name, opened) }));
      const microEpsilon = microCost(verdict.cost.epsilon);
      const isCharged = verdict.decision === 'permit' && grant !== null && microEpsilon > 0;
      return { verdict, reservation: isCharged ? { grantId: grant.grantId, microEpsilon, delta: verdict.cost.delta } : null };
    },
  };
}
