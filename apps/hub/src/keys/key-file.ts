import { randomUUID } from 'node:crypto';
import { chmod, link, mkdir, open, readFile, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { makeKeys, parsePrivateJwk, readStrictJson, type PrivateJwk } from '@podnet/envelope';
import { Fault } from '@podnet/errors';
import { z } from 'zod';
import { HubKeys } from './hub-keys.ts';

const fileName = 'hub-keys.json';
const content = z.strictObject({ v: z.literal(1), signing: z.array(z.unknown()).min(1).max(10) });

/** The hub's keys from its home, made at the first start. The file is readable by its owner only, or it is not used. */
export async function loadHubKeys({ home, name }: { home: string; name: string }): Promise<HubKeys> {
  const file = path.join(home, fileName);
  const text = (await readKeyFile(file)) ?? (await makeKeyFile(home, file));
  return HubKeys.of(name, readKeys(text, file));
}

async function readKeyFile(file: string): Promise<string | undefined> {
  try {
    const { mode } = await stat(file);
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new Fault('config.invalid', 'The file with the hub’s keys can be read by others.', { at: file, hint: 'If nobody has read it: chmod 600.' });
    }
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Written aside, synced, then linked: a crash leaves no half file, and of two first starts one wins. */
async function makeKeyFile(home: string, file: string): Promise<string> {
  await mkdir(home, { recursive: true });
  const text = JSON.stringify({ v: 1, signing: [(await makeKeys()).signing] });
  const aside = path.join(home, `.${fileName}.${randomUUID()}`);
  const handle = await open(aside, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    await chmod(aside, 0o600);
    await link(aside, file);
    return text;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return await readFile(file, 'utf8');
  } finally {
    await unlink(aside);
  }
}

function readKeys(text: string, file: string): [PrivateJwk, ...PrivateJwk[]] {
  try {
    const { signing } = content.parse(readStrictJson(text));
    const [first, ...rest] = signing.map((key) => parsePrivateJwk(key, 'Ed25519'));
    return [first!, ...rest];
  } catch {
    throw new Fault('config.invalid', 'The file with the hub’s keys is damaged.', { at: file, hint: 'Restore it from a backup: pods trust these keys and no others.' });
  }
}
