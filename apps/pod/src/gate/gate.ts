import { createHash } from 'node:crypto';
import type { PodConfig, PublishedSchema } from '@podnet/contracts';
import { prepareElements } from '@podnet/elements';
import { canonicalJson } from '@podnet/envelope';
import type { Fault, FaultCode } from '@podnet/errors';
import { decide, type Verdict } from '@podnet/policy';
import { costOf, limitOf, pairOf, type Amount } from '@podnet/privacy';
import type { ActivePolicy } from '../catalogue/catalogue.ts';
import type { OpenedAssignment, Stranger } from '../envelope/open-assignment.ts';
import type { Charge, Ledger } from '../store/ledger.ts';
import type { PrivateAnswers } from '../store/private-answers.ts';
import type { RevokedGrants } from '../store/revoked-grants.ts';
import { readQuestion } from './question.ts';
import type { SealedReasons } from './signed-verdict.ts';
import { ceilingOf, factsOf, grantFactsOf, strangerFacts } from './facts.ts';
import { taskChecks, withTaskChecks, type TaskCheck } from './task-checks.ts';

/** What must be written down before a permitted task may compute. */
export type Reservation = Omit<Charge, 'assignmentId'>;

export interface Judgement {
  verdict: Verdict;
  /** Null: nothing is charged. */
  reservation: Reservation | null;
  /** The question of a private task that can be asked again; null: there is none, or the task is not permitted. */
  question: string | null;
  /** What it calls the columns of its answer. */
  heads: readonly string[];
  /** It was answered before: that answer is given again, and nothing is computed. */
  isAnswered: boolean;
  /** Of a mistake in the question: its place is the modeller's to read. */
  reasons?: SealedReasons;
}

export interface GateOptions {
  config: PodConfig;
  podId: string;
  ledger: Pick<Ledger, 'expended' | 'limit'>;
  answers: Pick<PrivateAnswers, 'has'>;
  revokedGrants: Pick<RevokedGrants, 'has'>;
  /** What is published of a dataset; undefined when the pod has none of that name. */
  schemaOf(dataset: string): PublishedSchema | undefined;
  /** The policy of a dataset as it counts now; undefined when the pod has none of that name. */
  policyOf(dataset: string): ActivePolicy | undefined;
  /** What the custodian has declared as the budget of a dataset over all modellers, if anything. */
  budgetOf(dataset: string): { epsilon: number; delta: number } | undefined;
  /** Whether a dataset or a stored frame of this name exists for whoever asks. */
  exists(name: string, asked: OpenedAssignment): boolean;
  now?: () => number;
}

/** A custodian with a new device would otherwise wonder why they have no role on their own pod. */
const unknownDevice: TaskCheck = {
  id: 'custodian.device',
  code: 'policy.no-access',
  passed: false,
  says: 'The hub calls this account the custodian, but the device is not one that the pod has pinned.',
  wouldPass: 'Pin the device at the pod (podnet pod devices add), use one that is pinned, or assign yourself a role on the pod.',
};

/** The pod's own decision, with its own copy of everything. */
export interface Gate {
  /**
   * Synchronous on purpose: between the look at what a grant has expended and the writing of the charge nothing else can come.
   * `assignmentId`: its own reservation, from before a restart, does not count against it.
   */
  judge(opened: OpenedAssignment | Stranger, assignmentId?: string): Judgement;
}

/** What tasks of a custodian on their own pod are charged to: they have no grant, but the dataset may have a budget. */
const custodianGrant = 'custodian';

