import { Injectable } from '@nestjs/common';
import type { AssignmentProgress, TaskProgress } from '@podnet/contracts';
import { Fault } from '@podnet/errors';
import { Database } from '../database/database.ts';
import { Prisma } from '../generated/prisma/client.ts';
import { Presence } from '../pod/presence.ts';

type Row = Omit<TaskProgress, 'assignments' | 'deadlineAt' | 'createdAt' | 'endedAt'> & {
  deadlineAt: Date;
  createdAt: Date;
  endedAt: Date | null;
  assignments: Omit<AssignmentProgress, 'online'>[];
};

/** The same words whether there is no such task or it is somebody else's. */
export const taskNotFound = (): Fault => new Fault('access.not-found', 'There is no such task, or you may not see it.');

/** Where tasks stand, as their modellers see them. */
@Injectable()
export class ProgressService {
  constructor(
    private readonly database: Database,
    private readonly presence: Presence,
  ) {}

  /** **Throws** `access.not-found` for anybody but the task's owner. */
  async ofOwner(taskId: string, ownerId: string): Promise<TaskProgress> {
    const [task] = await this.load(Prisma.sql`t."id" = ${taskId} and t."ownerId" = ${ownerId}`);
    if (!task) throw taskNotFound();
    return task;
  }

  async of(taskId: string): Promise<TaskProgress | undefined> {
    const [task] = await this.load(Prisma.sql`t."id" = ${taskId}`);
    return task;
  }

  /** The newest first; `before` is the last task of the page before. */
  async page(ownerId: string, { state, before, idempotencyKey, limit }: { state?: string | undefined; before?: string | undefined; idempotencyKey?: string | undefined; limit: number }): Promise<TaskProgress[]> {
    const ofState = state === undefined ? Prisma.sql`true` : Prisma.sql`t."state" = ${state}`;
    const older = before === undefined ? Prisma.sql`true` : Prisma.sql`(t."createdAt", t."id") < (select b."createdAt", b."id" from "Task" b where b."id" = ${before} and b."ownerId" = ${ownerId})`;
    const ofKey = idempotencyKey === undefined ? Prisma.sql`true` : Prisma.sql`t."idempotencyKey" = ${idempotencyKey}`;
    return this.load(Prisma.sql`t."ownerId" = ${ownerId} and ${ofState} and ${ofKey} and ${older}`, limit);
  }

  private async load(where: Prisma.Sql, limit = 1): Promise<TaskProgress[]> {
    const rows = await this.database.client.$queryRaw<Row[]>`
      select t."id" as "taskId", t."state", t."code", t."protocol", t."algorithm", t."model", t."minPods", t."onPodLoss", t."deadlineAt", t."createdAt", t."endedAt",
        t."checkpoint" is not null as "hasCheckpoint",
        (select jsonb_agg(jsonb_build_object('assignmentId', a."id", 'podId', a."podId", 'podName', p."name", 'dataset', a."dataset", 'state', a."state", 'code', a."code",
          'epoch', a."epoch", 'verdict', a."verdict", 'hasResult', a."result" is not null,
          'reviewUntil', case when a."endedAt" is null then (select to_char(r."deadlineAt" at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') from "Review" r where r."assignmentId" = a."id" and r."endedAt" is null) end) order by a."podId")
          from "Assignment" a join "Pod" p on p."id" = a."podId" where a."taskId" = t."id") as "assignments"
      from "Task" t where ${where} order by t."createdAt" desc, t."id" desc limit ${limit}`;
    return rows.map((row) => this.present(row));
  }

  present({ deadlineAt, createdAt, endedAt, assignments, ...row }: Row): TaskProgress {
    return {
      ...row,
      deadlineAt: deadlineAt.toISOString(),
      createdAt: createdAt.toISOString(),
      endedAt: endedAt?.toISOString() ?? null,
      assignments: assignments.map((assignment) => ({ ...assignment, online: this.presence.isOnline(assignment.podId) })),
    };
  }
}
