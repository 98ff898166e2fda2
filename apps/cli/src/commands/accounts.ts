import { table } from '@podnet/terminal';
import { command, text } from '../command.ts';

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
  says: 'What happened at the hub, oldest first',
  options: [
    { flags: '--after <seq>', says: 'only what came after this entry' },
    { flags: '--subject <id>', says: 'only about this pod, grant, task or account' },
    { flags: '--limit <n>', says: 'at most so many (100)' },
  ],
  examples: [{ line: 'podnet audit list --subject grt_01k…', says: 'the history of one grant' }],
  async run(context, values) {
    const query = Object.fromEntries(['after', 'subject', 'limit'].flatMap((name) => (typeof values[name] === 'string' ? [[name, values[name]]] : [])));
    const { entries } = await (await context.podnet()).rest.call('listAudit', { query });
    return { data: { entries }, text: table([['#', 'when', 'who', 'what', 'about'], ...entries.map((each) => [each.seq, each.at.slice(0, 19), each.actorId, each.action, each.subject])]) };
  },
});

export const auditVerify = command({
  path: 'audit verify',
  says: 'Recompute the hash chain of the hub’s audit',
  examples: [{ line: 'podnet audit verify', says: 'exit status 11 when it is broken' }],
  async run(context) {
    const answer = await (await context.podnet()).rest.call('verifyAudit', {});
    return { data: answer, text: answer.ok ? `${answer.entries} entries, unbroken. Head ${answer.head ?? '—'}` : `Broken at entry ${answer.brokenAt}.`, ...(answer.ok ? {} : { exit: 11 }) };
  },
});
