import { isAssignmentOver, isTaskOver, type AssignmentProgress, type TaskProgress } from '@podnet/contracts';
import type { Body, ModellerEffect, ModellerEvent, ModellerMachine, Outcome } from '@podnet/elements';
import { packBody, unpackBody } from '@podnet/envelope';
import { Fault, isFault, isFaultCode, type FaultCode } from '@podnet/errors';
import type { Verdict } from '@podnet/policy';
import type { HubSocket, TaskFrame } from '../client/hub-socket.ts';
import type { CheckpointKeeper, Stand } from './checkpoint.ts';
import { makeFrameSender, type FrameSender } from './frame-sender.ts';
import type { TaskPlan } from './plan.ts';
import type { ResultReader } from './result.ts';

/** What a running task tells its modeller. */
export type TaskEvent =
  | { type: 'pods'; task: TaskProgress }
  | { type: 'progress'; done: number; of: number; says: string; metrics?: Record<string, number | null> }
  | { type: 'verdict'; podId: string; verdict: Verdict };

export interface RunOptions {
  plan: TaskPlan;
  machine: ModellerMachine;
  /** The state of a checkpoint, when the task is taken up again. */
  state?: unknown;
  /** The state that was saved last, by whoever drove the task; undefined when there is none. */
  reload(): Promise<unknown>;
  socket: HubSocket;
  results: ResultReader;
  checkpoints: CheckpointKeeper;
  cancel(): Promise<unknown>;
  /** Ends one pod's part of the task. */
  drop(assignmentId: string): Promise<unknown>;
  onEvent?: (event: TaskEvent) => void;
  /** False: ends with `policy.review` as soon as a custodian is asked; the task goes on waiting for them at the hub. */
  waitForReview?: boolean;
  /** Stops driving the task; the task itself goes on waiting at the hub and can be attached to. */
  signal?: AbortSignal;
}

/** How long pods that have not decided are waited for when another one has denied. */
const hearingMs = 4_000;

/**
 * Drives a protocol's modeller machine: the shell that carries its effects out and brings it its events, one at a time.
 * **Throws** what the machine fails with (verdicts in the details), the task's own end, `interrupted`.
 */
