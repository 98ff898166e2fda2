import { Injectable } from '@nestjs/common';
import type { TaskProgress } from '@podnet/contracts';
import { Fault } from '@podnet/errors';
import { Database } from '../database/database.ts';
import { Prisma } from '../generated/prisma/client.ts';
import { Lifecycle } from './lifecycle.ts';
import { ProgressService, taskNotFound } from './progress.service.ts';

/** What owners do with their tasks. Nobody else, not even an admin, sees or touches one. */
@Injectable()
export class TaskService {
  constructor(
    private readonly database: Database,
    private readonly lifecycle: Lifecycle,
    private readonly progress: ProgressService,
  ) {}

  /** Cancels a task; cancelling twice changes nothing. **Throws** `conflict.state` when it has ended otherwise. */
  async cancel(taskId: string, ownerId: string): Promise<TaskProgress> {
    await this.lifecycle.change(async (change) => {
      const [task] = await change.tx.$queryRaw<{ state: string }[]>`select "state" from "Task" where "id" = ${taskId} and "ownerId" = ${ownerId} for no key update`;
      if (!task) throw taskNotFound();
      const ended = await change.endTask({ taskId, to: 'cancelled', code: 'task.cancelled', by: { actor: 'account', actorId: ownerId } });
      if (!ended && task.state !== 'cancelled') throw new Fault('conflict.state', 'The task has ended already.');
    });
    return this.progress.ofOwner(taskId, ownerId);
  }

  /** Goes on without one pod. **Throws** `conflict.state` when its part has ended. */
  async drop(taskId: string, assignmentId: string, ownerId: string): Promise<TaskProgress> {
    await this.lifecycle.change(async (change) => {
      const where = Prisma.sql`a."id" = ${assignmentId} and t."id" = ${taskId} and t."ownerId" = ${ownerId}`;
      const moved = await change.assignments({ to: 'lost', where, code: 'task.pod-lost', by: { actor: 'account', actorId: ownerId } });
      if (moved.length > 0) return;
      const known = await change.tx.assignment.count({ where: { id: assignmentId, taskId, task: { ownerId } } });
      throw known > 0 ? new Fault('conflict.state', 'This part of the task has ended already.') : taskNotFound();
    });
    return this.progress.ofOwner(taskId, ownerId);
  }

  async manifest(taskId: string, ownerId: string): Promise<string> {
    const task = await this.database.client.task.findFirst({ where: { id: taskId, ownerId }, select: { manifest: true } });
    if (!task) throw taskNotFound();
    return task.manifest;
  }

  /** The sealed results that have arrived, as base64url. */
  async results(taskId: string, ownerId: string): Promise<{ assignmentId: string; podId: string; result: string }[]> {
    const rows = await this.database.client.$queryRaw<{ assignmentId: string | null; podId: string; result: Uint8Array }[]>`
      select a."id" as "assignmentId", a."podId", a."result" from "Task" t
      left join "Assignment" a on a."taskId" = t."id" and a."result" is not null
      where t."id" = ${taskId} and t."ownerId" = ${ownerId} order by a."podId"`;
    if (rows.length === 0) throw taskNotFound();
    return rows.flatMap(({ assignmentId, podId, result }) => (assignmentId === null ? [] : [{ assignmentId, podId, result: Buffer.from(result).toString('base64url') }]));
  }

  /**
   * Keeps the modeller's sealed state while the task is open. `position`: how far it has come, so that of two that drive a task at once the
   * slower one does not take the other's state away. **Throws** `conflict.stale` for a state that is behind, `conflict.state` when the task has ended.
   */
  async saveCheckpoint(taskId: string, ownerId: string, bytes: Uint8Array, position?: number): Promise<void> {
    if (bytes.byteLength === 0) throw new Fault('usage.invalid', 'The checkpoint is empty.');
    const { count } = await this.database.client.task.updateMany({
      where: { id: taskId, ownerId, state: 'open', ...(position === undefined ? {} : { checkpointPosition: { lte: position } }) },
      data: { checkpoint: new Uint8Array(bytes), checkpointAt: new Date(), ...(position === undefined ? {} : { checkpointPosition: position }) },
    });
    if (count > 0) return;
    const task = await this.database.client.task.findFirst({ where: { id: taskId, ownerId }, select: { state: true } });
    if (!task) throw taskNotFound();
    if (task.state === 'open') throw new Fault('conflict.stale', 'A later state of this task has been saved.');
    throw new Fault('conflict.state', 'The task has ended; its checkpoint stays as it is.');
  }

  /** **Throws** `access.not-found` when there is none. */
  async loadCheckpoint(taskId: string, ownerId: string): Promise<Uint8Array> {
    const task = await this.database.client.task.findFirst({ where: { id: taskId, ownerId }, select: { checkpoint: true } });
    if (!task) throw taskNotFound();
    if (!task.checkpoint) throw new Fault('access.not-found', 'No checkpoint has been stored for this task.');
    return task.checkpoint;
  }
}
