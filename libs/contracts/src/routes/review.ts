import { z } from 'zod';
import { roleNames } from '@podnet/policy';
import { id } from '../id.ts';
import { limits } from '../limits.ts';
import { requestState, requestWhat, reviewId, reviewState } from '../review.ts';
import { compactToken, digest, instant, line, slug } from '../text.ts';
import { route } from './route.ts';

const who = z.strictObject({ id: id('account'), name: line(200), email: line(254) });
const pod = z.strictObject({ id: id('pod'), name: slug });
const byReview = z.strictObject({ id: reviewId });
const byRequest = z.strictObject({ id: id('request') });

/** What the hub knows of a query that waits for a custodian: who, where, until when; nothing of the query. */
export const review = z.strictObject({
  id: reviewId,
  pod,
  requester: who,
  dataset: slug,
  taskId: id('task'),
  assignmentId: id('assignment'),
  state: reviewState,
  /** The request that led to it. */
  requestId: id('request').nullable(),
  /** Why the pod has not taken the last decision. */
  refusedCode: line(100).nullable(),
  createdAt: instant,
  deadlineAt: instant,
  endedAt: instant.nullable(),
});
export type Review = z.infer<typeof review>;

export const request = z.strictObject({
  id: id('request'),
  pod,
  requester: who,
  dataset: slug.nullable(),
  what: requestWhat,
  /** Null for a query, whose reason is sealed to the pod. */
  reason: line(500).nullable(),
  state: requestState,
  /** Of a query: the review that is to be decided. */
  reviewId: reviewId.nullable(),
  decidedBy: who.nullable(),
  note: line(1_000).nullable(),
  /** Of a role or an extra: the grant that came of it. */
  grantId: id('grant').nullable(),
  createdAt: instant,
  expiresAt: instant,
  endedAt: instant.nullable(),
});
export type AccessRequest = z.infer<typeof request>;

export const reviewRoutes = {
  listReviews: route({ method: 'GET', path: '/reviews', access: 'account', tag: 'reviews', summary: 'Queries that wait for the caller as custodian, oldest first; with `state: all` also those that are over', query: z.strictObject({ podId: id('pod').optional(), state: z.enum(['open', 'all']).default('open') }), answer: z.strictObject({ reviews: z.array(review) }) }),
  showReview: route({ method: 'GET', path: '/reviews/:id', access: 'account', tag: 'reviews', summary: 'One of them, with its content sealed to the device with this thumbprint; 404 for everybody but the custodian', params: byReview, query: z.strictObject({ device: digest.optional() }), answer: review.extend({ sealed: z.string().nullable() }) }),
  decideReview: route({ method: 'POST', path: '/reviews/:id/decision', access: 'account', tag: 'reviews', summary: 'The custodian’s decision, signed by a device and sealed to the pod, which alone can judge it', params: byReview, body: z.strictObject({ decision: compactToken(limits.decisionBytes) }), answer: review, status: 200 }),
};

export const requestRoutes = {
  makeRequest: route({
    method: 'POST', path: '/requests', access: 'account', tag: 'requests', summary: 'Ask the custodian of a pod for a role, for something beyond it, or for the answer to a denied query. Asking again answers the request that is open',
    body: z.strictObject({ podId: id('pod'), dataset: slug.nullable().default(null), what: requestWhat, reason: line(500).nullable() }),
    answer: request, status: 201,
  }),
  listRequests: route({ method: 'GET', path: '/requests', access: 'account', tag: 'requests', summary: 'Requests that the caller made or may decide, newest first', query: z.strictObject({ podId: id('pod').optional(), state: z.enum(['open', 'all']).default('open') }), answer: z.strictObject({ requests: z.array(request) }) }),
  showRequest: route({ method: 'GET', path: '/requests/:id', access: 'account', tag: 'requests', summary: 'One request', params: byRequest, answer: request }),
  decideRequest: route({
    method: 'POST', path: '/requests/:id/decision', access: 'account', tag: 'requests', summary: 'Approve or deny a role or an extra (the pod’s custodian or an admin, never for themselves). A query is decided by its review',
    params: byRequest,
    body: z.strictObject({ decision: z.enum(['approve', 'deny']), note: line(1_000).nullable().default(null), /** Instead of the role that was asked for. */ role: z.enum(roleNames).optional(), endsAt: instant.nullable().optional() }),
    answer: request, status: 200,
  }),
  withdrawRequest: route({ method: 'DELETE', path: '/requests/:id', access: 'account', tag: 'requests', summary: 'The caller needs it no more', params: byRequest, answer: request, status: 200 }),
};
