import { limits, reviewDecision, sealContext, typ, type ReviewDecision } from '@podnet/contracts';
import { openSealedSigned } from '@podnet/envelope';
import { Fault } from '@podnet/errors';
import { wellFormed, type Recipient } from './open-assignment.ts';

/** A decision by a device that the pod has pinned, about exactly what waits. */
export interface OpenedDecision {
  decision: ReviewDecision;
  /** Thumbprint of the device's signing key: for the record. */
  device: string;
}

/**
 * Opens a decision that came through the hub. That the hub calls somebody custodian is worth nothing: the signature must be of a device
 * that the pod has pinned; the hub can only narrow these, to `devices`, when one was revoked. Whether the review still waits is for the store to say: a decision is taken once.
 * **Throws** `envelope.*`; `conflict.stale` when it is about something else than what waits.
 */
export async function openDecision({ decision: jwe, devices }: { decision: string; devices: readonly string[] }, waits: { id: string; hash: string; madeAt: number }, { podId, keys, pinned, now }: Recipient): Promise<OpenedDecision> {
  const { payload, body, kid } = await openSealedSigned(jwe, {
    signTyp: typ.reviewDecisionSigned,
    sealTyp: typ.reviewDecision,
    keys: (asked) => (devices.includes(asked) ? pinned.custodian.get(asked) : undefined),
    key: keys.encryption,
    context: sealContext.reviewDecision(podId, waits.id),
    maxBytes: limits.decisionBytes,
  });
  if (body) throw new Fault('envelope.malformed', 'The decision carries more than it should.', { at: 'decision' });
  const decision = wellFormed(reviewDecision, payload);
  if (decision.podId !== podId || decision.reviewId !== waits.id) throw new Fault('envelope.tampered', 'The decision speaks of another review.', { at: 'decision' });
  if (decision.decidedAt > now + limits.clockLeewayMs || decision.decidedAt < waits.madeAt - limits.clockLeewayMs) throw new Fault('envelope.expired', 'The decision was not made while the review waits.', { at: 'decision.decidedAt' });
  if (decision.hash !== waits.hash) throw new Fault('conflict.stale', 'The decision is about something else than what waits.', { at: 'decision.hash' });
  return { decision, device: kid };
}
