import { randomBytes } from 'node:crypto';
import { sealContext, typ } from '@podnet/contracts';
import { publicHalf, sealSigned, thumbprint, type KeyPair } from '@podnet/envelope';
import type { FakePod } from './fake-pod.ts';

export const makeReviewId = (): string => `rev_${randomBytes(10).toString('hex')}`;

/** What a pod shows of a query that waits: words that must not be anywhere at the hub. */
export const secretSentence = 'From penguins, keep the heaviest bird.';

/** Copies of a review, each for one device. */
export async function copiesFor(pod: Pick<FakePod, 'id' | 'keys'>, reviewId: string, devices: readonly KeyPair[]): Promise<{ device: string; sealed: string }[]> {
  return Promise.all(devices.map(async (device) => {
    const to = publicHalf(device).encryption;
    const sealed = await sealSigned({ signTyp: typ.reviewSigned, sealTyp: typ.review, payload: { shown: { sentence: secretSentence } }, signKey: pod.keys.signing, to, context: sealContext.review(pod.id, reviewId) });
    return { device: await thumbprint(to), sealed };
  }));
}

/** Tells the hub that a query waits. */
export async function openReview(pod: FakePod, assignmentId: string, { reviewId = makeReviewId(), devices = [] as readonly KeyPair[], deadlineAt = Date.now() + 600_000, requestId = null as string | null } = {}): Promise<string> {
  await pod.call('pod:review', { reviewId, assignmentId, deadlineAt, requestId, copies: await copiesFor(pod, reviewId, devices) });
  return reviewId;
}

/** A custodian's decision, sealed to the pod. */
export const decisionFor = (pod: Pick<FakePod, 'id' | 'keys'>, reviewId: string, by: KeyPair, { to = pod.keys, decision = 'approve' } = {}): Promise<string> =>
  sealSigned({
    signTyp: typ.reviewDecisionSigned, sealTyp: typ.reviewDecision, signKey: by.signing, to: publicHalf(to).encryption, context: sealContext.reviewDecision(pod.id, reviewId),
    payload: { v: 1, podId: pod.id, reviewId, hash: 'h'.repeat(43), decision, note: 'a secret note', scope: decision === 'approve' ? { runs: 1 } : null, decidedAt: Date.now() },
  });
