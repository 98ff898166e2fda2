import { randomBytes } from 'node:crypto';
import { podAuth, typ } from '@podnet/contracts';
import { sign, type PrivateJwk } from '@podnet/envelope';

const validMs = 60_000;

/** What opens a pod's socket: signed for this hub, good for a minute, never the same twice. */
export async function makeAuthToken({ podId, hubName, key, now = Date.now() }: { podId: string; hubName: string; key: PrivateJwk; now?: number }): Promise<string> {
  const payload = podAuth.parse({ v: 1, podId, hub: hubName, nonce: randomBytes(32).toString('base64url'), issuedAt: now, expiresAt: now + validMs });
  return sign({ typ: typ.podAuth, payload, key });
}
