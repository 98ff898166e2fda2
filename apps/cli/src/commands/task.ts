import type { TaskHandle, CallAnswer } from '@podnet/sdk';
import { table } from '@podnet/terminal';
import { verdictText } from '../answer.ts';
import { command, optionalText, text, type Answer, type Values } from '../command.ts';
import type { Context } from '../context.ts';
import { follow, outcomeData, outcomeText, readTaskAt, saveOutcome } from './task-output.ts';

type Progress = CallAnswer<'showTask'>;

const file = { name: 'file', says: 'task in YAML or JSON', completes: 'file' } as const;
const taskId = { name: 'task', says: 'id of the task', completes: 'task' } as const;
const noWait = { flags: '--no-wait', says: 'leave with exit status 6 when a custodian has to approve' };
const outOption = { flags: '--out <folder>', says: 'also write the outcome there, as JSON' };

async function drive(context: Context, handle: TaskHandle, values: Values): Promise<Answer> {
  const show = follow(context, handle.taskId);
  try {
    const outcome = await handle.outcome({ onEvent: show.onEvent, signal: context.signal, ...(values['wait'] === false ? { waitForReview: false } : {}) });
    const folder = optionalText(values, 'out');
    const saved = folder ? await saveOutcome(folder, handle.taskId, outcome) : undefined;
    const { assignments } = await (await context.podnet()).tasks.show(handle.taskId);
    return {
      data: { ...outcomeData(handle.taskId, outcome), ...(saved ? { saved } : {}) },
      text: [outcomeText(outcome), ...(saved ? [`\nWritten to ${saved}`] : [])].join('\n'),
      // Some pods have not answered: a partial success.
      ...(outcome.contributors.length < assignments.length ? { exit: 8 } : {}),
    };
  } finally {
    show.end();
  }
}

export const taskRun = command({
  path: 'task run',
  says: 'Check, submit and follow a task to its outcome',
  arguments: [file],
  options: [outOption, noWait, { flags: '--idempotency-key <key>', says: 'the same key is the same task, however often it is run' }, { flags: '--detach', says: 'submit and leave' }],
  examples: [
    { line: 'podnet task run examples/tasks/penguin-species.yaml', says: 'Ctrl-C leaves the task; podnet task attach takes it up again' },
    { line: 'podnet task run task.yaml --json > outcome.json', says: 'one JSON object' },
  ],
  async run(context, values) {
    const task = await readTaskAt(text(values, 'file'));
    const { tasks } = await context.podnet();
    const key = optionalText(values, 'idempotencyKey');
    const handle = await tasks.submit(task, key ? { idempotencyKey: key } : {});
    context.talk.say(`Task ${handle.taskId}`);
    if (values['detach']) return { data: { taskId: handle.taskId }, text: handle.taskId };
    return drive(context, handle, values);
  },
});

export const taskSubmit = command({
  path: 'task submit',
  says: 'Check and submit a task, and leave; protocols with rounds wait for podnet task attach',
  arguments: [file],
  options: [{ flags: '--idempotency-key <key>', says: 'the same key is the same task' }],
  examples: [{ line: 'podnet task submit task.yaml', says: 'prints the id of the task' }],
  async run(context, values) {
    const key = optionalText(values, 'idempotencyKey');
    const handle = await (await context.podnet()).tasks.submit(await readTaskAt(text(values, 'file')), key ? { idempotencyKey: key } : {});
    return { data: { taskId: handle.taskId }, text: handle.taskId };
  },
});

export const taskAttach = command({
  path: 'task attach',
  says: 'Take a task up again where it stands and follow it to its outcome',
  arguments: [taskId],
  options: [outOption, noWait],
  examples: [{ line: 'podnet task attach tsk_01k…', says: 'after Ctrl-C, a crash, or on another machine with the same keys' }],
  run: async (context, values) => drive(context, await (await context.podnet()).tasks.attach(text(values, 'task')), values),
});

export const taskResult = command({
  path: 'task result',
  says: 'The outcome of a task that has ended',
  arguments: [taskId],
  options: [outOption],
  examples: [{ line: 'podnet task result tsk_01k… --json', says: 'weights and metrics' }],
  async run(context, values) {
    const outcome = await (await context.podnet()).tasks.result(text(values, 'task'));
    const folder = optionalText(values, 'out');
    if (folder) await saveOutcome(folder, text(values, 'task'), outcome);
    return { data: outcomeData(text(values, 'task'), outcome), text: outcomeText(outcome) };
  },
});

