// A pod without data: it joins, connects, publishes and claims as the real one does, and then gives the assignment up.
import { createHash, randomBytes } from 'node:crypto';
import { namespaces, typ } from '@podnet/contracts';
import { canonicalJson, fingerprint, makeKeys, publicHalf, sign } from '@podnet/envelope';
import { io } from 'socket.io-client';

const version = '0.1.0';
const sha256 = (text) => createHash('sha256').update(text).digest('base64url');
const schema = { dataset: 'records', version: '1', columns: [{ name: 'a', kind: 'number' }], parts: ['train', 'validation', 'test'] };

/** Registers and joins a pod, confirms it as its custodian, and connects it. `onClaim` is called when it has claimed. */
export async function openLightPod({ custodian, hubUrl, hubName, name, onClaim }) {
  const { rest } = custodian.podnet;
  const keys = await makeKeys();
  const own = publicHalf(keys);
  const { pod, joinCode } = await rest.call('registerPod', { body: { name } });
  const proof = await sign({ typ: typ.podJoin, key: keys.signing, payload: { v: 1, codeHash: sha256(joinCode), keys: own, version, issuedAt: Date.now() } });
  await rest.call('joinPod', { body: { joinCode, proof } });
  await rest.call('confirmPod', { params: { id: pod.id }, body: { fingerprint: await fingerprint(own) } });

  const now = Date.now();
  const token = await sign({ typ: typ.podAuth, key: keys.signing, payload: { v: 1, podId: pod.id, hub: hubName, nonce: randomBytes(32).toString('base64url'), issuedAt: now, expiresAt: now + 60_000 } });
  const socket = io(hubUrl + namespaces.pods, { transports: ['websocket'], forceNew: true, reconnection: false, auth: { token } });
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('connect_error', reject));
  const call = async (event, input) => {
    const answer = await socket.timeout(20_000).emitWithAck(event, input);
    if (!answer.ok) throw new Error(`${event}: ${answer.error.code}`);
    return answer.data;
  };
  await call('pod:hello', { version, inflight: [] });
  const card = await sign({
    typ: typ.podCard,
    key: keys.signing,
    payload: { v: 1, podId: pod.id, keys: own, version, issuedAt: now, datasets: [{ name: schema.dataset, version: schema.version, schemaHash: sha256(canonicalJson(schema)) }] },
  });
  await call('pod:publish', { card, schemas: [schema] });

  async function takeUp() {
    const { mail } = await call('pod:pull', { ack: [], max: 32 });
    for (const { kind, body, seq } of mail) {
      const { claimed } = kind === 'assignment' ? await call('pod:claim', { assignmentId: body.assignmentId }) : { claimed: null };
      const claimedAt = performance.now();
      await call('pod:pull', { ack: [seq], max: 0 });
      if (!claimed) continue;
      await call('pod:report', { assignmentId: claimed.assignmentId, epoch: claimed.epoch, state: 'failed', code: 'task.failed', verdict: null, result: null });
      onClaim({ podId: pod.id, claimedAt });
    }
  }
  let working = Promise.resolve();
  socket.on('pod:hint', () => (working = working.then(takeUp).catch((error) => onClaim({ podId: pod.id, error }))));
  return { id: pod.id, name, close: () => socket.disconnect() };
}
