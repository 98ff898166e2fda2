import { Fault } from '@podnet/errors';
import type { CallAnswer, OpenedReview } from '@podnet/sdk';
import { table } from '@podnet/terminal';
import { command, optionalText, text, type Answer, type Option, type Values } from '../command.ts';
import type { Context } from '../context.ts';
import { atPod, podConfig, podHere } from './at-pod.ts';
import { instantOf } from './instant.ts';
import { reviewText } from './review-output.ts';

type Review = CallAnswer<'listReviews'>['reviews'][number];

const review = { name: 'review', says: 'id of the review' };
const note: Option = { flags: '--note <text>', says: 'for the modeller' };
const hash: Option = { flags: '--hash <hash>', says: 'what you have seen, from podnet review show: refused when something else waits by now' };
/** How long the pod is waited for after a decision; it may be offline. */
const waitMs = 8_000;

/** At the machine of a pod its own store answers; elsewhere the hub, with what the pod has sealed to this device. */
const here = (context: Context, values: Values): boolean => podHere(context, values) !== undefined;

function refuse(values: Values, name: string, says: string): void {
  if (values[name] !== undefined) throw new Fault('usage.invalid', says, { at: `--${name}` });
}

const rowOf = (each: Review): string[] => [each.id, each.state, each.deadlineAt.slice(0, 16), each.requester.email, `${each.pod.name}/${each.dataset}`, each.refusedCode ? `refused: ${each.refusedCode}` : ''];

export const reviewList = command({
  path: 'review list',
  says: 'Queries that wait for you, at the pod of this folder or at all of your pods through the hub',
  options: [podConfig, { flags: '--state <state>', says: 'waiting (default) or all; at a pod also approved, denied, expired, outdated' }, { flags: '--pod <pod>', says: 'through the hub: only of this pod', completes: 'pod' }],
  examples: [
    { line: 'podnet review list', says: 'who waits, where, and until when' },
    { line: 'podnet review list --config pod.yaml --state all', says: 'at the pod: also those that are over' },
  ],
  async run(context, values) {
    if (here(context, values)) {
      refuse(values, 'pod', 'A pod lists what waits at itself.');
      return atPod(context, values, ['review', 'list'], ['state']);
    }
    const state = optionalText(values, 'state') ?? 'waiting';
    if (state !== 'waiting' && state !== 'all') throw new Fault('usage.invalid', 'The hub lists what waits, or all.', { at: '--state' });
    const pod = optionalText(values, 'pod');
    const reviews = await (await context.podnet()).reviews.list({ all: state === 'all', ...(pod === undefined ? {} : { pod }) });
    return { data: { reviews }, text: reviews.length === 0 ? 'Nothing waits for you.' : table([['review', 'state', 'until', 'who', 'dataset', ''], ...reviews.map(rowOf)]) };
  },
});

export const reviewShow = command({
  path: 'review show',
  says: 'Everything an approval is bound to: who, the plan, columns, units, reasons, the answer',
  arguments: [review],
  options: [podConfig],
  examples: [{ line: 'podnet review show rev_0m…', says: 'before you decide' }],
  async run(context, values) {
    if (here(context, values)) return atPod(context, values, ['review', 'show', text(values, 'review')]);
    const opened = await (await context.podnet()).reviews.show(text(values, 'review'));
    return { data: opened, text: reviewText(opened) };
  },
});

/** Nobody decides on what they have not seen: it is shown, and the decision is bound to it. */
async function seen(context: Context, id: string, question: string): Promise<string> {
  const opened: OpenedReview = await (await context.podnet()).reviews.show(id);
  if (!opened.content) throw new Fault('conflict.state', 'What this query would tell is not sealed to this device.', { at: id, hint: 'Have the pod pin it (podnet pod devices add), use a device that it has pinned, or decide at the pod, in the folder of its pod.yaml.' });
  context.talk.say(reviewText(opened));
  await context.confirm(question);
  return opened.content.hash;
}