export async function makeGate({ config, podId, ledger, answers, revokedGrants, schemaOf, policyOf, budgetOf, exists, now = Date.now }: GateOptions): Promise<Gate> {
  // What a task scans is read from its SQL before anybody runs it.
  await prepareElements();
  const ceiling = ceilingOf(config);
  /** Of everything that is applied: the ceiling, and what may be learned from the dataset. */
  const hashOf = (dataset: string): string => {
    const policy = policyOf(dataset);
    return createHash('sha256').update(canonicalJson({ ceiling, minRows: config.ceiling.min_rows, dataset: policy ? dataset : null, policy: policy?.hash ?? null })).digest('base64url');
  };

  /** The budgets that apply, and what of them is expended by everything but this assignment. */
  function budgetsOf(opened: OpenedAssignment, grantId: string | null, assignmentId?: string) {
    const { dataset } = opened.payload;
    const expended = grantId === null ? pairOf({ epsilonMicro: 0, deltaFemto: 0 }) : pairOf(ledger.expended('grant', grantId, assignmentId));
    const ofGrant = grantId === null ? undefined : ledger.limit('grant', grantId);
    const declared = budgetOf(dataset);
    const ofDataset = ledger.limit('dataset', dataset) ?? (declared && limitOf(declared));
    const ofAll = pairOf(ledger.expended('dataset', dataset, assignmentId));
    return {
      expendedEpsilon: expended.epsilon,
      grantBudget: ofGrant ? { ...pairOf(ofGrant), expendedDelta: expended.delta } : null,
      datasetBudget: ofDataset ? { ...pairOf(ofDataset), expendedEpsilon: ofAll.epsilon, expendedDelta: ofAll.delta } : null,
    };
  }

  return {
    judge(opened, assignmentId) {
      const dataset = 'stranger' in opened ? opened.dataset : opened.payload.dataset;
      const options = { config, podId, policyHash: hashOf(dataset), now: now() };
      if ('stranger' in opened) return { verdict: decide(strangerFacts(opened, { ...options, policyHash: '' })), reservation: null, question: null, heads: [], isAnswered: false };
      const grant = grantFactsOf(opened, (grantId) => revokedGrants.has(grantId));
      const { key: question, heads, mistake } = readQuestion(opened, { schemaOf, policyOf, exists });
      const isAnswered = question !== null && answers.has(opened.asker.userId, question);
      const decided = decide({ ...factsOf(opened, grant, options), ...budgetsOf(opened, grant?.grantId ?? null, assignmentId), isAnswered });
      // Who has no role here does not learn which datasets and columns there are, nor can compare guesses of the ceiling with a hash.
      if (decided.role === null) {
        const checks = opened.grant.custodian ? [unknownDevice] : [];
        return { verdict: { ...withTaskChecks(decided, checks), policyHash: '' }, reservation: null, question: null, heads: [], isAnswered: false };
      }
      const { policy } = policyOf(dataset) ?? {};
      const unasked = withTaskChecks(decided, taskChecks(opened.payload, schemaOf(dataset), { podName: config.name, sanitised: policy?.sanitizedColumns ?? [], privacyUnit: policy?.privacyUnit ?? null, exists: (name) => exists(name, opened) }));
      const verdict = mistake === null ? unasked : withTaskChecks(unasked, [mistakeCheck(mistake.code)]);
      if (verdict.decision !== 'permit') return { verdict, reservation: null, question: null, heads: [], isAnswered: false, ...(mistake === null ? {} : { reasons: reasonsOf(verdict, mistake, opened) }) };
      const amount = amountOf(opened);
      const reservation = amount === null || isAnswered ? null : { grantId: grant?.grantId ?? custodianGrant, userId: opened.asker.userId, dataset, amount, question };
      return { verdict, reservation, question, heads, isAnswered };
    },
  };
}

/** Null: the task does not ask for differential privacy. **Throws** `privacy.malformed`, which `decide` has found before. */
const amountOf = ({ payload: { privacy } }: OpenedAssignment): Amount | null => (privacy === null ? null : costOf(privacy));

/** The hub learns that it cannot be answered, and not why: that would tell what is asked. */
const mistakeCheck = (code: FaultCode): TaskCheck => ({ id: 'task.private', code, passed: false, says: 'The question cannot be answered with differential privacy.', wouldPass: 'Correct the question, or have the custodian declare what is missing.' });

function reasonsOf(verdict: Verdict, { message, details: { at, hint } }: Fault, { device, payload }: OpenedAssignment): SealedReasons {
  const says = `${at === undefined ? '' : `${at}: `}${message}`;
  const checks = verdict.checks.map((check) => (check.id === 'task.private' ? { ...check, says, ...(hint === undefined ? {} : { wouldPass: hint }) } : check));
  return { details: { checks, wouldPass: hint === undefined ? verdict.wouldPass : [hint] }, device, podId: payload.podId };
}
