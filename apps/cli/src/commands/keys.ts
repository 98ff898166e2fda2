import { writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { DeviceFile } from '@podnet/contracts';
import { Fault } from '@podnet/errors';
import { table } from '@podnet/terminal';
import { command, optionalText, text } from '../command.ts';

export const keysList = command({
  path: 'keys list',
  says: 'The devices of your account',
  examples: [{ line: 'podnet keys list', says: 'names and fingerprints' }],
  async run(context) {
    const { keys } = await context.podnet();
    const [own, devices] = [await keys.own(), await keys.list()];
    const rows = devices.map(({ id, name, fingerprint, createdAt, revokedAt }) => [id === own?.id ? '●' : '', name, fingerprint, createdAt.slice(0, 10), revokedAt ? 'revoked' : 'good', id]);
    return { data: { devices, thisDevice: own?.id ?? null }, text: table([['', 'device', 'fingerprint', 'since', 'state', 'id'], ...rows]) };
  },
});

export const keysAdd = command({
  path: 'keys add',
  says: 'Make keys on this machine and register their public halves',
  options: [{ flags: '--name <name>', says: 'name of the device (default: of this machine)' }],
  examples: [{ line: 'podnet keys add --name laptop', says: 'the private halves never leave this machine' }],
  async run(context, values) {
    const { keys } = await context.podnet();
    if (await keys.own()) await context.confirm('This machine has keys. Results sealed to them can no longer be opened with new ones. Go on?');
    const { id, fingerprint } = await keys.add(optionalText(values, 'name') ?? hostname());
    return { data: { id, fingerprint }, text: `Registered. Fingerprint: ${fingerprint}` };
  },
});

export const keysExport = command({
  path: 'keys export',
  says: 'The public halves of this machine’s keys, for a pod of yours to pin; no hub is asked',
  options: [{ flags: '--out <file>', says: 'write them there', completes: 'file' }],
  examples: [
    { line: 'podnet keys export --out laptop.json', says: 'then beside the data: podnet pod devices add laptop.json' },
    { line: 'podnet keys export > laptop.json', says: 'the same; the fingerprint is told on the terminal' },
  ],
  async run(context, values) {
    const device = await (await context.podnet()).keys.own();
    if (!device) throw new Fault('auth.required', 'This device has no keys.', { hint: 'Make them with: podnet keys add.' });
    const { publicHalf } = await import('@podnet/envelope');
    const { name, fingerprint } = device;
    const file: DeviceFile = { v: 1, name, keys: publicHalf(device.keys) as DeviceFile['keys'] };
    const written = JSON.stringify(file, null, 2);
    const out = optionalText(values, 'out');
    // People compare it with what the pod computes. It goes another way than the keys, and so it does not stand in the file.
    context.talk.say(`Fingerprint: ${fingerprint}`);
    if (out === undefined) return { data: file, text: written };
    write(out, `${written}\n`);
    return { data: { file: out, fingerprint }, text: `Written to ${out}. On the machine of the pod: podnet pod devices add ${out}` };
  },
});

function write(path: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: 'wx' });
  } catch (cause) {
    const exists = (cause as NodeJS.ErrnoException).code === 'EEXIST';
    throw new Fault(exists ? 'conflict.exists' : 'usage.invalid', exists ? 'This file is there already.' : 'The file cannot be written.', { at: '--out', cause });
  }
}

export const keysRevoke = command({
  path: 'keys revoke',
  says: 'Revoke a device: nothing it signs is taken any more',
  arguments: [{ name: 'id', says: 'id of the device' }],
  examples: [{ line: 'podnet keys revoke dev_01k…', says: 'after a laptop was lost' }],
  async run(context, values) {
    await context.confirm('Revoke this device?');
    await (await context.podnet()).keys.revoke(text(values, 'id'));
    return { data: { id: text(values, 'id') }, text: 'Revoked.' };
  },
});

export const tokensList = command({
  path: 'tokens list',
  says: 'API tokens of your account',
  examples: [{ line: 'podnet tokens list', says: 'their names and when they end' }],
  async run(context) {
    const { tokens } = await (await context.podnet()).rest.call('listApiTokens', {});
    return { data: { tokens }, text: table([['token', 'until', 'last used', 'id'], ...tokens.map((token) => [token.name, token.expiresAt.slice(0, 10), token.lastUsedAt?.slice(0, 10) ?? 'never', token.id])]) };
  },
});

export const tokensAdd = command({
  path: 'tokens add',
  says: 'Make an API token for a machine; it is shown once',
  options: [
    { flags: '--name <name>', says: 'what it is for', required: true },
    { flags: '--days <days>', says: 'how long it is good for' },
  ],
  examples: [{ line: 'podnet tokens add --name nightly --days 30', says: 'put it into PODNET_TOKEN or a file for --token-file' }],
  async run(context, values) {
    const days = optionalText(values, 'days');
    const answer = await (await context.podnet()).rest.call('addApiToken', { body: { name: text(values, 'name'), ...(days ? { expiresInMs: Math.round(Number(days) * 86_400_000) } : {}) } });
    return { data: answer, text: `${answer.token}\nGood until ${answer.info.expiresAt.slice(0, 10)}. It is not shown again.` };
  },
});

export const tokensRevoke = command({
  path: 'tokens revoke',
  says: 'Revoke an API token',
  arguments: [{ name: 'id', says: 'id of the token' }],
  examples: [{ line: 'podnet tokens revoke tok_01k…', says: 'it ends at once' }],
  async run(context, values) {
    await (await context.podnet()).rest.call('revokeApiToken', { params: { id: text(values, 'id') } });
    return { data: { id: text(values, 'id') }, text: 'Revoked.' };
  },
});
