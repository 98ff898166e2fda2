import { table } from '@podnet/terminal';
import { command, text } from '../command.ts';
import { schemaText } from './schema-text.ts';

const name = { name: 'pod', says: 'name or id of the pod', completes: 'pod' } as const;

export const podsList = command({
  path: 'pods list',
  says: 'The pods that you may see',
  examples: [{ line: 'podnet pods list', says: 'with your role on each' }],
  async run(context) {
    const pods = await (await context.podnet()).pods.list();
    return { data: { pods }, text: table([['pod', 'online', 'your role', 'datasets', 'custodian', 'state'], ...pods.map((pod) => [pod.name, pod.online ? '●' : '○', pod.yourRole ?? '—', pod.datasets.join(', '), pod.custodian.name, pod.state])]) };
  },
});

export const podsShow = command({
  path: 'pods show',
  says: 'One pod: fingerprint, datasets and columns',
  arguments: [name],
  examples: [{ line: 'podnet pods show torgersen', says: 'what a task can name' }],
  async run(context, values) {
    const pod = await (await context.podnet()).pods.show(text(values, 'pod'));
    const sets = pod.schemas.map((schema) => `\n${schemaText(schema)}`);
    return { data: pod, text: [`${pod.name}  ${pod.online ? '● online' : '○ offline'}  ${pod.state}`, `Custodian    ${pod.custodian.name}`, `Your role    ${pod.yourRole ?? '—'}`, `Fingerprint  ${pod.fingerprint ?? '—'}`, ...sets].join('\n') };
  },
});

export const podsRegister = command({
  path: 'pods register',
  says: 'Register a pod; you become its custodian',
  arguments: [{ name: 'name', says: 'lower-case letters, digits, hyphens' }],
  examples: [{ line: 'podnet pods register torgersen', says: 'prints the join code and what to do with it' }],
  async run(context, values) {
    const { pod, joinCode, expiresAt } = await (await context.podnet()).pods.register(text(values, 'name'));
    return { data: { pod, joinCode, expiresAt }, text: joinText(pod.name, joinCode, expiresAt) };
  },
});

export const podsJoinCode = command({
  path: 'pods join-code',
  says: 'A new join code for a pod that has not joined',
  arguments: [name],
  examples: [{ line: 'podnet pods join-code torgersen', says: 'the old one is void' }],
  async run(context, values) {
    const answer = await (await context.podnet()).pods.renewJoinCode(text(values, 'pod'));
    return { data: answer, text: joinText(text(values, 'pod'), answer.joinCode, answer.expiresAt) };
  },
});

const joinText = (pod: string, code: string, until: string): string =>
  [`Join code  ${code}   (once, until ${until.slice(11, 16)} UTC)`, '', 'On the machine beside the data:', `  podnet pod join ${code} --config pod.yaml`, 'Compare the fingerprint that it shows, then confirm it here:', `  podnet pods confirm ${pod} FINGERPRINT`].join('\n');

export const podsConfirm = command({
  path: 'pods confirm',
  says: 'Confirm the fingerprint that the pod shows',
  arguments: [name, { name: 'fingerprint', says: 'as read off the pod' }],
  examples: [{ line: 'podnet pods confirm torgersen K7QD-…', says: 'exit status 11 when it differs' }],
  async run(context, values) {
    const pod = await (await context.podnet()).pods.confirm(text(values, 'pod'), text(values, 'fingerprint'));
    return { data: pod, text: `${pod.name} is ${pod.state}.` };
  },
});

export const podsRemove = command({
  path: 'pods remove',
  says: 'Remove a pod: its grants end, its open tasks are cancelled',
  arguments: [name],
  examples: [{ line: 'podnet pods remove torgersen', says: 'asks first' }],
  async run(context, values) {
    await context.confirm(`Remove the pod ${text(values, 'pod')}?`);
    await (await context.podnet()).pods.remove(text(values, 'pod'));
    return { data: {}, text: 'Removed.' };
  },
});

export const podsTrust = command({
  path: 'pods trust',
  says: 'Pin the keys that a pod shows now, after its custodian confirmed the new fingerprint',
  arguments: [name],
  examples: [{ line: 'podnet pods trust torgersen', says: 'shows the fingerprint and asks' }],
  async run(context, values) {
    const { pods } = await context.podnet();
    const shown = await pods.show(text(values, 'pod'));
    await context.confirm(`Did the custodian name the fingerprint ${shown.fingerprint ?? '—'}?`);
    const pod = await pods.trust(text(values, 'pod'), shown.fingerprint ?? '');
    return { data: { podId: pod.podId, fingerprint: pod.fingerprint }, text: `Pinned ${pod.fingerprint}.` };
  },
});
