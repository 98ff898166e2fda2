import { Fault } from '@podnet/errors';
import type { Decision, Review } from '../store/reviews.ts';
import type { Store } from '../store/store.ts';

/**
 * The custodian's word on a query that waits, on record in the same moment.
 * **Throws** `access.not-found`, `access.forbidden` for an approval of one's own query, `conflict.state`, `conflict.stale`.
 */
export function decideReview(store: Pick<Store, 'transaction' | 'reviews' | 'audit'>, custodianId: string, id: string, decision: Decision): Review {
  return store.transaction(() => {
    const asked = store.reviews.find(id);
    if (decision.approve && asked?.userId === custodianId) {
      throw new Fault('access.forbidden', 'Nobody approves a query of their own.', { at: id, hint: 'Change the policy of the dataset, or ask somebody else to ask.' });
    }
    const review = store.reviews.decide(id, decision);
    const { assignmentId, userId, hash, scope, note, decidedBy } = review;
    store.audit.append(decision.approve ? 'review.approved' : 'review.denied', id, { assignmentId, userId, hash, by: decidedBy!, note, ...(decision.approve ? { furtherRuns: scope.runsLeft, until: scope.goodUntil } : {}) });
    return review;
  });
}
