import { createHmac, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { decodeBase64url, makeKeys, parseKeys, readStrictJson, type KeyPair } from '@podnet/envelope';
import { Fault } from '@podnet/errors';
import { z } from 'zod';
import { readPrivate, writePrivate } from './home-folder.ts';

/** The pod's own keys, and a secret that nobody else ever learns. */
export interface PodKeys {
  pair: KeyPair;
  /** 32 bytes in base64url. */
  secret: string;
}

const content = z.strictObject({ v: z.literal(1), pair: z.unknown(), secret: z.string().regex(/^[A-Za-z0-9_-]{43}$/) });
const keyFile = (home: string): string => join(home, 'keys.json');

export async function makePodKeys(): Promise<PodKeys> {
  return { pair: await makeKeys(), secret: randomBytes(32).toString('base64url') };
}

export function savePodKeys(home: string, { pair, secret }: PodKeys): void {
  writePrivate(keyFile(home), JSON.stringify({ v: 1, pair, secret }));
}

/** **Throws** `config.invalid` when the file is missing, damaged or readable by others. */
export function loadPodKeys(home: string): PodKeys {
  const path = keyFile(home);
  if (!existsSync(path)) throw new Fault('config.invalid', 'This pod has not joined a hub.', { at: path, hint: 'Join with: podnet pod join' });
  const text = readPrivate(path);
  try {
    const { pair, secret } = content.parse(readStrictJson(text));
    return { pair: parseKeys(pair), secret };
  } catch {
    throw new Fault('config.invalid', 'The file with the pod’s keys is damaged.', { at: path, hint: 'Restore it from a backup, or join again with new keys.' });
  }
}

/**
 * A name for the content of a dataset that tells nothing about it but whether it is the same: without the secret nobody can try out rows.
 * **Source** RFC 2104.
 */
export function keyedVersion(secret: string, contentHash: string): string {
  return createHmac('sha256', decodeBase64url(secret)).update('dataset-version\n').update(contentHash).digest('base64url');
}
