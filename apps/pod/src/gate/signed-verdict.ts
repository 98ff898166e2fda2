import { typ } from '@podnet/contracts';
import { sign, type PrivateJwk } from '@podnet/envelope';
import type { Verdict } from '@podnet/policy';

/** What a verdict was about. */
export interface VerdictSubject {
  taskId: string | null;
  /** Null: a dry run. */
  assignmentId: string | null;
}

/** A verdict as it leaves the pod: signed, and bound to its task, so that it cannot be shown for another one. */
export async function signVerdict(verdict: Verdict, subject: VerdictSubject, key: PrivateJwk, now: number): Promise<string> {
  return sign({ typ: typ.verdict, payload: { ...verdict, ...subject, issuedAt: now }, key });
}
