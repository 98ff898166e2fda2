import { z } from 'zod';
import { id } from './id.ts';
import { assignmentState, taskState } from './lifecycle.ts';
import { limits } from './limits.ts';
import { reviewId } from './review.ts';
import { publishedSchema } from './schema.ts';
import { compactToken, digest, line, slug } from './text.ts';

/**
 * Socket events. Every call is answered by an ack: `{ ok: true, data }` or `{ ok: false, error: FaultBody }`.
 * Namespaces: `/pods` and `/modellers`; websocket transport only.
 */
export const namespaces = { pods: '/pods', modellers: '/modellers' } as const;

const bytes = z.custom<Uint8Array>((value) => ArrayBuffer.isView(value), 'must be bytes');
const empty = z.strictObject({});
/** As large as the hub's database counts. */
const epoch = z.number().int().min(0).max(2 ** 31 - 1);

/** Handshake `auth` of `/pods`: `{ token }`, a `podnet-pod-auth+jws`. Of `/modellers`: `{ token }`, an access or API token. */
export const socketAuth = z.strictObject({ token: z.string().max(16_384) });

export const mail = z.discriminatedUnion('kind', [
  z.strictObject({ seq: z.string(), kind: z.literal('assignment'), body: z.strictObject({ assignmentId: id('assignment') }) }),
  z.strictObject({ seq: z.string(), kind: z.literal('cancel'), body: z.strictObject({ assignmentId: id('assignment'), code: z.string() }) }),
  z.strictObject({ seq: z.string(), kind: z.literal('revoke'), body: z.strictObject({ grantId: id('grant') }) }),
  z.strictObject({ seq: z.string(), kind: z.literal('removed'), body: empty }),
  z.strictObject({ seq: z.string(), kind: z.literal('review-decided'), body: z.strictObject({ reviewId, decision: compactToken(limits.decisionBytes), /** Signing thumbprints of the custodian's devices that are not revoked: of those that the pod has pinned, only these count. */ devices: z.array(digest).max(50) }) }),
]);
export type Mail = z.infer<typeof mail>;

/** Everything a pod needs to take up an assignment. */
export const claimedAssignment = z.strictObject({
  assignmentId: id('assignment'),
  epoch,
  leaseMs: z.number().int().positive(),
  manifest: compactToken(131_072),
  payload: compactToken(262_144),
  /** Null: the hub knows of no grant; the pod will deny. */
  grant: compactToken(65_536).nullable(),
});
export type ClaimedAssignment = z.infer<typeof claimedAssignment>;

const canIAsk = z.strictObject({ manifest: compactToken(131_072), payload: compactToken(262_144), grant: compactToken(65_536).nullable() });

/** Calls of a pod to the hub. */
export const podCalls = {
  /** First call after connecting. `inflight`: what the pod was working on; the hub answers which of it is still its own. */
  'pod:hello': {
    input: z.strictObject({ version: line(50), inflight: z.array(z.strictObject({ assignmentId: id('assignment'), epoch })).max(1_000) }),
    output: z.strictObject({ now: z.number(), name: z.string(), custodianId: id('account'), lost: z.array(id('assignment')) }),
  },
  /** Publishes the pod's signed card and the schemas it names. Replaces what was published before. */
  'pod:publish': { input: z.strictObject({ card: compactToken(1_048_576), schemas: z.array(publishedSchema).max(1_000) }), output: empty },
  /** What is in the mailbox, oldest first; `ack`: sequence numbers that are dealt with and can go. */
  'pod:pull': { input: z.strictObject({ ack: z.array(z.string().max(20)).max(1_000), max: z.number().int().min(0).max(100) }), output: z.strictObject({ mail: z.array(mail) }) },
  /** Takes the lease of one assignment; raises its epoch. Null: it is over or not this pod's. */
  'pod:claim': { input: z.strictObject({ assignmentId: id('assignment') }), output: z.strictObject({ claimed: claimedAssignment.nullable() }) },
  /** Renews leases; answers which were lost to a later epoch or have ended. */
  'pod:heartbeat': {
    input: z.strictObject({ leases: z.array(z.strictObject({ assignmentId: id('assignment'), epoch })).max(1_000) }),
    output: z.strictObject({ lost: z.array(id('assignment')) }),
  },
  /** The assignment runs: its verdict permits. */
  'pod:running': { input: z.strictObject({ assignmentId: id('assignment'), epoch, verdict: compactToken(131_072) }), output: empty },
  /** The assignment has ended. `result` only with `done`; `verdict` whenever one was taken. Repeating a report is harmless. */
  'pod:report': {
    input: z.strictObject({
      assignmentId: id('assignment'),
      epoch,
      state: z.enum(['done', 'denied', 'failed', 'parked']),
      code: z.string().max(100).nullable(),
      verdict: compactToken(131_072).nullable(),
      result: bytes.nullable(),
    }),
    output: empty,
  },
  /**
   * A query waits for the custodian. Each copy is sealed to one pinned device, named by the thumbprint of its encryption key. Repeating it is
   * harmless; further copies come with further calls.
   */
  'pod:review': {
    input: z.strictObject({
      reviewId,
      assignmentId: id('assignment'),
      deadlineAt: z.number().int().positive(),
      requestId: id('request').nullable(),
      copies: z.array(z.strictObject({ device: digest, sealed: compactToken(limits.reviewBytes) })).max(limits.copiesPerUpload),
    }),
    output: empty,
  },
  /** It waits no more: it was decided, by whatever way, or is over without. Repeating it is harmless. */
  'pod:review-ended': { input: z.strictObject({ reviewId, state: z.enum(['approved', 'denied', 'expired', 'ended']) }), output: empty },
  /** A decision came that is none; the review is open as before. */
  'pod:decision-refused': { input: z.strictObject({ reviewId, code: line(100) }), output: empty },
  /** One step of a protocol, to the modeller. `delivered: false`: no modeller is listening; it will be asked for again. */
  'pod:frame': {
    input: z.strictObject({ assignmentId: id('assignment'), epoch, step: z.number().int().min(0), body: bytes }),
    output: z.strictObject({ delivered: z.boolean() }),
  },
} as const;