function answered(decided: Review, done: string): Answer {
  const text = decided.state === 'answered' ? `Sent. The pod ${decided.pod.name} has not said yet what came of it.` : decided.state === 'approved' || decided.state === 'denied' ? `${done}` : `The query does not wait any more: ${decided.state}.`;
  return { data: decided, text };
}

export const reviewApprove = command({
  path: 'review approve',
  says: 'Let exactly the answer that was shown leave',
  arguments: [review],
  options: [podConfig, { flags: '--runs <n>', says: 'good for so many runs of this very query (1)' }, { flags: '--until <time>', says: 'good for any number of runs until then' }, note, hash],
  examples: [
    { line: 'podnet review approve rev_0m…', says: 'once' },
    { line: 'podnet review approve rev_0m… --until 2027-01-01 --note "For the annual report"', says: 'while data and policy stay as they are' },
  ],
  async run(context, values) {
    const id = text(values, 'review');
    if (here(context, values)) return atPod(context, values, ['review', 'approve', id], ['runs', 'until', 'note', 'hash']);
    const scope = scopeOf(values);
    const shown = optionalText(values, 'hash') ?? (await seen(context, id, 'Let this answer leave?'));
    const said = optionalText(values, 'note');
    const decided = await (await context.podnet()).reviews.approve(id, { hash: shown, scope, waitMs, signal: context.signal, ...(said === undefined ? {} : { note: said }) });
    return answered(decided, `Approved ${id}. The answer that was shown leaves now.`);
  },
});

function scopeOf(values: Values): { runs: number } | { until: number } {
  const [runs, until] = [optionalText(values, 'runs'), optionalText(values, 'until')];
  if (runs !== undefined && until !== undefined) throw new Fault('usage.invalid', 'An approval is for a number of runs or until a date.', { at: '--until' });
  if (until !== undefined) {
    const at = instantOf(until, '--until');
    if (at <= Date.now()) throw new Fault('usage.invalid', 'This time has passed.', { at: '--until' });
    return { until: at };
  }
  if (runs !== undefined && !/^[1-9]\d{0,5}$/.test(runs)) throw new Fault('usage.invalid', 'This is not a number of runs.', { at: '--runs' });
  return { runs: Number(runs ?? 1) };
}

export const reviewDeny = command({
  path: 'review deny',
  says: 'Let nothing leave; the modeller reads your note',
  arguments: [review],
  options: [podConfig, note, hash],
  examples: [{ line: 'podnet review deny rev_0m… --note "Ask for groups of ten"', says: 'the note goes to nobody but the modeller' }],
  async run(context, values) {
    const id = text(values, 'review');
    if (here(context, values)) return atPod(context, values, ['review', 'deny', id], ['note', 'hash']);
    const shown = optionalText(values, 'hash') ?? (await seen(context, id, 'Deny this query?'));
    const said = optionalText(values, 'note');
    const decided = await (await context.podnet()).reviews.deny(id, { hash: shown, waitMs, signal: context.signal, ...(said === undefined ? {} : { note: said }) });
    return answered(decided, `Denied ${id}. Nothing leaves.`);
  },
});

export const reviewWatch = command({
  path: 'review watch',
  says: 'Print what waits and what comes, until Ctrl-C',
  options: [podConfig, { flags: '--pod <pod>', says: 'through the hub: only of this pod', completes: 'pod' }],
  examples: [{ line: 'podnet review watch --json', says: 'one JSON object for each' }],
  async run(context, values) {
    if (here(context, values)) {
      refuse(values, 'pod', 'A pod watches what waits at itself.');
      return atPod(context, values, ['review', 'watch']);
    }
    const pod = optionalText(values, 'pod');
    for await (const each of (await context.podnet()).reviews.watch({ signal: context.signal, ...(pod === undefined ? {} : { pod }) })) context.emit(each, rowOf(each).join('  '));
    throw new Fault('interrupted');
  },
});

export const reviewCommands = [reviewList, reviewShow, reviewApprove, reviewDeny, reviewWatch] as const;
