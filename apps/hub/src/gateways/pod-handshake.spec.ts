import { makeId, typ } from '@podnet/contracts';
import { makeKeys, publicHalf, sign, thumbprint, type KeyPair } from '@podnet/envelope';
import type { Database } from '../database/database.ts';
import type { HubKeys } from '../keys/hub-keys.ts';
import { PodHandshake } from './pod-handshake.ts';

interface Known {
  id: string;
  keys: KeyPair;
}

const makePod = async (): Promise<Known> => ({ id: makeId('pod'), keys: await makeKeys() });

async function handshakeOf(pods: readonly Known[]): Promise<PodHandshake> {
  const rows = new Map(await Promise.all(pods.map(async ({ id, keys }) => [await thumbprint(publicHalf(keys).signing), { id, state: 'active', signingKey: publicHalf(keys).signing }] as const)));
  const findUnique = async ({ where }: { where: { signingThumbprint: string } }) => rows.get(where.signingThumbprint) ?? null;
  return new PodHandshake({ client: { pod: { findUnique } } } as unknown as Database, { name: 'podnet' } as HubKeys);
}

let count = 0;
const greeting = ({ id, keys }: Known): Promise<string> =>
  sign({ typ: typ.podAuth, key: keys.signing, payload: { v: 1, podId: id, hub: 'podnet', nonce: String((count += 1)).padStart(43, 'A'), issuedAt: Date.now(), expiresAt: Date.now() + 30_000 } });

describe('the greeting of a pod', () => {
  it('is good once', async () => {
    const pod = await makePod();
    const handshake = await handshakeOf([pod]);
    const token = await greeting(pod);
    expect(await handshake.admit(token)).toEqual({ podId: pod.id, state: 'active' });
    await expect(handshake.admit(token)).rejects.toMatchObject({ code: 'envelope.replayed' });
  });

  it('given thousands of times shuts out the pod that does it, and no other', async () => {
    const [loud, quiet] = [await makePod(), await makePod()];
    const handshake = await handshakeOf([loud, quiet]);
    for (let i = 0; i < 1_000; i++) await handshake.admit(await greeting(loud));
    await expect(handshake.admit(await greeting(loud))).rejects.toMatchObject({ code: 'internal.unavailable' });
    expect(await handshake.admit(await greeting(quiet))).toMatchObject({ podId: quiet.id });
  });
});
