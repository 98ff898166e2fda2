import { limits, podJoin, typ, validate } from '@podnet/contracts';
import { checkFresh, decodeBase64url, openSigned, parsePublicKeys, readStrictJson, thumbprint, type PublicKeys } from '@podnet/envelope';
import { Fault } from '@podnet/errors';

/** What a pod has proved: it holds these keys, and it knew the code when it signed. */
export interface JoinProof {
  keys: PublicKeys;
  version: string;
}

/**
 * Reads the proof of a pod that joins: signed by the very key that it presents.
 * **Throws** `envelope.*`, `usage.invalid` for keys that are not usable.
 */
export async function readJoinProof(jws: string, codeHash: string, now: number): Promise<JoinProof> {
  const claimed = parsePublicKeys(claimedKeys(jws));
  const kid = await thumbprint(claimed.signing);
  const { payload } = await openSigned(jws, { typ: typ.podJoin, keys: (asked) => (asked === kid ? claimed.signing : undefined), maxBytes: 16_384 });
  const proof = validate(podJoin, payload, { code: 'envelope.malformed' });
  checkFresh({ issuedAt: proof.issuedAt, expiresAt: proof.issuedAt + limits.joinCodeMs }, now);
  if (proof.codeHash !== codeHash) throw new Fault('envelope.tampered', 'The proof was made for another join code.', { at: 'proof' });
  return { keys: claimed, version: proof.version };
}

/** The keys as the message names them, before anything is verified: they are what verifies it. */
function claimedKeys(jws: string): unknown {
  try {
    const { keys } = readStrictJson(decodeBase64url(jws.split('.')[1] ?? ''), { maxBytes: 16_384 }) as { keys?: unknown };
    return keys;
  } catch (cause) {
    throw new Fault('envelope.malformed', 'The proof cannot be read.', { at: 'proof', cause });
  }
}
