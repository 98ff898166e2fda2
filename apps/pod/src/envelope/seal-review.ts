import { limits, sealContext, sealedReview, typ, type SealedReview } from '@podnet/contracts';
import { sealSigned, thumbprint, type PrivateJwk } from '@podnet/envelope';
import { keysOf, type Pins } from '../home/pins.ts';

export interface ReviewCopy {
  /** Thumbprint of the encryption key that opens it. */
  device: string;
  sealed: string;
}

/**
 * What waits, for each device of the custodian that the pod has pinned; others are not its to trust. None when it is larger
 * than the hub carries: then it is decided at the pod.
 */
export async function sealReview(content: SealedReview, { pins, signKey }: { pins: Pick<Pins, 'custodian'>; signKey: PrivateJwk }): Promise<ReviewCopy[]> {
  const payload = sealedReview.parse(content);
  const copies: ReviewCopy[] = [];
  for (const device of pins.custodian.devices) {
    const to = keysOf(device).encryption;
    const sealed = await sealSigned({ signTyp: typ.reviewSigned, sealTyp: typ.review, payload, signKey, to, context: sealContext.review(content.podId, content.reviewId) });
    if (sealed.length > limits.reviewBytes) return [];
    copies.push({ device: await thumbprint(to), sealed });
  }
  return copies;
}
