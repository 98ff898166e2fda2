import { Inject, Injectable } from '@nestjs/common';
import type { TaskProgress } from '@podnet/contracts';
import type { Logger } from 'pino';
import type { Socket } from 'socket.io';
import { describeError } from '../log/error.ts';
import { logToken } from '../log/log.ts';
import { Presence } from '../pod/presence.ts';
import { ProgressService } from '../task/progress.service.ts';
import { TaskEvents } from '../task/task-events.ts';

interface Watched {
  sockets: Set<Socket>;
  podIds: ReadonlySet<string>;
  /** `soon`: the timer runs; `loading` now; `again` when something changed meanwhile. */
  feed: 'idle' | 'soon' | 'loading' | 'again';
  timer?: NodeJS.Timeout;
}

/** Pods of a task do the same things at the same time; what is not an end waits this long for company. */
const gatherMs = 8;
/** The database may be away for a moment; the last news of a task must not be lost with it. */
const retryMs = 1_000;

const none: ReadonlySet<Socket> = new Set();

/** Who watches which task, and what they are told: where it stands, whenever that changes. Bursts become one message. */
@Injectable()
export class Watchers {
  private readonly tasks = new Map<string, Watched>();

  constructor(
    private readonly progress: ProgressService,
    events: TaskEvents,
    presence: Presence,
    @Inject(logToken) private readonly log: Logger,
  ) {
    events.on('changed', (taskId, ended) => this.changed(taskId, ended));
    presence.on('changed', (podId) => {
      for (const [taskId, watched] of this.tasks) if (watched.podIds.has(podId)) this.changed(taskId, false);
    });
  }

  /** Watching begins before the task is read, so that nothing falls between. The caller has checked whose task it is. */
  add(taskId: string, socket: Socket): void {
    const watched = this.tasks.get(taskId) ?? { sockets: new Set(), podIds: new Set<string>(), feed: 'idle' };
    watched.sockets.add(socket);
    this.tasks.set(taskId, watched);
  }

  /** Whose coming and going is worth telling. */
  know(task: TaskProgress): void {
    const watched = this.tasks.get(task.taskId);
    if (watched) watched.podIds = new Set(task.assignments.map((assignment) => assignment.podId));
  }

  remove(taskId: string, socket: Socket): void {
    const watched = this.tasks.get(taskId);
    if (watched?.sockets.delete(socket) && watched.sockets.size === 0) this.tasks.delete(taskId);
  }

  of(taskId: string): ReadonlySet<Socket> {
    return this.tasks.get(taskId)?.sockets ?? none;
  }

  private changed(taskId: string, ended: boolean): void {
    const watched = this.tasks.get(taskId);
    if (!watched) return;
    if (watched.feed === 'loading' || watched.feed === 'again') {
      watched.feed = 'again';
    } else if (ended) {
      clearTimeout(watched.timer);
      this.begin(taskId, watched);
    } else if (watched.feed === 'idle') {
      watched.feed = 'soon';
      watched.timer = setTimeout(() => this.begin(taskId, watched), gatherMs).unref();
    }
  }

  private begin(taskId: string, watched: Watched): void {
    this.feed(taskId, watched).catch((error: unknown) => {
      this.log.warn({ error: describeError(error) }, 'watchers could not be told; it is tried again');
      setTimeout(() => this.changed(taskId, true), retryMs).unref();
    });
  }

  private async feed(taskId: string, watched: Watched): Promise<void> {
    try {
      do {
        watched.feed = 'loading';
        const task = await this.progress.of(taskId);
        if (!task) return;
        this.know(task);
        for (const socket of watched.sockets) socket.emit('task:progress', task);
      } while (again(watched));
    } finally {
      watched.feed = 'idle';
    }
  }
}

/** Asked of the object, because it changes while somebody waits. */
const again = (watched: Watched): boolean => watched.feed === 'again';
