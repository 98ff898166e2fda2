import { decodeBase64url, deriveChannel, type Channel } from '@podnet/envelope';
import type { HubSocket } from '../client/hub-socket.ts';
import type { TaskPlan } from './plan.ts';

/** Frames to the pods of one task. What was not answered is sent again: after a break, when it could not be delivered, and now and then. */
export interface FrameSender {
  /** Tells where a pod's frames go. */
  place(podId: string, assignmentId: string): void;
  send(podIds: readonly string[], step: number, body: Uint8Array): Promise<void>;
  /** Opens a pod's answer; undefined when it is not one. */
  open(podId: string, step: number, frame: Uint8Array): Promise<Uint8Array | undefined>;
  /** The pod's open question of that step is answered. */
  settle(podId: string, step: number): void;
  /** Drops what waits for a pod: it ended or starts anew. */
  forget(podId: string): void;
  /** Sends everything that waits once more. */
  again(): void;
  stop(): void;
}

const undeliveredMs = 250;
const unansweredMs = 10_000;
/** A message of socket.io with more bytes-parts than this is refused by its reader, and the connection closed. */
const mostAtOnce = 10;

interface Waiting {
  step: number;
  frame: Uint8Array;
  sentAt: number;
}

export function makeFrameSender(plan: TaskPlan, socket: HubSocket): FrameSender {
  const payloads = new Map(plan.pods.map(({ payload }) => [payload.podId, payload]));
  const channels = new Map<string, Promise<Channel>>();
  // Made when first used: most protocols have no frames.
  const channelTo = (podId: string): Promise<Channel> | undefined => {
    const payload = payloads.get(podId);
    if (payload && !channels.has(podId)) channels.set(podId, deriveChannel(decodeBase64url(payload.channelKey), payload));
    return channels.get(podId);
  };
  const assignmentOf = new Map<string, string>();
  const waiting = new Map<string, Waiting>();
  const timers = new Set<ReturnType<typeof setTimeout>>();
  let stopped = false;

  function post(podIds: readonly string[], step: number): void {
    for (let first = 0; first < podIds.length; first += mostAtOnce) pass(podIds.slice(first, first + mostAtOnce), step);
  }

  function pass(podIds: readonly string[], step: number): void {
    if (stopped) return;
    const frames = podIds.flatMap((podId) => {
      const wait = waiting.get(podId);
      const assignmentId = assignmentOf.get(podId);
      if (!wait || wait.step !== step || !assignmentId) return [];
      wait.sentAt = performance.now();
      return [{ assignmentId, body: wait.frame }];
    });
    if (frames.length === 0) return;
    void socket.call('task:frames', { taskId: plan.taskId, step, frames }).then(
      ({ undelivered }) => {
        const missed = podIds.filter((podId) => undelivered.includes(assignmentOf.get(podId)!));
        if (missed.length > 0) later(() => post(missed, step));
      },
      () => later(() => post(podIds, step)),
    );
  }

  function later(work: () => void): void {
    if (stopped) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      work();
    }, undeliveredMs);
    timers.add(timer);
  }

  function again(olderThanMs = 0): void {
    const bySteps = new Map<number, string[]>();
    for (const [podId, wait] of waiting) {
      if (performance.now() - wait.sentAt >= olderThanMs) bySteps.set(wait.step, [...(bySteps.get(wait.step) ?? []), podId]);
    }
    for (const [step, podIds] of bySteps) post(podIds, step);
  }

  const watchdog = setInterval(() => again(unansweredMs), unansweredMs / 2);
  return {
    place: (podId, assignmentId) => void assignmentOf.set(podId, assignmentId),
    async send(podIds, step, body) {
      const frames = await Promise.all(podIds.map(async (podId) => (await channelTo(podId))!.seal('to-pod', step, body)));
      for (const [i, podId] of podIds.entries()) waiting.set(podId, { step, frame: frames[i]!, sentAt: 0 });
      post(podIds, step);
    },
    open: async (podId, step, frame) => (await channelTo(podId))?.open('to-modeller', step, frame).catch(() => undefined),
    settle(podId, step) {
      if (waiting.get(podId)?.step === step) waiting.delete(podId);
    },
    forget: (podId) => void waiting.delete(podId),
    again: () => again(),
    stop() {
      stopped = true;
      clearInterval(watchdog);
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
