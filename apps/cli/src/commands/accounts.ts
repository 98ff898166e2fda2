import { Fault } from '@podnet/errors';
import { table } from '@podnet/terminal';
import { command, optionalText, text, type Values } from '../command.ts';
import { atPod, podHere } from './at-pod.ts';
import { auditFilterNames, auditFilters, podConfigOption } from './custodian.ts';
import { program } from './local.ts';

export const accountsList = command({
  path: 'accounts list',
  says: 'All accounts of the hub',
  examples: [{ line: 'podnet accounts list', says: 'for admins' }],
  async run(context) {
    const { accounts } = await (await context.podnet()).rest.call('listAccounts', {});
    return { data: { accounts }, text: table([['name', 'e-mail', 'admin', 'state', 'id'], ...accounts.map((each) => [each.name, each.email, each.admin ? 'yes' : '', each.disabledAt ? 'disabled' : 'good', each.id])]) };
  },
});

export const accountsInvite = command({
  path: 'accounts invite',
  says: 'Invite somebody; the token is shown once',
  arguments: [{ name: 'email', says: 'their e-mail address' }],
  options: [{ flags: '--admin', says: 'they become an admin' }],
  examples: [{ line: 'podnet accounts invite sara@example.org', says: 'send her the token; she runs podnet accept' }],
  async run(context, values) {
    const answer = await (await context.podnet()).rest.call('invite', { body: { email: text(values, 'email'), admin: values['admin'] === true } });
    return { data: answer, text: `${answer.token}\nGood until ${answer.expiresAt.slice(0, 10)}, once. They run: podnet accept --hub ${context.hub()} --name "…"` };
  },
});

export const accountsDisable = command({
  path: 'accounts disable',
  says: 'Disable an account: its sessions end, its open tasks are cancelled',
  arguments: [{ name: 'id', says: 'id of the account' }],
  examples: [{ line: 'podnet accounts disable usr_01k…', says: 'asks first' }],
  async run(context, values) {
    await context.confirm('Disable this account?');
    await (await context.podnet()).rest.call('disableAccount', { params: { id: text(values, 'id') } });
    return { data: { id: text(values, 'id') }, text: 'Disabled.' };
  },
});

export const auditList = command({
  path: 'audit list',
  says: 'What happened at the hub (admins), or at the pod of this folder (custodians), oldest first',
  options: [
    podConfigOption,
    ...auditFilters,
    { flags: '--after <seq>', says: 'only what came after this entry' },
    { flags: '--subject <id>', says: 'only about this pod, grant, task or account' },
    { flags: '--limit <n>', says: 'at most so many (100)' },
  ],
  examples: [
    { line: 'podnet audit list --subject grt_01k…', says: 'of the hub: the history of one grant' },
    { line: 'podnet audit list --config pod.yaml --verdict flagged --since 7d', says: 'of a pod: what should be looked at' },
  ],
  async run(context, values) {
    if (podHere(context, values) !== undefined) return atPod(context, values, ['audit', 'list'], [...auditFilterNames, 'limit']);
    refuseFilters(values);
    const query = Object.fromEntries(['after', 'subject', 'limit'].flatMap((name) => (typeof values[name] === 'string' ? [[name, values[name]]] : [])));
    const { entries } = await (await context.podnet()).rest.call('listAudit', { query });
    return { data: { entries }, text: table([['#', 'when', 'who', 'what', 'about'], ...entries.map((each) => [each.seq, each.at.slice(0, 19), each.actorId, each.action, each.subject])]) };
  },
});

export const auditVerify = command({
  path: 'audit verify',
  says: 'Recompute the hash chain of the hub’s audit, of that of the pod in this folder, or of an export',
  options: [podConfigOption, { flags: '--file <export>', says: 'an export of a pod’s audit', completes: 'file' }],
  examples: [
    { line: 'podnet audit verify', says: 'exit status 11 when it is broken' },
    { line: 'podnet audit verify --config pod.yaml', says: 'of a pod: offline, and names the first broken entry' },
  ],
  async run(context, values) {
    const file = optionalText(values, 'file');
    if (file !== undefined) return program('pod', ['audit', 'verify', `--file=${file}`, ...(context.flags.json ? ['--json'] : [])]);
    if (podHere(context, values) !== undefined) return atPod(context, values, ['audit', 'verify']);
    const answer = await (await context.podnet()).rest.call('verifyAudit', {});
    return { data: answer, text: answer.ok ? `${answer.entries} entries, unbroken. Head ${answer.head ?? '—'}` : `Broken at entry ${answer.brokenAt}.`, ...(answer.ok ? {} : { exit: 11 }) };
  },
});

/** What only a pod can answer must not look as if the hub had nothing of it. */
function refuseFilters(values: Values): void {
  const given = auditFilterNames.find((name) => typeof values[name] === 'string');
  if (given !== undefined) throw new Fault('usage.invalid', 'The audit of the hub has no such filter.', { at: `--${given}`, hint: 'Run it in the folder of a pod.yaml, or name it with --config.' });
}
