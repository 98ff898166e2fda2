import type { ClaimedAssignment } from '@podnet/contracts';
import { findAlgorithm, type Body } from '@podnet/elements';
import { unpackBody } from '@podnet/envelope';
import { Fault } from '@podnet/errors';
import type { Verdict } from '@podnet/policy';
import { openAssignment, type OpenedAssignment, type Stranger } from '../envelope/open-assignment.ts';
import type { Judgement } from '../gate/gate.ts';
import type { SealedReasons } from '../gate/signed-verdict.ts';
import type { Review } from '../store/reviews.ts';
import type { Store } from '../store/store.ts';
import type { Workshop } from './workshop.ts';

/** What was decided about a claimed assignment, on record with its charge before anything of it is computed. */
export interface Admitted {
  opened: OpenedAssignment | Stranger;
  verdict: Verdict;
  /** For the eyes of the device that asked. */
  reasons: SealedReasons | undefined;
  /** Of a private task that can be asked again. */
  question: string | null;
  /** The answer that its question has already. */
  answered: Body | undefined;
  /** Runs that were begun before this admission, in this life of the pod or an earlier one. */
  startsBefore: number;
}

export interface AdmissionOptions {
  id: string;
  /** It computes already: its papers are only read again. */
  isRunning(): boolean;
  isStopped(): boolean;
}

export const isStranger = (opened: OpenedAssignment | Stranger): opened is Stranger => 'stranger' in opened;

/** From before a restart: what was asked and shown need not be computed again. */
export function pendingReview({ reviews }: Pick<Store, 'reviews'>, id: string): Review | undefined {
  const review = reviews.ofAssignment(id);
  return review && ['waiting', 'approved', 'denied'].includes(review.state) ? review : undefined;
}

/**
 * Opens, judges and puts on record: in one transaction, so that nothing computes that was not written down.
 * **Throws** as `openAssignment`, `envelope.tampered`, `envelope.replayed`, `task.cancelled`, `conflict.state` for a charge that was made otherwise.
 */
export async function admit(claimed: ClaimedAssignment, { store, gate, recipient, publisher }: Workshop, { id, isRunning, isStopped }: AdmissionOptions): Promise<Admitted> {
  // What is judged must be what is served: a file may have changed since it was published.
  const [opened] = await Promise.all([openAssignment(claimed, recipient()), publisher.refresh()]);
  if (isStopped()) throw new Fault('task.cancelled');
  return store.transaction(() => {
    store.assignments.claim(id, claimed.epoch);
    if (!isStranger(opened)) bind(store, id, opened);
    const judged = gate.judge(opened, id);
    const startsBefore = store.assignments.find(id)?.starts ?? 0;
    record(store, id, judged, opened);
    if (judged.verdict.decision === 'permit' && !isRunning() && !pendingReview(store, id)) store.assignments.countStart(id);
    return { opened, verdict: judged.verdict, reasons: judged.reasons, question: judged.question, answered: isStranger(opened) ? undefined : answeredBefore(store, judged, opened), startsBefore };
  });
}

function bind({ assignments, seenTasks }: Store, id: string, { manifest, grant, hash }: OpenedAssignment): void {
  const known = assignments.find(id)?.manifestHash;
  if (known && known !== hash) throw new Fault('envelope.tampered', 'This assignment came with another task before.');
  if (!seenTasks.take(manifest.taskId, id, manifest.expiresAt)) throw new Fault('envelope.replayed', 'This task came with another assignment before.');
  assignments.bind(id, { taskId: manifest.taskId, grantId: grant.grantId, manifestHash: hash });
}

function record({ audit, ledger }: Store, id: string, { verdict, reservation }: Judgement, opened: OpenedAssignment | Stranger): void {
  if (reservation) ledger.reserve({ ...reservation, assignmentId: id });
  const facts = isStranger(opened) ? { userId: opened.userId, taskId: null } : { userId: opened.manifest.userId, taskId: opened.manifest.taskId };
  const failed = verdict.checks.filter((check) => !check.passed).map((check) => check.id);
  audit.append('assignment.decided', id, { ...facts, dataset: verdict.dataset, role: verdict.role, decision: verdict.decision, code: verdict.code, failed, epsilon: verdict.cost.epsilon, delta: verdict.cost.delta });
}

/** The stored answer to the same question, with the names that this one has for its columns. */
function answeredBefore({ privateAnswers }: Store, { isAnswered, question, heads }: Judgement, { payload: { algorithm }, asker }: OpenedAssignment): Body | undefined {
  const stored = isAnswered ? privateAnswers.find(asker.userId, question!) : undefined;
  if (!stored) return undefined;
  const answer = unpackBody(stored) as Body;
  return findAlgorithm(algorithm.name, algorithm.version)?.underHeads?.(answer, heads) ?? answer;
}