export function runTask(options: RunOptions): Promise<Outcome> {
  const { plan, machine, reload, socket, results, checkpoints, cancel, drop, onEvent = () => undefined, signal } = options;
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
  const readyEpoch = new Map<string, number>();
  const ended = new Set<string>();
  const verdicts = new Map<string, Verdict>();
  const heard = new Map<string, string>();
  const podOf = new Map<string, string>();
  /** Pods that are there and have not said yet whether they run it. */
  const undecided = new Set<string>();
  let sender: FrameSender;
  let state: unknown;
  let over = false;
  // One thing at a time: the machine sees its events in order, and effects are carried out before the next one.
  let line: Promise<void> = Promise.resolve();
  const inLine = (work: () => Promise<void>): void => {
    line = line.then(async () => {
      if (!over) await work();
    }).catch(end);
  };

  let stopWatching = (): void => undefined;
  function end(outcome: unknown): void {
    if (over) return;
    over = true;
    stopWatching();
    sender?.stop();
    clearTimeout(hearing);
    signal?.removeEventListener('abort', interrupt);
    if (isFault(outcome) || outcome instanceof Error) reject(outcome);
    else resolve(outcome as Outcome);
  }
  function interrupt(): void {
    end(new Fault('interrupted', 'You have left the task; it has not been cancelled.', { hint: `Take it up again with: podnet task attach ${plan.taskId}` }));
  }

  async function apply({ state: next, effects }: { state: unknown; effects: readonly ModellerEffect[] }): Promise<void> {
    state = next;
    for (const effect of effects) await carryOut(effect);
  }

  async function carryOut(effect: ModellerEffect): Promise<void> {
    switch (effect.type) {
      case 'send':
        return sender.send(effect.podIds, effect.step, packBody(effect.body));
      case 'checkpoint':
        if (effect.required) await saveNow();
        else checkpoints.saveSoon(stand);
        return;
      case 'progress': {
        const { done, of, says, metrics } = effect;
        return onEvent({ type: 'progress', done, of, says, ...(metrics ? { metrics } : {}) });
      }
      case 'exclude': {
        const assignmentId = [...podOf].find(([, podId]) => podId === effect.podId)?.[0];
        sender.forget(effect.podId);
        // The pod's part ends at the hub too; whether it does at once changes nothing here.
        if (assignmentId) void drop(assignmentId).catch(() => undefined);
        return;
      }
      case 'finish':
        return end(effect.outcome);
      case 'fail':
        return fail(effect);
    }
  }

  // A task that one pod denies has failed; what the others say is worth a moment's wait.
  let failing: { code: FaultCode; says: string } | undefined;
  let overdue = false;
  let hearing: ReturnType<typeof setTimeout> | undefined;
  async function fail(reason: { code: FaultCode; says: string }): Promise<void> {
    failing = reason;
    if (reason.code.startsWith('policy.') && undecided.size > 0) {
      hearing = setTimeout(() => inLine(conclude), hearingMs);
    } else await conclude();
  }
  async function conclude(): Promise<void> {
    // Pods that ran out of time make too few pods; the reason is the time.
    if (overdue && failing!.code === 'task.too-few-pods') return end(new Fault('task.deadline', undefined, { verdicts: [...verdicts.values()] }));
    await cancel().catch(() => undefined);
    const { code, says } = failing!;
    end(new Fault(code, says, { verdicts: [...verdicts.values()] }));
  }

  async function deliver(event: ModellerEvent): Promise<void> {
    const transition = machine.step(state, event);
    const isBehind = event.type === 'pod-ended' && transition.effects.some((effect) => effect.type === 'exclude' && effect.code === 'conflict.state');
    if (!isBehind || !(await goOnFromSaved())) await apply(transition);
  }

  const stand = (): Stand => ({ body: machine.save(state), position: machine.position(state) });

  async function saveNow(): Promise<void> {
    try {
      await checkpoints.saveNow(stand());
    } catch (error) {
      // The hub keeps the checkpoint of a task that has ended, and the one of a driver that is further.
      if (!isFault(error) || (error.code !== 'conflict.state' && error.code !== 'conflict.stale') || !(await goOnFromSaved())) throw error;
    }
  }

  // Another driver of this task may be ahead: where that one stood when it asked the pods for their end is where to go on, once.
  let hasReloaded = false;
  async function goOnFromSaved(): Promise<boolean> {
    if (hasReloaded) return false;
    hasReloaded = true;
    const saved = await reload();
    if (saved === undefined) return false;
    state = saved;
    for (const { payload } of plan.pods) sender.forget(payload.podId);
    readyEpoch.clear();
    ended.clear();
    onProgress((await socket.call('task:watch', { taskId: plan.taskId })).task);
    return true;
  }

  /** Before anything follows from one pod's word, what all of them have said is known. */
  async function hear({ assignmentId, podId, verdict: jws }: AssignmentProgress): Promise<void> {
    // A pod may say more later: that its custodian is asked, and what came of it.
    if (!jws || heard.get(podId) === jws) return;
    const verdict = await results.verdict(podId, jws, assignmentId).catch(forged);
    // One pod, or the hub in its name, must not end what the others do: what the pod has not signed it has not said.
    if (!verdict) return;
    heard.set(podId, jws);
    verdicts.set(podId, verdict);
    onEvent({ type: 'verdict', podId, verdict });
    if (verdict.decision === 'review' && options.waitForReview === false) {
      end(new Fault('policy.review', 'The task waits for the approval of a custodian.', { hint: `Take it up again with: podnet task attach ${plan.taskId}`, verdicts: [...verdicts.values()] }));
    }
  }

  async function onAssignment(assignment: AssignmentProgress): Promise<void> {
    const { podId, epoch, state: now } = assignment;
    podOf.set(assignment.assignmentId, podId);
    overdue ||= assignment.code === 'task.deadline';
    sender.place(podId, assignment.assignmentId);
    if (failing) return;
    if (now === 'running' && readyEpoch.get(podId) !== epoch) {
      readyEpoch.set(podId, epoch);
      sender.forget(podId);
      await deliver({ type: 'pod-ready', podId, epoch });
    } else if (isAssignmentOver(now) && !ended.has(podId)) {
      ended.add(podId);
      sender.forget(podId);
      const body = now === 'done' ? await results.open(assignment).catch(forged) : null;
      if (body === undefined) return deliver({ type: 'pod-ended', podId, state: 'failed', code: 'envelope.tampered', body: null });
      await deliver({ type: 'pod-ended', podId, state: now as 'done', code: isFaultCode(assignment.code) ? assignment.code : null, body });
    }
  }

  const onProgress = (task: TaskProgress): void =>
    inLine(async () => {
      onEvent({ type: 'pods', task });
      undecided.clear();
      for (const { podId, online, state: now } of task.assignments) if (online && (now === 'queued' || now === 'leased')) undecided.add(podId);
      await Promise.all(task.assignments.map(hear));
      // Ended from outside: what its pods say now is only that.
      if (!failing && (task.state === 'cancelled' || task.state === 'expired')) return end(endOf(task, [...verdicts.values()]));
      for (const assignment of task.assignments) {
        if (over) return;
        await onAssignment(assignment);
      }
      if (failing && undecided.size === 0) await conclude();
      // The machine has heard of every pod's end; if it still waits, the task's own end is the answer.
      if (!over && !failing && isTaskOver(task.state) && task.state !== 'completed') end(endOf(task, [...verdicts.values()]));
    });

  const onFrame = (frame: TaskFrame): void => {
    const { assignmentId, epoch, step } = frame;
    const podId = podOf.get(assignmentId);
    if (!podId || over) return;
    // Answers are opened side by side, off this thread, and dealt with one after the other.
    const opening = sender.open(podId, step, frame.body);
    inLine(async () => {
      if (readyEpoch.get(podId) !== epoch) return;
      const body = await opening;
      // What does not open was not sent by the pod; the pod's own answer will come.
      if (!body) return;
      sender.settle(podId, step);
      await deliver({ type: 'frame', podId, epoch, step, body: answerOf(body) });
    });
  };

  inLine(async () => {
    signal?.throwIfAborted();
    sender = makeFrameSender(plan, socket);
    if (options.state === undefined) await apply(machine.start());
    else state = options.state;
    const { task, stop } = await socket.watch(plan.taskId, { progress: onProgress, frame: onFrame, reconnected: () => sender.again() });
    stopWatching = stop;
    if (over) stop();
    onProgress(task);
  });
  if (signal?.aborted) interrupt();
  else signal?.addEventListener('abort', interrupt, { once: true });
  return promise;
}

/** For a `catch`: what is not what it claims to be is nothing. **Throws** everything else. */
function forged(error: unknown): undefined {
  if (!isFault(error) || !error.code.startsWith('envelope.')) throw error;
}

/** The pod's answer; what cannot be read is an empty one, which the machine counts against that pod alone. */
function answerOf(bytes: Uint8Array): Body {
  try {
    return unpackBody(bytes as Uint8Array<ArrayBuffer>);
  } catch (error) {
    forged(error);
    return { json: null, arrays: {} };
  }
}

/** The fault of a task that ended without an outcome. */
export function endOf(task: TaskProgress, verdicts: readonly Verdict[] = []): Fault {
  const details = verdicts.length > 0 ? { verdicts: [...verdicts] } : {};
  const byState: Partial<Record<TaskProgress['state'], FaultCode>> = { cancelled: 'task.cancelled', expired: 'task.deadline', failed: 'task.failed' };
  const code = isFaultCode(task.code) ? task.code : (byState[task.state] ?? 'task.failed');
  return new Fault(code, undefined, details);
}
