import { Fault } from '@podnet/errors';
import { isRoleName, roleLabel, roleNames, roleWarning } from '@podnet/policy';
import type { CallAnswer } from '@podnet/sdk';
import { plainText, table } from '@podnet/terminal';
import { command, optionalText, text, type Option, type Values } from '../command.ts';
import { instantOf } from './instant.ts';

type Request = CallAnswer<'showRequest'>;

const pod = { name: 'pod', says: 'name of the pod', completes: 'pod' } as const;
const id = { name: 'request', says: 'id of the request' };
const reason: Option = { flags: '--reason <text>', says: 'for the custodian', required: true };
const dataset: Option = { flags: '--dataset <dataset>', says: 'only for this dataset' };
const note: Option = { flags: '--note <text>', says: 'for the modeller' };

function whatOf({ what }: Request): string {
  switch (what.kind) {
    case 'role':
      return roleLabel(what.role);
    case 'element':
      return `element ${what.element}`;
    case 'model':
      return `model ${what.reference}`;
    case 'query':
      return 'the answer to a query';
  }
}

const head = ['request', 'state', 'who', 'pod', 'what', 'reason', 'review'];
const rowOf = (request: Request): string[] => [request.id, request.state, request.requester.email, request.dataset ? `${request.pod.name}/${request.dataset}` : request.pod.name, whatOf(request), request.reason ?? 'sealed', request.reviewId ?? ''];

function shown(request: Request): string {
  const decided = request.decidedBy ? `\n${request.state} by ${request.decidedBy.email}${request.note ? `: ${request.note}` : ''}` : '';
  return table([head, rowOf(request)]) + plainText(decided);
}

function roleOf(name: string, at: string) {
  if (!isRoleName(name)) throw new Fault('usage.invalid', 'There is no such role.', { at, hint: `Roles: ${roleNames.join(', ')}.` });
  return name;
}

const asking = (values: Values) => ({ reason: text(values, 'reason'), ...(optionalText(values, 'dataset') ? { dataset: text(values, 'dataset') } : {}) });

export const requestRole = command({
  path: 'request role',
  says: 'Ask the custodian of a pod for a role',
  arguments: [pod, { name: 'role', says: roleNames.join(', '), completes: 'role' }],
  options: [reason, dataset],
  examples: [{ line: 'podnet request role torgersen general-modeller --reason "Study 12"', says: 'asking again is the same request' }],
  async run(context, values) {
    const request = await (await context.podnet()).requests.role(text(values, 'pod'), roleOf(text(values, 'role'), 'role'), asking(values));
    return { data: request, text: shown(request) };
  },
});

export const requestExtra = command({
  path: 'request extra',
  says: 'Ask the custodian of a pod for an element or a custom model beyond your role',
  arguments: [pod],
  options: [{ flags: '--element <name>', says: 'this element' }, { flags: '--model <owner/name@version=hash>', says: 'this custom model' }, reason, dataset],
  examples: [{ line: 'podnet request extra torgersen --element sql-query --reason "Quality report"', says: 'it is added to the role that you have there' }],
  async run(context, values) {
    const [element, model] = [optionalText(values, 'element'), optionalText(values, 'model')];
    if ((element === undefined) === (model === undefined)) throw new Fault('usage.invalid', 'Ask for an element or for a model.', { at: '--element' });
    const [reference, hash] = model?.split('=') ?? [];
    if (model !== undefined && (!reference || !hash)) throw new Fault('usage.invalid', 'A custom model is written owner/name@version=hash.', { at: '--model' });
    const request = await (await context.podnet()).requests.extra(text(values, 'pod'), element === undefined ? { model: { reference: reference!, hash: hash! } } : { element }, asking(values));
    return { data: request, text: shown(request) };
  },
});

