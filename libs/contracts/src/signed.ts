import { z } from 'zod';
import { roleNames } from '@podnet/policy';
import { id } from './id.ts';
import { compactToken, digest, line, slug } from './text.ts';

/** `typ` headers. An object of one type is never read as another. */
export const typ = {
  access: 'podnet-access+jws',
  grant: 'podnet-grant+jws',
  manifest: 'podnet-task+jws',
  payload: 'podnet-payload+jwe',
  payloadSigned: 'podnet-payload+jws',
  verdict: 'podnet-verdict+jws',
  verdictDetails: 'podnet-verdict-details+jwe',
  result: 'podnet-result+jwe',
  resultSigned: 'podnet-result+jws',
  review: 'podnet-review+jwe',
  reviewSigned: 'podnet-review+jws',
  reviewDecision: 'podnet-review-decision+jwe',
  reviewDecisionSigned: 'podnet-review-decision+jws',
  checkpoint: 'podnet-checkpoint+jwe',
  podCard: 'podnet-pod-card+jws',
  podAuth: 'podnet-pod-auth+jws',
  podJoin: 'podnet-pod-join+jws',
} as const;

const millis = z.number().int().nonnegative();

/** A public key as it travels; checked for its curve and value by `parsePublicKeys` of the envelope room. */
const jwk = z.strictObject({ kty: z.literal('OKP'), crv: z.enum(['Ed25519', 'X25519']), x: z.string().max(64) });
export const publicKeys = z.strictObject({ signing: jwk, encryption: jwk });
export type PublicKeys = z.infer<typeof publicKeys>;

export const elementRef = z.strictObject({ name: z.string().max(100), version: z.number().int().min(1).max(1_000) });
export type ElementRef = z.infer<typeof elementRef>;

export const grantExtras = z.strictObject({
  /** Custom models, as `owner/name@version` with the hash of their content. */
  models: z.array(z.strictObject({ reference: line(200), hash: digest })).max(50).default([]),
  /** Elements beyond the role, by name. */
  elements: z.array(z.string().max(100)).max(50).default([]),
});
export type GrantExtras = z.infer<typeof grantExtras>;

/** What the hub says about a modeller on a pod; made anew at each claim and good for `limits.grantValidMs`. */
export const grantToken = z.strictObject({
  v: z.literal(1),
  hub: line(200),
  grantId: id('grant').nullable(),
  revision: z.number().int().min(0),
  podId: id('pod'),
  userId: id('account'),
  email: z.string().max(254),
  /** The pod's own custodian; the pod checks the device keys against those pinned at enrolment. */
  custodian: z.boolean(),
  role: z.enum(roleNames).nullable(),
  dataset: slug.nullable(),
  extras: grantExtras,
  epsilonLimit: z.number().positive().nullable(),
  startsAt: millis,
  endsAt: millis.nullable(),
  /** The modeller's devices; the manifest must be signed by one of them, results are sealed to the same one. */
  devices: z.array(publicKeys).max(50),
  issuedAt: millis,
  expiresAt: millis,
});
export type GrantToken = z.infer<typeof grantToken>;

export const privacyAsk = z.strictObject({ epsilon: z.number(), delta: z.number() });

export const taskLimits = z.strictObject({
  deadlineAt: millis,
  minPods: z.number().int().min(1).max(100),
  onPodLoss: z.enum(['wait', 'drop', 'fail']),
});
export type TaskLimits = z.infer<typeof taskLimits>;

/** The part of a task that the hub sees, signed by the modeller. */
export const taskManifest = z.strictObject({
  v: z.literal(1),
  taskId: id('task'),
  userId: id('account'),
  /** Thumbprint of the device's encryption key; results are sealed to it. */
  sealTo: digest,
  protocol: elementRef,
  algorithm: elementRef,
  model: elementRef.nullable(),
  privacy: privacyAsk.nullable(),
  secureAggregation: z.boolean(),
  pods: z
    .array(z.strictObject({ podId: id('pod'), dataset: slug, payload: digest }))
    .min(1)
    .max(100),
  limits: taskLimits,
  issuedAt: millis,
  expiresAt: millis,
});
export type TaskManifest = z.infer<typeof taskManifest>;

const elementAsk = z.strictObject({ name: z.string().max(100), version: z.number().int().min(1), params: z.record(z.string(), z.unknown()) });

/** The sealed part for one pod. It repeats what the manifest says, so that neither can be swapped. */
export const taskPayload = z.strictObject({
  v: z.literal(1),
  taskId: id('task'),
  podId: id('pod'),
  dataset: slug,
  userId: id('account'),
  label: line(200).nullable(),
  protocol: elementAsk,
  algorithm: elementAsk,
  model: elementAsk.nullable(),
  privacy: privacyAsk.nullable(),
  secureAggregation: z.boolean(),
  limits: taskLimits,
  /** Place of this pod among the task's pods, sorted by pod id; seeds differ by it. */
  podIndex: z.number().int().min(0),
  podCount: z.number().int().min(1),
  /** 32 bytes in base64url: the key of the frames of this task and pod. */
  channelKey: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  /** Present: where the pod's policies would reject the query, its custodian is asked all the same, with this reason and for this request. */
  review: z.strictObject({ requestId: id('request'), reason: line(500) }).optional(),
});
export type TaskPayload = z.infer<typeof taskPayload>;

/** What leaves a pod at the end of an assignment, before it is sealed. The algorithm's own result travels beside it as the `body` of `sealSigned`, packed by `packBody`. */
export const assignmentResult = z.strictObject({
  v: z.literal(1),
  taskId: id('task'),
  podId: id('pod'),
  assignmentId: id('assignment'),
  dataset: slug,
  datasetVersion: z.string().max(100),
  protocol: elementRef,
  algorithm: elementRef,
  model: elementRef.nullable(),
  endedAt: millis,
});
export type AssignmentResult = z.infer<typeof assignmentResult>;

/** A pod's statement about itself, signed by its own key: the hub cannot swap the key that payloads are sealed to. */
export const podCard = z.strictObject({
  v: z.literal(1),
  podId: id('pod'),
  keys: publicKeys,
  datasets: z.array(z.strictObject({ name: slug, schemaHash: digest, version: z.string().max(100) })).max(1_000),
  version: line(50),
  issuedAt: millis,
});
export type PodCard = z.infer<typeof podCard>;

/** What a pod signs to open its socket: addressed to the hub, minutes old at most, used once. */
export const podAuth = z.strictObject({ v: z.literal(1), podId: id('pod'), hub: line(200), nonce: digest, issuedAt: millis, expiresAt: millis });

/** What a pod signs to prove, at enrolment, that it holds the keys it presents. */
export const podJoin = z.strictObject({ v: z.literal(1), codeHash: digest, keys: publicKeys, version: line(50), issuedAt: millis });

export const accessToken = z.strictObject({
  v: z.literal(1),
  hub: line(200),
  userId: id('account'),
  sessionId: id('session'),
  admin: z.boolean(),
  issuedAt: millis,
  expiresAt: millis,
});
export type AccessToken = z.infer<typeof accessToken>;

export const manifestJws = compactToken(128 * 1024);
export const payloadJwe = compactToken(256 * 1024);