/** Calls of the hub to a pod. `pod:hint` wants no answer. */
export const hubToPod = {
  'pod:hint': { input: empty, output: empty },
  'pod:frame': {
    input: z.strictObject({ assignmentId: id('assignment'), step: z.number().int().min(0), body: bytes }),
    output: z.strictObject({ taken: z.boolean() }),
  },
  /** A dry run: the pod's own policy on a task that was not submitted. No charge, no data read. */
  'pod:can-i': { input: canIAsk, output: z.strictObject({ verdict: compactToken(131_072) }) },
} as const;

/** Calls of a modeller to the hub. */
export const modellerCalls = {
  /** Sends the events of one task to this socket from now on, and answers where it stands. */
  'task:watch': { input: z.strictObject({ taskId: id('task') }), output: z.strictObject({ task: z.lazy(() => taskProgress) }) },
  'task:unwatch': { input: z.strictObject({ taskId: id('task') }), output: empty },
  /** Frames to several pods of one task at once; `undelivered`: pods that did not take theirs. */
  'task:frames': {
    input: z.strictObject({
      taskId: id('task'),
      step: z.number().int().min(0),
      frames: z.array(z.strictObject({ assignmentId: id('assignment'), body: bytes })).min(1).max(100),
    }),
    output: z.strictObject({ undelivered: z.array(id('assignment')) }),
  },
} as const;

export const assignmentProgress = z.strictObject({
  assignmentId: id('assignment'),
  podId: id('pod'),
  podName: slug,
  dataset: slug,
  state: assignmentState,
  code: line(100).nullable(),
  epoch,
  online: z.boolean(),
  verdict: z.string().nullable(),
  hasResult: z.boolean(),
  /** It waits for the word of the pod's custodian, until then at most; null: it does not. */
  reviewUntil: z.string().nullable(),
});
export type AssignmentProgress = z.infer<typeof assignmentProgress>;

export const taskProgress = z.strictObject({
  taskId: id('task'),
  state: taskState,
  code: line(100).nullable(),
  protocol: line(110),
  algorithm: line(110),
  model: line(110).nullable(),
  minPods: z.number(),
  onPodLoss: z.enum(['wait', 'drop', 'fail']),
  deadlineAt: z.string(),
  createdAt: z.string(),
  endedAt: z.string().nullable(),
  hasCheckpoint: z.boolean(),
  assignments: z.array(assignmentProgress),
});
export type TaskProgress = z.infer<typeof taskProgress>;

/** Events of the hub to a modeller. */
export const hubToModeller = {
  /** The task or one of its assignments has moved, or a pod of it came or went. */
  'task:progress': taskProgress,
  'task:frame': z.strictObject({ taskId: id('task'), assignmentId: id('assignment'), epoch, step: z.number().int().min(0), body: bytes }),
  /** Something about reviews or requests is new for this account; the lists tell what. */
  'review:hint': empty,
} as const;
