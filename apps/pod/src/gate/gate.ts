import type { PodConfig, PublishedSchema } from '@podnet/contracts';
import { prepareElements } from '@podnet/elements';
import { canonicalJson, sha256Base64url } from '@podnet/envelope';
import { decide, epsilonOfMicro, microCost, type Verdict } from '@podnet/policy';
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

export async function makeGate({ config, podId, ledger, revokedGrants, schemaOf, now = Date.now }: GateOptions): Promise<Gate> {
  // What a task scans is read from its SQL before anybody runs it.
  await prepareElements();
  const hashes = new Map<string, string>();
  const ceiling = ceilingOf(config);
  const hashOf = (dataset: string | null) => sha256Base64url(canonicalJson({ ceiling, minRows: config.ceiling.min_rows, dataset }));
  for (const { name } of config.datasets) hashes.set(name, await hashOf(name));
  const otherwise = await hashOf(null);

  return {
    judge(opened, assignmentId) {
      const dataset = 'stranger' in opened ? opened.dataset : opened.payload.dataset;
      const options = { config, podId, policyHash: hashes.get(dataset) ?? otherwise, now: now() };
      if ('stranger' in opened) return { verdict: decide(strangerFacts(opened, { ...options, policyHash: '' })), reservation: null };
      const grant = grantFactsOf(opened, (grantId) => revokedGrants.has(grantId));
      const expended = grant ? ledger.expended(grant.grantId, assignmentId) : 0;
      const decided = decide({ ...factsOf(opened, grant, options), expendedEpsilon: epsilonOfMicro(expended) });
      // Who has no role here does not learn which datasets and columns there are, nor can compare guesses of the ceiling with a hash.
      if (decided.role === null) {
        const checks = opened.grant.custodian ? [unknownDevice] : [];
        return { verdict: { ...withTaskChecks(decided, checks), policyHash: '' }, reservation: null };
      }
      const verdict = withTaskChecks(decided, taskChecks(opened.payload, schemaOf(dataset), config.name));
      const microEpsilon = microCost(verdict.cost.epsilon);
      const isCharged = verdict.decision === 'permit' && grant !== null && microEpsilon > 0;
      return { verdict, reservation: isCharged ? { grantId: grant.grantId, microEpsilon, delta: verdict.cost.delta } : null };
    },
  };
}
