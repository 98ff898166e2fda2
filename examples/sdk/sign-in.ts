import { homedir } from 'node:os';
import { join } from 'node:path';
import { connect, Fault, type Podnet } from '@podnet/sdk';
import { fileStore } from '@podnet/sdk/node';

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Fault('usage.invalid', `Set the environment variable ${name}.`, { at: name });
  return value;
}

/** Signs in with PODNET_HUB, PODNET_EMAIL and PODNET_PASSWORD, and makes keys for this machine if it has none. */
export async function signIn(): Promise<Podnet> {
  const email = required('PODNET_EMAIL');
  // Session, keys and pins of one person, in files that nobody else can read.
  const store = fileStore(join(process.env['PODNET_HOME'] ?? join(homedir(), '.config', 'podnet-examples'), email));
  const podnet = connect({ hub: required('PODNET_HUB'), store });
  await podnet.session.signIn({ email, password: required('PODNET_PASSWORD') });
  if (!(await podnet.keys.own())) await podnet.keys.add('example script');
  return podnet;
}

/** Runs a script to its end: a refusal is told in its own words, with the exit status of its code. */
export async function main(script: (podnet: Podnet) => Promise<void>): Promise<void> {
  let podnet: Podnet | undefined;
  try {
    podnet = await signIn();
    await script(podnet);
  } catch (error) {
    if ((error as Fault).name !== 'Fault') throw error;
    const { message, code, exit, details } = error as Fault;
    console.error(`${message} [${code}]`, details.hint ?? '');
    process.exitCode = exit;
  } finally {
    podnet?.close();
  }
}