export const requestQuery = command({
  path: 'request query',
  says: 'Ask the custodian for the answer to a query that their pod has denied; the reason is sealed to the pod',
  arguments: [{ name: 'task', says: 'id of the task that was denied', completes: 'task' }],
  options: [{ flags: '--pod <pod>', says: 'when several pods have denied it', completes: 'pod' }, reason],
  examples: [{ line: 'podnet request query tsk_01k… --reason "Outliers before publication"', says: 'the same query waits for the custodian; follow it with podnet task attach' }],
  async run(context, values) {
    const name = optionalText(values, 'pod');
    const { request, task } = await (await context.podnet()).requests.query(text(values, 'task'), { reason: text(values, 'reason'), ...(name === undefined ? {} : { pod: name }) });
    return { data: { request, taskId: task.taskId }, text: `${shown(request)}\nThe query waits as a task of its own. Follow it with: podnet task attach ${task.taskId}` };
  },
});

export const requestsList = command({
  path: 'requests list',
  says: 'Requests that you made or may decide',
  options: [{ flags: '--pod <pod>', says: 'only at this pod', completes: 'pod' }, { flags: '--all', says: 'also those that were answered' }],
  examples: [{ line: 'podnet requests list', says: 'what is open' }],
  async run(context, values) {
    const name = optionalText(values, 'pod');
    const requests = await (await context.podnet()).requests.list({ all: values['all'] === true, ...(name === undefined ? {} : { pod: name }) });
    return { data: { requests }, text: requests.length === 0 ? 'No request is open.' : table([head, ...requests.map(rowOf)]) };
  },
});

export const requestsShow = command({
  path: 'requests show',
  says: 'One request, and what was answered',
  arguments: [id],
  examples: [{ line: 'podnet requests show req_01k…', says: 'with the custodian’s note' }],
  async run(context, values) {
    const request = await (await context.podnet()).requests.show(text(values, 'request'));
    return { data: request, text: shown(request) };
  },
});

export const requestsApprove = command({
  path: 'requests approve',
  says: 'Give the role or extra that was asked for; a query is decided with podnet review',
  arguments: [id],
  options: [{ flags: '--role <role>', says: 'this role in place of the one that was asked for', completes: 'role' }, { flags: '--until <time>', says: 'the role ends then' }, note],
  examples: [{ line: 'podnet requests approve req_01k… --until 2027-01-31 --note "For study 12"', says: 'the grant is made or changed at once' }],
  async run(context, values) {
    const { requests } = await context.podnet();
    const request = await requests.show(text(values, 'request'));
    const role = optionalText(values, 'role') === undefined ? undefined : roleOf(text(values, 'role'), '--role');
    const given = request.what.kind === 'role' ? (role ?? request.what.role) : undefined;
    const warning = given && roleWarning(given);
    if (given && warning) {
      context.talk.say(`Beware: ${warning}`);
      await context.confirm(`Make ${plainText(request.requester.email)} ${roleLabel(given)} on ${request.pod.name}?`);
    }
    const [said, until] = [optionalText(values, 'note'), optionalText(values, 'until')];
    const answered = await requests.approve(request.id, { ...(said === undefined ? {} : { note: said }), ...(role ? { role } : {}), ...(until === undefined ? {} : { endsAt: new Date(instantOf(until, '--until')).toISOString() }) });
    return { data: answered, text: shown(answered) };
  },
});

export const requestsDeny = command({
  path: 'requests deny',
  says: 'Deny a role or an extra',
  arguments: [id],
  options: [note],
  examples: [{ line: 'podnet requests deny req_01k… --note "Ask the ethics board first"', says: 'the modeller reads the note' }],
  async run(context, values) {
    const said = optionalText(values, 'note');
    const answered = await (await context.podnet()).requests.deny(text(values, 'request'), said === undefined ? {} : { note: said });
    return { data: answered, text: shown(answered) };
  },
});

export const requestsWithdraw = command({
  path: 'requests withdraw',
  says: 'Take a request of yours back',
  arguments: [id],
  examples: [{ line: 'podnet requests withdraw req_01k…', says: 'it needs no answer any more' }],
  async run(context, values) {
    const request = await (await context.podnet()).requests.withdraw(text(values, 'request'));
    return { data: request, text: shown(request) };
  },
});

export const requestCommands = [requestRole, requestExtra, requestQuery, requestsList, requestsShow, requestsApprove, requestsDeny, requestsWithdraw] as const;
