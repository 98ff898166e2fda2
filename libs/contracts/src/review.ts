import { roleNames } from '@podnet/policy';
import { z } from 'zod';
import { id } from './id.ts';
import { columnName, digest, line, slug } from './text.ts';

const millis = z.number().int().nonnegative();
const count = z.number().int().nonnegative();

/** A pod names its reviews itself: `rev_` and what sorts by time. */
export const reviewId = z.string().regex(/^rev_[0-9a-z]{10,40}$/, 'must be an id like rev_…');

/** Text over several lines; what could repaint a terminal is not in it. */
const lines = (max: number) =>
  z
    .string()
    .max(max)
    // eslint-disable-next-line no-control-regex -- the very characters that are refused
    .regex(/^[^\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]*$/u, 'must not contain control or invisible characters');

const place = z.strictObject({ dataset: slug, column: columnName });
const units = z.strictObject({ units: count, atLeast: z.boolean() });
const json = z.unknown();

/**
 * What a custodian sees of a query that waits. All of it is under the hash that an approval binds to; the pod makes both.
 * `requester`, `plan`, `sources` with the versions of data and policies are what the query is; the rest is what it would tell.
 */
export const shownReview = z.strictObject({
  requester: z.strictObject({ userId: id('account'), email: z.string().max(254), fingerprint: line(200), role: line(50) }),
  taskId: id('task'),
  dataset: slug,
  algorithm: line(110),
  /** The plan: one sentence, an indented tree, and as JSON text. */
  sentence: lines(1_000_000),
  tree: lines(1_000_000),
  plan: z.string().max(1_000_000),
  sources: z.array(z.strictObject({ dataset: slug, version: line(100), policyHash: line(100) })).max(1_000),
  /** Columns that the answer depends on in whatever way, and columns of the answer with what they are made of. */
  used: z.array(place).max(100_000),
  revealed: z.array(z.strictObject({ name: z.string().max(1_000), class: line(50), from: z.array(place).max(10_000), nulled: z.boolean() })).max(10_000),
  /** Distinct privacy units behind the smallest row, and behind all. */
  units: z.array(z.strictObject({ dataset: slug, smallest: units.nullable(), total: units.nullable() })).max(1_000),
  /** Rules that failed. */
  failed: z.array(z.looseObject({ id: line(100), says: lines(2_000), dataset: z.string().max(100).optional(), at: z.string().max(2_000).optional() })).max(10_000),
  warnings: z.array(lines(2_000)).max(1_000),
  /** Rows of the whole answer, the first of them, and SHA-256 of what would leave. */
  rows: count,
  preview: z.looseObject({ columns: z.array(z.looseObject({ name: z.string().max(1_000), nulled: z.boolean(), values: z.array(json) })).max(10_000) }),
  answerHash: digest,
  /** Why the modeller asks, where the custodian was asked although the policy rejects. */
  reason: line(500).optional(),
});
export type ShownReview = z.infer<typeof shownReview>;

/** `podnet-review+jwe`: signed by the pod, sealed to one pinned device of its custodian. */
export const sealedReview = z.strictObject({ v: z.literal(1), podId: id('pod'), reviewId, assignmentId: id('assignment'), hash: digest, shown: shownReview, madeAt: millis, deadlineAt: millis });
export type SealedReview = z.infer<typeof sealedReview>;

/** What an approval is good for: so many runs of the very same query, this one counted, or any number of them until a time. */
export const approvalScope = z.union([z.strictObject({ runs: z.number().int().min(1).max(999_999) }), z.strictObject({ until: millis })]);
export type ApprovalScope = z.infer<typeof approvalScope>;

/** `podnet-review-decision+jwe`: signed by a device of the custodian that the pod has pinned, sealed to the pod. */
export const reviewDecision = z.strictObject({
  v: z.literal(1),
  podId: id('pod'),
  reviewId,
  /** Of what was shown. */
  hash: digest,
  decision: z.enum(['approve', 'deny']),
  note: line(1_000).nullable(),
  /** Null with a denial. */
  scope: approvalScope.nullable(),
  decidedAt: millis,
}).refine(({ decision, scope }) => (decision === 'approve') === (scope !== null), 'an approval has a scope, and a denial none');
export type ReviewDecision = z.infer<typeof reviewDecision>;

/** What a modeller asks a custodian for: a role, something beyond it, or the answer to a query that was denied. */
export const requestWhat = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('role'), role: z.enum(roleNames) }),
  z.strictObject({ kind: z.literal('element'), element: z.string().regex(/^[a-z0-9]([a-z0-9-]{0,98}[a-z0-9])?$/) }),
  z.strictObject({ kind: z.literal('model'), reference: line(200), hash: digest }),
  z.strictObject({ kind: z.literal('query'), assignmentId: id('assignment') }),
]);
export type RequestWhat = z.infer<typeof requestWhat>;

/** At the hub. `answered`: a decision is on its way to the pod. */
export const reviewStates = ['open', 'answered', 'approved', 'denied', 'expired', 'ended'] as const;
export const reviewState = z.enum(reviewStates);
export type ReviewState = z.infer<typeof reviewState>;

export const requestStates = ['open', 'approved', 'denied', 'expired', 'withdrawn'] as const;
export const requestState = z.enum(requestStates);
export type RequestState = z.infer<typeof requestState>;
