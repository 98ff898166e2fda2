import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { makeId, namespaces, typ, type TaskProgress } from '@podnet/contracts';
import { publicHalf, sign, thumbprint, type KeyPair } from '@podnet/envelope';
import type { Socket } from 'socket.io-client';
import type { Reply } from './call.ts';
import { callOver, openSocket, type JoinedPod } from './fake-pod.ts';
import type { TestHub } from './hub.ts';
import { addDevice, makePerson, type Person } from './people.ts';

/** Somebody with a device. */
export interface Modeller extends Person {
  keys: KeyPair;
}

export interface TaskRequest {
  taskId: string;
  json: { manifest: string; payloads: { podId: string; payload: string }[]; courtesy?: string; checkpoint?: string };
}

/** What goes into a manifest beside the usual. */
export interface TaskChanges {
  manifest?: Record<string, unknown>;
  limits?: Partial<{ deadlineAt: number; minPods: number; onPodLoss: string }>;
  dataset?: string;
  keys?: KeyPair;
}

export async function makeModeller(hub: TestHub, admin: Person, email: string): Promise<Modeller> {
  return withDevice(await makePerson(hub, admin, email));
}

export async function withDevice(person: Person): Promise<Modeller> {
  const { keys, reply } = await addDevice(person);
  if (reply.status !== 201) throw new Error(reply.text);
  return { ...person, keys };
}

/** A sealed payload as the hub sees one: letters. */
const sealedText = (): string => ['header', 'key', 'nonce', 'text', 'tag'].map((part) => Buffer.from(part + randomBytes(24).toString('hex')).toString('base64url')).join('.');

/** A column-average over pods, signed and sealed. */
export async function taskFor(modeller: Modeller, pods: readonly Pick<JoinedPod, 'id'>[], { manifest = {}, limits = {}, dataset = 'penguins', keys = modeller.keys }: TaskChanges = {}): Promise<TaskRequest> {
  const now = Date.now();
  const taskId = makeId('task', now);
  const payloads = pods.map((pod) => ({ podId: pod.id, payload: sealedText() }));
  const claims = {
    v: 1, taskId, userId: modeller.id, sealTo: await thumbprint(publicHalf(keys).encryption),
    protocol: { name: 'results-only', version: 1 }, algorithm: { name: 'column-average', version: 1 }, model: null,
    privacy: null, secureAggregation: false,
    pods: payloads.map(({ podId, payload }) => ({ podId, dataset, payload: createHash('sha256').update(payload).digest('base64url') })),
    limits: { deadlineAt: now + 600_000, minPods: pods.length, onPodLoss: 'wait', ...limits },
    issuedAt: now, expiresAt: now + 600_000,
    ...manifest,
  };
  return { taskId: String(claims.taskId), json: { manifest: await sign({ typ: typ.manifest, key: keys.signing, payload: claims }), payloads } };
}

export const submit = (person: Person, { json }: Pick<TaskRequest, 'json'>, key: string = randomUUID()): Promise<Reply<TaskProgress>> => person.call('POST', '/tasks', { json, headers: { 'idempotency-key': key } });

/** Submits, and answers the task as the hub took it in. */
export async function submitted(modeller: Modeller, pods: readonly Pick<JoinedPod, 'id'>[], changes: TaskChanges = {}): Promise<TaskProgress> {
  const { status, body, text } = await submit(modeller, await taskFor(modeller, pods, changes));
  if (status !== 201) throw new Error(text);
  return body;
}

export async function grantRole(manager: Person, pod: Pick<JoinedPod, 'id'>, modeller: Person, role = 'super-modeller', more: Record<string, unknown> = {}): Promise<{ id: string; revision: number; warning: string | null }> {
  const { status, body, text } = await manager.call<{ id: string; revision: number; warning: string | null }>('POST', '/grants', { json: { podId: pod.id, email: modeller.email, role, reason: 'a study', ...more } });
  if (status !== 201) throw new Error(text);
  return body;
}

/** A modeller's socket. */
export interface Watching {
  socket: Socket;
  call<T = Record<string, unknown>>(event: string, input: unknown): Promise<T>;
  /** Resolves with the first news of a task that fits. */
  until(taskId: string, fits: (task: TaskProgress) => boolean): Promise<TaskProgress>;
  close(): void;
}

export async function watchAs(hub: TestHub, person: Pick<Person, 'token'>): Promise<Watching> {
  const socket = await openSocket(hub, namespaces.modellers, person.token);
  const call = <T>(event: string, input: unknown): Promise<T> => callOver<T>(socket, event, input);
  return {
    socket,
    call,
    async until(taskId, fits) {
      const news = new Promise<TaskProgress>((resolve) => {
        socket.on('task:progress', (task: TaskProgress) => {
          if (task.taskId === taskId && fits(task)) resolve(task);
        });
      });
      const { task } = await call<{ task: TaskProgress }>('task:watch', { taskId });
      return fits(task) ? task : news;
    },
    close: () => void socket.disconnect(),
  };
}
