import { limits, type Mail, type SealedReview, type ShownReview } from '@podnet/contracts';
import { toFault } from '@podnet/errors';
import { openDecision } from '../envelope/open-decision.ts';
import type { Recipient } from '../envelope/open-assignment.ts';
import { sealReview } from '../envelope/seal-review.ts';
import { isAway, type HubLink } from '../hub-link/hub-link.ts';
import type { LocalLog } from '../log/local-log.ts';
import { decideReview } from '../query/decide-review.ts';
import type { Review } from '../store/reviews.ts';
import type { Store } from '../store/store.ts';

export interface ReviewPostOptions {
  store: Store;
  recipient(): Recipient;
  link(): HubLink;
  log: LocalLog;
}

type Decided = Extract<Mail, { kind: 'review-decided' }>['body'];

/** What the hub carries between queries that wait and the custodian's own devices. It reads nothing of it, and decides nothing. */
export class ReviewPost {
  private readonly options: ReviewPostOptions;
  private telling: Promise<void> | undefined;
  private again = false;

  constructor(options: ReviewPostOptions) {
    this.options = options;
  }

  /** Tells the hub what waits and what waits no more. What cannot be told now is told later. */
  tell(): void {
    this.again = true;
    this.telling ??= this.tellAll().finally(() => (this.telling = undefined));
  }

  private async tellAll(): Promise<void> {
    const { store, log } = this.options;
    while (this.again) {
      this.again = false;
      for (const review of store.reviews.untold()) {
        try {
          await (review.state === 'waiting' ? this.upload(review) : this.end(review));
        } catch (error) {
          if (isAway(error)) return;
          log.failure('review.untold', error, { reviewId: review.id });
        }
      }
    }
  }

  private async upload(review: Review): Promise<void> {
    const { store, recipient, link } = this.options;
    const { id, assignmentId, hash, shown, madeAt, deadlineAt, requestId } = review;
    const { podId, keys, pins } = recipient();
    const content: SealedReview = { v: 1, podId, reviewId: id, assignmentId, hash, shown: shown as ShownReview, madeAt, deadlineAt };
    const copies = await sealReview(content, { pins, signKey: keys.signing });
    // At least once: without copies the hub still knows that somebody has to look, at the pod.
    for (let from = 0; from === 0 || from < copies.length; from += limits.copiesPerUpload) {
      await link().call('pod:review', { reviewId: id, assignmentId, deadlineAt, requestId, copies: copies.slice(from, from + limits.copiesPerUpload) }, 60_000);
    }
    // A device that came while it was sealed has no copy of it yet.
    if (recipient().pins === pins) store.reviews.told(id, 'waits');
    else this.again = true;
  }

  private async end({ id, state }: Review): Promise<void> {
    const { store, link } = this.options;
    await link().call('pod:review-ended', { reviewId: id, state: state === 'approved' || state === 'denied' || state === 'expired' ? state : 'ended' });
    store.reviews.told(id, 'end');
  }

  /** A decision that came through the hub: good only with the signature of a device that the pod has pinned. **Throws** when the hub went away before it was told. */
  async decided({ reviewId, decision, devices }: Decided): Promise<void> {
    const { store, recipient, link, log } = this.options;
    const { custodian } = recipient().pins;
    try {
      const waits = store.reviews.find(reviewId);
      const { decision: said, device } = await openDecision({ decision, devices }, { id: reviewId, hash: waits?.hash ?? '', madeAt: waits?.madeAt ?? 0 }, recipient());
      const { scope } = said;
      decideReview(store, custodian.id, reviewId, {
        hash: said.hash, approve: said.decision === 'approve', note: said.note, by: `${custodian.email} (device ${device})`,
        scope: scope && 'until' in scope ? { runsLeft: null, goodUntil: scope.until } : { runsLeft: (scope?.runs ?? 1) - 1, goodUntil: null },
      });
    } catch (error) {
      const { code } = toFault(error);
      log.failure('review.decision-refused', error, { reviewId });
      // What is over is over, perhaps by this very decision, whose mail has come twice: the hub is told of the end.
      if (code === 'conflict.state' && store.reviews.find(reviewId)?.state !== 'waiting') return this.tell();
      await link().call('pod:decision-refused', { reviewId, code });
    }
    this.tell();
  }
}
