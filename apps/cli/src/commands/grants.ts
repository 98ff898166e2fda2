import type { CallAnswer, CallInput } from '@podnet/sdk';
import { isRoleName, roleLabel, roleNames, roleWarning } from '@podnet/policy';
import { Fault } from '@podnet/errors';
import { table } from '@podnet/terminal';
import { command, optionalText, text, type Option, type Values } from '../command.ts';

type Grant = CallAnswer<'assignRole'>;

const roleOption = { flags: '--role <role>', says: roleNames.join(', '), completes: 'role' } as const;
const termOptions: readonly Option[] = [
  { flags: '--until <instant>', says: 'the role ends then, for instance 2027-01-31T00:00:00Z' },
  { flags: '--epsilon <epsilon>', says: 'a smaller privacy budget than the role’s' },
  { flags: '--model <owner/name@version=hash...>', says: 'also this custom model' },
  { flags: '--element <name...>', says: 'also this element' },
];

function terms(values: Values): Partial<Pick<CallInput<'assignRole'>['body'], 'endsAt' | 'epsilonLimit' | 'extras'>> {
  const models = (values['model'] as string[] | undefined)?.map((entry) => {
    const [reference, hash] = entry.split('=');
    if (!reference || !hash) throw new Fault('usage.invalid', 'A custom model is written owner/name@version=hash.', { at: '--model' });
    return { reference, hash };
  });
  const elements = values['element'] as string[] | undefined;
  return {
    ...(optionalText(values, 'until') ? { endsAt: text(values, 'until') } : {}),
    ...(optionalText(values, 'epsilon') ? { epsilonLimit: Number(values['epsilon']) } : {}),
    ...(models || elements ? { extras: { models: models ?? [], elements: elements ?? [] } } : {}),
  };
}

function roleOf(values: Values): (typeof roleNames)[number] | undefined {
  const role = optionalText(values, 'role');
  if (role !== undefined && !isRoleName(role)) throw new Fault('usage.invalid', 'There is no such role.', { at: '--role', hint: `Roles: ${roleNames.join(', ')}.` });
  return role;
}

const lineOf = (grant: Grant): string[] => [grant.modeller.email, roleLabel(grant.role), grant.pod.name, grant.dataset ?? 'all', grant.revokedAt ? 'revoked' : (grant.endsAt?.slice(0, 10) ?? 'no end'), grant.assignedBy.email, grant.id];
const head = ['modeller', 'role', 'pod', 'dataset', 'until', 'assigned by', 'id'];
const shown = (grant: Grant): string => [table([head, lineOf(grant)]), ...(grant.warning ? [`\nBeware: ${grant.warning}`] : [])].join('\n');

export const grantsList = command({
  path: 'grants list',
  says: 'Roles that you hold, gave or may manage',
  options: [
    { flags: '--pod <pod>', says: 'only on this pod', completes: 'pod' },
    { flags: '--email <email>', says: 'only of this modeller' },
    { flags: '--ended', says: 'also those that have ended' },
  ],
  examples: [{ line: 'podnet grants list --pod torgersen', says: 'who may do what there' }],
  async run(context, values) {
    const { grants: calls, pods } = await context.podnet();
    const pod = optionalText(values, 'pod');
    const email = optionalText(values, 'email');
    const grants = await calls.list({ ...(pod ? { podId: (await pods.find(pod)).id } : {}), ...(email ? { email } : {}), ...(values['ended'] ? { ended: 'true' as const } : {}) });
    return { data: { grants }, text: table([head, ...grants.map(lineOf)]) };
  },
});

export const grantsAssign = command({
  path: 'grants assign',
  says: 'Give a modeller a role on a pod, or on one dataset of it',
  arguments: [
    { name: 'email', says: 'e-mail address of the modeller' },
    { name: 'pod', says: 'name of the pod', completes: 'pod' },
  ],
  options: [{ ...roleOption, required: true }, { flags: '--reason <text>', says: 'why; it is on the audit', required: true }, { flags: '--dataset <dataset>', says: 'only this dataset' }, ...termOptions],
  examples: [
    { line: 'podnet grants assign max@example.org torgersen --role metrics-only --reason "Quality report"', says: 'for every dataset of the pod' },
    { line: 'podnet grants assign sara@example.org torgersen --role general-modeller --dataset penguins --until 2027-01-31T00:00:00Z --reason "Study 12"', says: 'one dataset, until a date' },
  ],
  async run(context, values) {
    const { grants, pods } = await context.podnet();
    const role = roleOf(values)!;
    const warning = roleWarning(role);
    if (warning) {
      context.talk.say(`Beware: ${warning}`);
      await context.confirm(`Make ${text(values, 'email')} ${roleLabel(role)} on ${text(values, 'pod')}?`);
    }
    const { id: podId } = await pods.find(text(values, 'pod'));
    const grant = await grants.assign({ podId, email: text(values, 'email'), dataset: optionalText(values, 'dataset') ?? null, role, reason: text(values, 'reason'), ...terms(values) });
    return { data: grant, text: shown(grant) };
  },
});

export const grantsChange = command({
  path: 'grants change',
  says: 'Change a grant',
  arguments: [{ name: 'id', says: 'id of the grant' }],
  options: [roleOption, { flags: '--reason <text>', says: 'why; it is on the audit', required: true }, ...termOptions],
  examples: [{ line: 'podnet grants change grt_01k… --role viewer --reason "Study 12 is over"', says: 'takes effect at once' }],
  async run(context, values) {
    const { grants } = await context.podnet();
    const id = text(values, 'id');
    const current = (await grants.list()).find((grant) => grant.id === id);
    if (!current) throw new Fault('access.not-found', 'There is no such grant, or you may not manage it.');
    const role = roleOf(values);
    const grant = await grants.change(id, { revision: current.revision, reason: text(values, 'reason'), ...(role ? { role } : {}), ...terms(values) });
    return { data: grant, text: shown(grant) };
  },
});

export const grantsRevoke = command({
  path: 'grants revoke',
  says: 'Revoke a grant; what runs under it stops',
  arguments: [{ name: 'id', says: 'id of the grant' }],
  examples: [{ line: 'podnet grants revoke grt_01k…', says: 'pods learn of it within two seconds' }],
  async run(context, values) {
    await context.confirm('Revoke this grant?');
    const grant = await (await context.podnet()).grants.revoke(text(values, 'id'));
    return { data: grant, text: shown(grant) };
  },
});
