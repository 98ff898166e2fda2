import { Injectable } from '@nestjs/common';
import { limits } from '@podnet/contracts';
import { Fault } from '@podnet/errors';
import type { Socket } from 'socket.io';
import { Presence } from '../pod/presence.ts';
import { isBehind } from './backlog.ts';
import { FrameRoutes, type FrameRoute } from './frame-routes.ts';
import { Watchers } from './watchers.ts';

/** How long a pod may take to say that it has a frame. */
const takeMs = 5_000;
/** Frames that wait for that at one pod. */
const mostUntakenBytes = 64 * 1024 * 1024;

interface PodFrame {
  assignmentId: string;
  epoch: number;
  step: number;
  body: Uint8Array;
}

interface TaskFrames {
  taskId: string;
  step: number;
  frames: { assignmentId: string; body: Uint8Array }[];
}

/**
 * Passes frames between a modeller and the pods of a task. They are read by nobody here, stored nowhere and written into no
 * log; a frame that cannot be passed on at once is dropped, and asked for again by those who miss it. The checks are by hand:
 * this is the one place where a schema would cost more than the work.
 */
@Injectable()
export class Relay {
  private readonly untakenBytes = new WeakMap<Socket, number>();

  constructor(
    private readonly routes: FrameRoutes,
    private readonly watchers: Watchers,
    private readonly presence: Presence,
  ) {}

  /** To whoever watches the task. **Throws** `usage.invalid`, `usage.too-large`, `lease.stale`. */
  toModeller(podId: string, input: unknown): { delivered: boolean } {
    const { assignmentId, epoch, step, body } = readPodFrame(input);
    const route = this.routes.of(assignmentId);
    if (!route || route.podId !== podId || route.epoch !== epoch) throw new Fault('lease.stale', 'The assignment does not run under this epoch.');
    let delivered = false;
    for (const socket of this.watchers.of(route.taskId)) {
      if (isBehind(socket)) continue;
      socket.emit('task:frame', { taskId: route.taskId, assignmentId, epoch, step, body });
      delivered = true;
    }
    return { delivered };
  }

  /** To the pods; answers which assignments' pods did not take theirs. **Throws** `usage.invalid`, `usage.too-large`. */
  async toPods(userId: string, input: unknown): Promise<{ undelivered: string[] }> {
    const { taskId, step, frames } = readTaskFrames(input);
    const taken = await Promise.all(
      frames.map(async ({ assignmentId, body }) => {
        const route = this.routes.of(assignmentId);
        return route !== undefined && route.ownerId === userId && route.taskId === taskId && this.send(route, { assignmentId, step, body });
      }),
    );
    return { undelivered: frames.flatMap(({ assignmentId }, index) => (taken[index] ? [] : [assignmentId])) };
  }

  private send({ podId }: FrameRoute, frame: { assignmentId: string; step: number; body: Uint8Array }): Promise<boolean> | false {
    const socket = this.presence.socketOf(podId);
    const bytes = frame.body.byteLength;
    const untaken = (socket && this.untakenBytes.get(socket)) ?? 0;
    if (!socket || (untaken > 0 && untaken + bytes > mostUntakenBytes)) return false;
    this.untakenBytes.set(socket, untaken + bytes);
    return new Promise((resolve) => {
      socket.timeout(takeMs).emit('pod:frame', frame, (error: unknown, reply: unknown) => {
        this.untakenBytes.set(socket, (this.untakenBytes.get(socket) ?? bytes) - bytes);
        resolve(!error && isTaken(reply));
      });
    });
  }
}

const isTaken = (reply: unknown): boolean => {
  const { ok, data } = (reply ?? {}) as { ok?: unknown; data?: { taken?: unknown } };
  return ok === true && data?.taken === true;
};

const invalid = (at: string): Fault => new Fault('usage.invalid', 'The frame is not one.', { at });

function checkStepAndBody(step: unknown, body: unknown): void {
  if (!Number.isSafeInteger(step) || (step as number) < 0) throw invalid('step');
  if (!ArrayBuffer.isView(body)) throw invalid('body');
  if (body.byteLength > limits.frameBytes) throw new Fault('usage.too-large', `A frame may have ${limits.frameBytes / 1_048_576} MiB at most.`, { at: 'body' });
}

function readPodFrame(input: unknown): PodFrame {
  const frame = (input ?? {}) as PodFrame;
  if (typeof frame.assignmentId !== 'string') throw invalid('assignmentId');
  if (!Number.isSafeInteger(frame.epoch)) throw invalid('epoch');
  checkStepAndBody(frame.step, frame.body);
  return frame;
}

function readTaskFrames(input: unknown): TaskFrames {
  const task = (input ?? {}) as TaskFrames;
  if (typeof task.taskId !== 'string') throw invalid('taskId');
  if (!Array.isArray(task.frames) || task.frames.length === 0 || task.frames.length > limits.podsPerTask) throw invalid('frames');
  for (const frame of task.frames as unknown[]) {
    const { assignmentId, body } = (frame ?? {}) as { assignmentId?: unknown; body?: unknown };
    if (typeof assignmentId !== 'string') throw invalid('frames');
    checkStepAndBody(task.step, body);
  }
  return task;
}
