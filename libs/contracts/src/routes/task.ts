import { z } from 'zod';
import { taskProgress } from '../events.ts';
import { id } from '../id.ts';
import { limits } from '../limits.ts';
import { taskState } from '../lifecycle.ts';
import { manifestJws, payloadJwe } from '../signed.ts';
import { compactToken, instant, line } from '../text.ts';
import { route } from './route.ts';

const byTask = z.strictObject({ id: id('task') });
const verdict = z.custom<import('@podnet/policy').Verdict>((value) => typeof value === 'object' && value !== null);
const sealedTask = {
  manifest: manifestJws,
  payloads: z.array(z.strictObject({ podId: id('pod'), payload: payloadJwe })).min(1).max(100),
};

export const taskRoutes = {
  submitTask: route({
    method: 'POST', path: '/tasks', access: 'account', tag: 'tasks', header: 'idempotency-key', maxBytes: limits.taskBytes,
    summary: 'Submit a signed task with one sealed payload for each pod. Answered after the commit; the same key answers the same task. With `courtesy: forward` the pods decide even where the hub expects a denial',
    body: z.strictObject({ ...sealedTask, /** The modeller’s first checkpoint, sealed to the modeller: stored with the task, so that a task can be taken up again from its first moment. */ checkpoint: compactToken(limits.taskBytes).optional(), courtesy: z.enum(['refuse', 'forward']).default('refuse') }),
    answer: taskProgress, status: 201,
  }),
  canI: route({
    method: 'POST', path: '/can-i', access: 'account', tag: 'tasks', maxBytes: limits.taskBytes,
    summary: 'A dry run: what hub and pods would decide on this task. Nothing is charged, no data is read, nothing is stored',
    body: z.strictObject(sealedTask),
    answer: z.strictObject({ hub: z.array(verdict), pods: z.array(z.strictObject({ podId: id('pod'), online: z.boolean(), /** Signed by the pod. */ verdict: z.string().nullable() })) }),
    status: 200,
  }),
  listTasks: route({ method: 'GET', path: '/tasks', access: 'account', tag: 'tasks', summary: 'The caller’s own tasks, newest first', query: z.strictObject({ state: taskState.optional(), before: id('task').optional(), idempotencyKey: line(200).optional(), limit: z.coerce.number().int().min(1).max(100).default(50) }), answer: z.strictObject({ tasks: z.array(taskProgress) }) }),
  showTask: route({ method: 'GET', path: '/tasks/:id', access: 'account', tag: 'tasks', summary: 'One task and where each pod stands', params: byTask, answer: taskProgress }),
  taskManifest: route({ method: 'GET', path: '/tasks/:id/manifest', access: 'account', tag: 'tasks', summary: 'The manifest as it was signed', params: byTask, answer: z.strictObject({ manifest: z.string() }) }),
  taskResults: route({ method: 'GET', path: '/tasks/:id/results', access: 'account', tag: 'tasks', summary: 'The sealed results that have arrived', params: byTask, answer: z.strictObject({ results: z.array(z.strictObject({ assignmentId: id('assignment'), podId: id('pod'), result: z.string() })) }) }),
  cancelTask: route({ method: 'POST', path: '/tasks/:id/cancel', access: 'account', tag: 'tasks', summary: 'Cancel a task; pods stop', params: byTask, answer: taskProgress, status: 200 }),
  dropPod: route({ method: 'POST', path: '/tasks/:id/drop', access: 'account', tag: 'tasks', summary: 'Go on without a pod (its assignment becomes `lost`)', params: byTask, body: z.strictObject({ assignmentId: id('assignment') }), answer: taskProgress, status: 200 }),
  saveCheckpoint: route({ method: 'PUT', path: '/tasks/:id/checkpoint', access: 'account', tag: 'tasks', binary: 'body', maxBytes: limits.checkpointBytes, summary: 'Store the modeller’s state, sealed to the modeller. With a position, a state that is behind the stored one is refused', params: byTask, query: z.strictObject({ position: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional() }) }),
  loadCheckpoint: route({ method: 'GET', path: '/tasks/:id/checkpoint', access: 'account', tag: 'tasks', binary: 'answer', summary: 'The stored state, sealed to the modeller', params: byTask }),
};

export const auditEntry = z.strictObject({
  index: z.string().nullable(),
  seq: z.string(),
  at: instant,
  actor: z.enum(['account', 'pod', 'hub']),
  actorId: z.string(),
  action: z.string(),
  subject: z.string(),
  detail: z.record(z.string(), z.unknown()),
  previousHash: z.string().nullable(),
  hash: z.string().nullable(),
});
export type AuditEntry = z.infer<typeof auditEntry>;

export const auditRoutes = {
  listAudit: route({ method: 'GET', path: '/audit', access: 'admin', tag: 'audit', summary: 'The audit, oldest first, with its hash chain', query: z.strictObject({ after: z.string().regex(/^\d{1,19}$/).optional(), subject: line(100).optional(), limit: z.coerce.number().int().min(1).max(1_000).default(100) }), answer: z.strictObject({ entries: z.array(auditEntry) }) }),
  verifyAudit: route({ method: 'GET', path: '/audit/verify', access: 'admin', tag: 'audit', summary: 'Recompute the whole chain; names the first broken entry', answer: z.strictObject({ entries: z.string(), head: z.string().nullable(), ok: z.boolean(), brokenAt: z.string().nullable() }) }),
};

export const hubRoutes = {
  hubInfo: route({ method: 'GET', path: '/hub', access: 'public', tag: 'hub', summary: 'Name, version and public keys of the hub', answer: z.strictObject({ name: z.string(), version: z.string(), keys: z.array(z.strictObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string() })), fingerprint: z.string(), setUp: z.boolean(), now: instant }) }),
};
