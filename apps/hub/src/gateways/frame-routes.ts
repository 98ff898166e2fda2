import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { isAssignmentOver, type AssignmentState } from '@podnet/contracts';
import { Database } from '../database/database.ts';
import type { Moved } from '../task/change.ts';
import { TaskEvents } from '../task/task-events.ts';

/** Between whom the frames of one assignment pass. */
export interface FrameRoute {
  taskId: string;
  ownerId: string;
  podId: string;
  epoch: number;
  running: boolean;
}

/** How long an ended assignment is remembered, so that late news of it does not bring it back. */
const rememberMs = 30_000;

const ranks: Partial<Record<AssignmentState, number>> = { leased: 0, running: 1, queued: 2 };

/** News in the order in which they can have happened: epochs first, then states within one. */
const orderOf = ({ epoch, to }: Pick<Moved, 'epoch' | 'to'>): number => epoch * 4 + (ranks[to] ?? 3);

/** Where frames go, in memory: a frame costs no query. Read once at the start, then kept by what is told after each commit. */
@Injectable()
export class FrameRoutes implements OnApplicationBootstrap {
  private readonly routes = new Map<string, FrameRoute & { order: number }>();

  constructor(
    private readonly database: Database,
    events: TaskEvents,
  ) {
    events.on('moved', (moved) => {
      for (const row of moved) this.note(row);
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    const rows = await this.database.client.$queryRaw<Moved[]>`
      select a."id" as "assignmentId", a."taskId", a."podId", t."ownerId", a."epoch", a."state" as "from", a."state" as "to"
      from "Assignment" a join "Task" t on t."id" = a."taskId" where a."state" = 'running'`;
    for (const row of rows) this.note(row);
  }

  /** The route of an assignment that runs; undefined when it does not. */
  of(assignmentId: string): FrameRoute | undefined {
    const route = this.routes.get(assignmentId);
    return route?.running ? route : undefined;
  }

  get size(): number {
    return this.routes.size;
  }

  note({ assignmentId, taskId, ownerId, podId, epoch, to }: Moved): void {
    const order = orderOf({ epoch, to });
    const known = this.routes.get(assignmentId);
    if (known && known.order >= order) return;
    const route = { taskId, ownerId, podId, epoch, running: to === 'running', order };
    this.routes.set(assignmentId, route);
    if (!isAssignmentOver(to)) return;
    setTimeout(() => {
      if (this.routes.get(assignmentId) === route) this.routes.delete(assignmentId);
    }, rememberMs).unref();
  }
}
