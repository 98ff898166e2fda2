import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { namespaces, typ, type ClaimedAssignment, type Mail, type PublishedSchema } from '@podnet/contracts';
import { canonicalJson, fingerprint, makeKeys, publicHalf, sign, type KeyPair } from '@podnet/envelope';
import { Fault } from '@podnet/errors';
import { io, type Socket } from 'socket.io-client';
import { call } from './call.ts';
import type { TestHub } from './hub.ts';
import type { Person } from './people.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url');

/** A pod that has joined: its keys, and nothing that runs. */
export interface JoinedPod {
  id: string;
  name: string;
  keys: KeyPair;
  fingerprint: string;
}

/** A pod's side of the protocol, by hand. */
export interface FakePod extends JoinedPod {
  socket: Socket;
  /** Calls the hub. **Throws** the fault it answers. */
  call<T = Record<string, unknown>>(event: string, input: unknown): Promise<T>;
  /** The hints that have come so far. */
  hints(): number;
  /** Resolves with the next hint. */
  hinted(): Promise<unknown>;
  pull(ack?: string[]): Promise<Mail[]>;
  claim(assignmentId: string): Promise<ClaimedAssignment | null>;
  close(): void;
}

/** What a pod signs to prove that it holds its keys. */
export const joinProof = (keys: KeyPair, joinCode: string, changes: Record<string, unknown> = {}): Promise<string> =>
  sign({ typ: typ.podJoin, key: keys.signing, payload: { v: 1, codeHash: sha256(joinCode), keys: publicHalf(keys), version: '0.1.0', issuedAt: Date.now(), ...changes } });

/** Registers a pod and lets it join; its custodian has not confirmed it. */
export async function joinPod(hub: TestHub, custodian: Person, name: string): Promise<JoinedPod> {
  const { body } = await custodian.call<{ joinCode: string; pod: { id: string } }>('POST', '/pods', { json: { name } });
  const keys = await makeKeys();
  const { status, text } = await call(hub.url, 'POST', '/enrolments', { json: { joinCode: body.joinCode, proof: await joinProof(keys, body.joinCode) } });
  if (status !== 201) throw new Error(text);
  return { id: body.pod.id, name, keys, fingerprint: await fingerprint(publicHalf(keys)) };
}

/** A pod that its custodian has confirmed. */
export async function enrolPod(hub: TestHub, custodian: Person, name: string): Promise<JoinedPod> {
  const pod = await joinPod(hub, custodian, name);
  const { status, text } = await custodian.call('POST', `/pods/${pod.id}/confirm`, { json: { fingerprint: pod.fingerprint } });
  if (status !== 200) throw new Error(text);
  return pod;
}

/** The greeting that opens a pod's socket. */
export const podGreeting = (pod: JoinedPod, changes: Record<string, unknown> = {}): Promise<string> =>
  sign({ typ: typ.podAuth, key: pod.keys.signing, payload: { v: 1, podId: pod.id, hub: 'podnet', nonce: randomBytes(32).toString('base64url'), issuedAt: Date.now(), expiresAt: Date.now() + 30_000, ...changes } });

/** Opens a socket and answers it, connected. **Throws** the fault of a refusal. */
export async function openSocket(hub: TestHub, namespace: string, token: string): Promise<Socket> {
  const socket = io(hub.url + namespace, { transports: ['websocket'], forceNew: true, reconnection: false, auth: { token } });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', (error: Error & { data?: unknown }) => reject(Fault.fromBody(error.data)));
    });
  } catch (error) {
    socket.disconnect();
    throw error;
  }
  return socket;
}

/** Calls over a socket. **Throws** the fault that the ack carries. */
export async function callOver<T>(socket: Socket, event: string, input: unknown): Promise<T> {
  const reply = (await socket.timeout(8_000).emitWithAck(event, input)) as { ok: true; data: T } | { ok: false; error: unknown };
  if (!reply.ok) throw Fault.fromBody(reply.error);
  return reply.data;
}

/** Connects a pod without saying anything yet. */
export async function dialIn(hub: TestHub, pod: JoinedPod): Promise<FakePod> {
  const socket = await openSocket(hub, namespaces.pods, await podGreeting(pod));
  let hints = 0;
  socket.on('pod:hint', () => (hints += 1));
  return {
    ...pod,
    socket,
    call: (event, input) => callOver(socket, event, input),
    hints: () => hints,
    hinted: () => new Promise((resolve) => socket.once('pod:hint', resolve)),
    pull: async (ack = []) => (await callOver<{ mail: Mail[] }>(socket, 'pod:pull', { ack, max: 100 })).mail,
    claim: async (assignmentId) => (await callOver<{ claimed: ClaimedAssignment | null }>(socket, 'pod:claim', { assignmentId })).claimed,
    close: () => void socket.disconnect(),
  };
}

export const schemaOf = (dataset: string): PublishedSchema => ({ dataset, version: '1', columns: [{ name: 'mass', kind: 'number' }], parts: ['train', 'validation', 'test'] });

/** The card that goes with schemas. */
export const podCardOf = (pod: JoinedPod, schemas: PublishedSchema[], changes: Record<string, unknown> = {}): Promise<string> =>
  sign({
    typ: typ.podCard,
    key: pod.keys.signing,
    payload: {
      v: 1, podId: pod.id, keys: publicHalf(pod.keys), version: '0.1.0', issuedAt: Date.now(),
      datasets: schemas.map((schema) => ({ name: schema.dataset, version: schema.version, schemaHash: sha256(canonicalJson(schema)) })),
      ...changes,
    },
  });

/** Connects a pod, says hello and publishes datasets. */
export async function connectPod(hub: TestHub, pod: JoinedPod, datasets: string[] = ['penguins']): Promise<FakePod> {
  const connected = await dialIn(hub, pod);
  await connected.call('pod:hello', { version: '0.1.0', inflight: [] });
  const schemas = datasets.map(schemaOf);
  await connected.call('pod:publish', { card: await podCardOf(pod, schemas), schemas });
  return connected;
}

/** Resolves when the socket has been closed, by whomever. */
export const closed = async (socket: Socket): Promise<unknown> => (socket.connected ? (await once(socket as never, 'disconnect'))[0] : 'closed');

/** A verdict as a pod signs it. */
export const verdictOf = (pod: JoinedPod): Promise<string> => sign({ typ: typ.verdict, key: pod.keys.signing, payload: { decision: 'permit', podId: pod.id } });