const element = (name: string): string => name.replace(/@1$/, '');
const triple = ({ protocol, algorithm, model }: Progress): string => [protocol, algorithm, ...(model ? [model] : [])].map(element).join(' · ');

function progressText(task: Progress): string {
  const rows = task.assignments.map((each) => [each.podName, each.dataset, each.state, each.online ? '●' : '○', each.reviewUntil ? `waits for approval until ${each.reviewUntil.slice(0, 16)}` : (each.code ?? '')]);
  return [`${task.taskId}  ${task.state}${task.code ? `  [${task.code}]` : ''}`, triple(task), table([['pod', 'dataset', 'state', 'online', 'code'], ...rows])].join('\n');
}

export const taskWatch = command({
  path: 'task watch',
  says: 'Watch a task without driving it, until it ends',
  arguments: [taskId],
  examples: [{ line: 'podnet task watch tsk_01k… --json', says: 'one JSON object for each change' }],
  async run(context, values) {
    const { tasks } = await context.podnet();
    const last = await tasks.watch(text(values, 'task'), (task) => context.emit(task, `${task.state}  ${task.assignments.map((each) => `${each.podName} ${each.state}`).join(', ')}`), context.signal);
    return { data: last };
  },
});

export const taskList = command({
  path: 'task list',
  says: 'Your tasks, newest first',
  options: [
    { flags: '--state <state>', says: 'open, completed, failed, cancelled, expired' },
    { flags: '--limit <n>', says: 'at most so many (50)' },
  ],
  examples: [{ line: 'podnet task list --state open', says: 'what is under way' }],
  async run(context, values) {
    const query = Object.fromEntries(['state', 'limit'].flatMap((name) => (typeof values[name] === 'string' ? [[name, values[name]]] : [])));
    const tasks = await (await context.podnet()).tasks.list(query);
    return { data: { tasks }, text: table([['task', 'state', 'pods done', 'since', 'what'], ...tasks.map((task) => [task.taskId, task.state, `${task.assignments.filter((each) => each.state === 'done').length}/${task.assignments.length}`, task.createdAt.slice(0, 16), triple(task)])]) };
  },
});

export const taskShow = command({
  path: 'task show',
  says: 'One task and where each pod stands',
  arguments: [taskId],
  examples: [{ line: 'podnet task show tsk_01k…', says: 'states and codes' }],
  async run(context, values) {
    const task = await (await context.podnet()).tasks.show(text(values, 'task'));
    return { data: task, text: progressText(task) };
  },
});

export const taskCancel = command({
  path: 'task cancel',
  says: 'Cancel a task; pods stop',
  arguments: [taskId],
  examples: [{ line: 'podnet task cancel tsk_01k…', says: 'what has left a pod has left it' }],
  async run(context, values) {
    const task = await (await context.podnet()).tasks.cancel(text(values, 'task'));
    return { data: task, text: progressText(task) };
  },
});

export const taskSchema = command({
  path: 'task schema',
  says: 'JSON Schema of task files, for editors',
  examples: [{ line: 'podnet task schema > task.schema.json', says: 'then in the file: # yaml-language-server: $schema=task.schema.json' }],
  async run() {
    const schema = (await import('@podnet/sdk')).taskFileSchema();
    return { data: schema, text: JSON.stringify(schema, null, 2) };
  },
});

export const canI = command({
  path: 'can-i',
  says: 'What hub and pods would decide on a task: a dry run, nothing is charged, no data is read',
  arguments: [file],
  examples: [{ line: 'podnet can-i examples/tasks/penguin-species.yaml', says: 'exit status 0, 5, 7 or 12' }],
  async run(context, values) {
    const { hub, pods } = await (await context.podnet()).tasks.canI(await readTaskAt(text(values, 'file')));
    const { faultTable } = await import('@podnet/errors');
    const verdicts = [...hub, ...pods.flatMap((pod) => (pod.verdict ? [pod.verdict] : []))];
    const denied = verdicts.find((verdict) => verdict.decision === 'deny');
    const offline = pods.filter((pod) => !pod.online);
    const exit = denied && denied.code !== 'permitted' ? faultTable[denied.code].exit : offline.length > 0 ? 12 : 0;
    const lines = pods.map((pod) => (pod.verdict ? verdictText(pod.verdict, context.style) : `  ${pod.podName} is offline; the hub expects:\n${hub.filter((each) => each.podId === pod.podId).map((each) => verdictText(each, context.style)).join('\n')}`));
    return { data: { hub, pods }, text: lines.join('\n\n'), ...(exit ? { exit } : {}) };
  },
});
