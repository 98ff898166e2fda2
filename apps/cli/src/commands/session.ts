import { hostname } from 'node:os';
import type { CallAnswer } from '@podnet/sdk';
import { command, optionalText, text } from '../command.ts';
import type { Context } from '../context.ts';

type Account = CallAnswer<'me'>;

/** After any way in: this machine gets keys of its own, and the hub is remembered. */
async function settle(context: Context, account: Account) {
  const podnet = await context.podnet();
  const device = (await podnet.keys.own()) ?? (await podnet.keys.add(hostname().slice(0, 100) || 'this machine'));
  await context.rememberHub(context.hub());
  return {
    data: { account, device: { id: device.id, fingerprint: device.fingerprint } },
    text: `Signed in as ${account.name} <${account.email}>${account.admin ? ', admin' : ''}.\nKeys of this device: ${device.fingerprint}`,
  };
}

export const login = command({
  path: 'login',
  says: 'Sign in and make keys for this machine',
  options: [{ flags: '--email <email>', says: 'your e-mail address' }],
  examples: [
    { line: 'podnet login --hub https://hub.example.org --email sara@example.org', says: 'asks for the password' },
    { line: 'PODNET_PASSWORD=… podnet login --email sara@example.org --json', says: 'for scripts' },
  ],
  async run(context, values) {
    const { session } = await context.podnet();
    const email = optionalText(values, 'email') ?? (await context.ask('E-mail'));
    return settle(context, await session.signIn({ email, password: await context.secret('Password') }));
  },
});

export const setup = command({
  path: 'setup',
  says: 'Make the first admin with the one-time token that the hub printed at its first start',
  options: [
    { flags: '--email <email>', says: 'e-mail address of the admin', required: true },
    { flags: '--name <name>', says: 'name of the admin', required: true },
    { flags: '--token-from <file>', says: 'file with the one-time token; asked for without it' },
  ],
  examples: [{ line: 'podnet setup --hub http://127.0.0.1:4400 --email ada@example.org --name "Ada Admin"', says: 'asks for the token and a password' }],
  async run(context, values) {
    const { session } = await context.podnet();
    const token = await tokenOf(context, optionalText(values, 'tokenFrom'));
    const account = await session.setUp({ token, email: text(values, 'email'), name: text(values, 'name'), password: await context.secret('New password (12 characters or more)') });
    return settle(context, account);
  },
});

export const accept = command({
  path: 'accept',
  says: 'Make your account with an invitation',
  options: [
    { flags: '--name <name>', says: 'your name', required: true },
    { flags: '--token-from <file>', says: 'file with the invitation; asked for without it' },
  ],
  examples: [{ line: 'podnet accept --hub https://hub.example.org --name "Sara Scientist"', says: 'asks for the invitation and a password' }],
  async run(context, values) {
    const { session } = await context.podnet();
    const token = await tokenOf(context, optionalText(values, 'tokenFrom'));
    return settle(context, await session.acceptInvitation({ token, name: text(values, 'name'), password: await context.secret('New password (12 characters or more)') }));
  },
});

async function tokenOf(context: Context, file: string | undefined): Promise<string> {
  if (!file) return context.ask('Token');
  const { readFile } = await import('node:fs/promises');
  return (await readFile(file, 'utf8')).trim();
}

export const logout = command({
  path: 'logout',
  says: 'Sign out on this machine; its keys stay',
  options: [{ flags: '--everywhere', says: 'end every session of the account' }],
  examples: [{ line: 'podnet logout', says: 'this session' }],
  async run(context, values) {
    const { session, rest } = await context.podnet();
    if (values['everywhere']) await rest.call('signOutEverywhere', {});
    await session.signOut();
    return { data: {}, text: 'Signed out.' };
  },
});

export const whoami = command({
  path: 'whoami',
  says: 'Who is signed in, where, and with which keys',
  examples: [{ line: 'podnet whoami', says: 'account, hub and fingerprint' }],
  async run(context) {
    const podnet = await context.podnet();
    const account = await podnet.rest.call('me', {});
    const device = await podnet.keys.own();
    return {
      data: { account, hub: context.hub(), device: device ? { id: device.id, fingerprint: device.fingerprint } : null },
      text: `${account.name} <${account.email}>${account.admin ? ', admin' : ''}\nHub   ${context.hub()}\nKeys  ${device?.fingerprint ?? 'none on this machine (podnet keys add)'}`,
    };
  },
});
