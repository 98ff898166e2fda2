import { CompactEncrypt, compactDecrypt } from 'jose';
import { Fault } from '@podnet/errors';
import { checkAlgorithm, checkOwnMembers, checkParts, checkType, kidOf, malformed, readHeader, splitCompact, surplusMembers, type Header, type HeaderValue } from './header.ts';
import { importOpeningKey, importSealingKey } from './keys/import.ts';
import { parsePublicJwk, type PrivateJwk, type PublicJwk } from './keys/jwk.ts';
import { thumbprint } from './keys/thumbprint.ts';

const algorithm = 'ECDH-ES+A256KW';
const encryption = 'A256GCM';
/** Letters of base64url of a wrapped 256-bit key, a nonce and a tag. */
const partLetters = [undefined, 54, 16, undefined, 22];

/** What a sealed message belongs to (task, pod, …): readable by everybody, changeable by nobody. */
export type Context = Readonly<Record<string, HeaderValue>>;

export interface SealOptions {
  typ: string;
  /** What the plaintext is, when it is a message itself. */
  cty?: string;
  plaintext: Uint8Array;
  /** The public encryption key of the reader. */
  to: PublicJwk;
  context: Context;
}

export interface InspectSealedOptions {
  typ: string;
  cty?: string;
  /** The context that the reader expects, member by member. */
  context: Context;
  /** Of the compact text; 1 MiB unless told otherwise. */
  maxBytes?: number;
}

export interface OpenSealedOptions extends InspectSealedOptions {
  /** The reader's private encryption key. */
  key: PrivateJwk;
}

/**
 * Seals bytes to one reader as a compact JWE (ECDH-ES+A256KW over X25519, A256GCM).
 *
 * **Throws** `usage.invalid` for a context or a key that is not one.
 * **Source** RFC 7516, RFC 8037.
 */
export async function seal({ typ, cty, plaintext, to, context }: SealOptions): Promise<string> {
  checkOwnMembers(context);
  const [key, kid] = await Promise.all([importSealingKey(to), thumbprint(to)]);
  const header = { alg: algorithm, enc: encryption, typ, ...(cty === undefined ? {} : { cty }), kid, ...context };
  return new CompactEncrypt(plaintext).setProtectedHeader(header).encrypt(key);
}

/**
 * Judges a sealed message without opening it: what a courier can know. Nothing here is authenticated.
 *
 * **Throws** `envelope.malformed`, `envelope.algorithm-refused`, `envelope.wrong-type`, `envelope.tampered` (another context).
 */
export function inspectSealed(jwe: string, options: InspectSealedOptions): { kid: string } {
  const { kid, cty } = inspect(jwe, options);
  checkContent(cty, [options.cty]);
  return { kid };
}

/**
 * Opens a sealed message. That it opens proves who may read it, not who wrote it: for that it must hold something signed.
 *
 * **Throws** what `inspectSealed` does, and `envelope.wrong-recipient`, `envelope.undecryptable`.
 */
export async function openSealed(jwe: string, options: OpenSealedOptions): Promise<Uint8Array<ArrayBuffer>> {
  return (await openSealedAs(jwe, options, [options.cty])).plaintext;
}

/** As `openSealed`, where several contents are possible. */
export async function openSealedAs(jwe: string, options: OpenSealedOptions, contents: readonly (string | undefined)[]): Promise<{ plaintext: Uint8Array<ArrayBuffer>; cty: string | undefined }> {
  const { kid, cty } = inspect(jwe, options);
  checkContent(cty, contents);
  if (kid !== (await thumbprint(options.key))) throw new Fault('envelope.wrong-recipient', 'The message is sealed to somebody else.', { at: 'header.kid' });
  const key = await importOpeningKey(options.key);
  try {
    const { plaintext } = await compactDecrypt(jwe, key, { keyManagementAlgorithms: [algorithm], contentEncryptionAlgorithms: [encryption], maxDecompressedLength: 0 });
    return { plaintext: plaintext as Uint8Array<ArrayBuffer>, cty };
  } catch {
    throw new Fault('envelope.undecryptable', 'The message cannot be opened.');
  }
}

function inspect(jwe: string, { typ, context, maxBytes = 1_048_576 }: InspectSealedOptions): { kid: string; cty: string | undefined } {
  checkOwnMembers(context);
  const parts = splitCompact(jwe, 5, maxBytes);
  const header = readHeader(parts[0]!);
  const surplus = surplusMembers(header, ['alg', 'enc', 'typ', 'cty', 'kid', 'epk', ...Object.keys(context)]);
  checkAlgorithm(header, 'alg', algorithm);
  checkAlgorithm(header, 'enc', encryption);
  checkType(header, typ);
  const kid = kidOf(header);
  checkEphemeralKey(header);
  checkParts(parts);
  partLetters.forEach((letters, i) => {
    if (letters !== undefined && parts[i]!.length !== letters) throw malformed('A part of the message has the wrong length.');
  });
  const differs = Object.entries(context).some(([name, value]) => !Object.hasOwn(header, name) || header[name] !== value);
  if (differs || surplus.length > 0) throw new Fault('envelope.tampered', 'The message belongs to something else than what it came with.', { at: 'header' });
  return { kid, cty: contentOf(header) };
}

function contentOf({ cty }: Header): string | undefined {
  if (cty !== undefined && typeof cty !== 'string') throw malformed('The type of the content is not a text.', 'header.cty');
  return cty;
}

function checkContent(cty: string | undefined, contents: readonly (string | undefined)[]): void {
  if (!contents.includes(cty)) throw new Fault('envelope.wrong-type', 'The message holds something else than what is expected here.', { at: 'header.cty' });
}

function checkEphemeralKey({ epk }: Header): void {
  try {
    parsePublicJwk(epk, 'X25519');
  } catch {
    throw malformed('The ephemeral key is not a usable X25519 key.', 'header.epk');
  }
}
