import { publicHalf, type KeyPair } from './keys/key-pair.ts';
import type { Context } from './sealed.ts';
import { openSealedSigned, sealSigned } from './sealed-signed.ts';

const sealTyp = 'podnet-checkpoint+jwe';
const signTyp = 'podnet-checkpoint+jws';

export interface SealToSelfOptions {
  keys: KeyPair;
  /** JSON. */
  payload: unknown;
  /** Bytes beside it, for instance of `packBody`. */
  body?: Uint8Array;
  context: Context;
}

export interface OpenFromSelfOptions {
  keys: KeyPair;
  context: Context;
  /** Of the compact text; 1 MiB unless told otherwise. */
  maxBytes?: number;
}

/**
 * A checkpoint that somebody else may keep: only its maker reads it, and only its maker can have written it.
 * An *older* one of the same context still opens; put a counter into the context where that matters.
 */
export async function sealToSelf({ keys, payload, body, context }: SealToSelfOptions): Promise<string> {
  return sealSigned({ signTyp, sealTyp, payload, body, signKey: keys.signing, to: publicHalf(keys).encryption, context });
}

/**
 * Opens what `sealToSelf` made with the same keys and context.
 *
 * **Throws** what `openSealedSigned` does.
 */
export async function openFromSelf(jwe: string, { keys, context, maxBytes }: OpenFromSelfOptions): Promise<{ payload: unknown; body?: Uint8Array<ArrayBuffer> }> {
  // Whatever key a checkpoint names, only the own one is taken.
  const { payload, body } = await openSealedSigned(jwe, { signTyp, sealTyp, keys: () => publicHalf(keys).signing, key: keys.encryption, context, maxBytes });
  return body ? { payload, body } : { payload };
}
