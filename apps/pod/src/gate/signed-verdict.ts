import { sealContext, typ } from '@podnet/contracts';
import { seal, sign, type PrivateJwk, type PublicKeys } from '@podnet/envelope';
import type { Verdict } from '@podnet/policy';
import type { VerdictDetails } from '../query/query-verdict.ts';

/** What a verdict was about. */
export interface VerdictSubject {
  taskId: string | null;
  /** Null: a dry run. */
  assignmentId: string | null;
}

/** Reasons for the modeller's eyes, and the device that asked. */
export interface SealedReasons {
  details: VerdictDetails;
  device: PublicKeys;
  podId: string;
}

/** A verdict as it leaves the pod: signed, and bound to its task, so that it cannot be shown for another one. */
export async function signVerdict(verdict: Verdict, subject: VerdictSubject, key: PrivateJwk, now: number, reasons?: SealedReasons): Promise<string> {
  const details = reasons && (await sealReasons(reasons, subject));
  return sign({ typ: typ.verdict, payload: { ...verdict, ...subject, issuedAt: now, ...(details ? { details } : {}) }, key });
}

/** The signature of the verdict stands over the sealed text too. */
function sealReasons({ details, device, podId }: SealedReasons, { taskId, assignmentId }: VerdictSubject): Promise<string> {
  const plaintext = new TextEncoder().encode(JSON.stringify(details));
  return seal({ typ: typ.verdictDetails, plaintext, to: device.encryption, context: sealContext.verdict(taskId ?? 'none', podId, assignmentId ?? 'none') });
}
