import { assignmentMoves, assignmentStates, isAssignmentOver, taskMoves, taskStates, type AssignmentState, type TaskState } from '@podnet/contracts';
import type { FaultCode } from '@podnet/errors';
import type { AuditService, Happening } from '../audit/audit.service.ts';
import type { Transaction } from '../database/database.ts';
import { Prisma } from '../generated/prisma/client.ts';

/** Who did it. */
export type Actor = Pick<Happening, 'actor' | 'actorId'>;

export const theHub: Actor = { actor: 'hub', actorId: 'hub' };

export interface AssignmentMove {
  to: AssignmentState;
  /** Which assignments; `a` is the assignment, `t` its task. Those whose state does not allow the move are left alone. */
  where: Prisma.Sql;
  by: Actor;
  code?: FaultCode | null;
  /** Further columns: `"verdict" = …`. */
  set?: readonly Prisma.Sql[];
}

export interface TaskEnd {
  taskId: string;
  to: TaskState;
  code: FaultCode | null;
  by: Actor;
}

/** One assignment that has moved. */
export interface Moved {
  assignmentId: string;
  taskId: string;
  podId: string;
  ownerId: string;
  epoch: number;
  from: AssignmentState;
  to: AssignmentState;
}

export type NewMail = { podId: string } & (
  | { kind: 'assignment'; body: { assignmentId: string } }
  | { kind: 'cancel'; body: { assignmentId: string; code: string } }
  | { kind: 'revoke'; body: { grantId: string } }
  | { kind: 'removed'; body: Record<string, never> }
);

const statesBefore = <S extends string>(moves: Record<S, readonly S[]>, states: readonly S[], to: S): S[] => states.filter((state) => moves[state].includes(to));

/**
 * One transaction's changes of tasks and assignments. Every state is changed here and nowhere else: the tables of moves are
 * part of the statement, so a move that is not allowed touches no row, whoever else is at work. What must be told afterwards
 * is gathered; entries of the audit and mail are written with the change.
 */
export class Change {
  readonly moved: Moved[] = [];
  readonly tasks = new Set<string>();
  readonly mail: NewMail[] = [];
  private readonly happenings: Happening[] = [];

  constructor(
    readonly tx: Transaction,
    private readonly audit: AuditService,
  ) {}

  /** Moves assignments; rows are locked in the order of their ids. */
  async assignments({ to, where, by, code = null, set = [] }: AssignmentMove): Promise<Moved[]> {
    const from = statesBefore(assignmentMoves, assignmentStates, to);
    const over = isAssignmentOver(to);
    const columns = [
      Prisma.sql`"state" = ${to}`,
      Prisma.sql`"code" = ${code}`,
      ...(over ? [Prisma.sql`"endedAt" = now()`] : []),
      ...(over || to === 'queued' ? [Prisma.sql`"leaseUntil" = null`] : []),
      ...set,
    ];
    const rows = await this.tx.$queryRaw<Moved[]>`
      with picked as (
        select a."id", a."state", t."ownerId" from "Assignment" a join "Task" t on t."id" = a."taskId"
        where a."state" = any(${from}) and ${where}
        order by a."id" for update of a
      )
      update "Assignment" a set ${Prisma.join(columns)} from picked where a."id" = picked."id"
      returning a."id" as "assignmentId", a."taskId", a."podId", picked."ownerId", a."epoch", picked."state" as "from", a."state" as "to"`;
    for (const row of rows) {
      this.moved.push(row);
      this.tasks.add(row.taskId);
      this.note({ ...by, action: `assignment.${to}`, subject: row.assignmentId, detail: { taskId: row.taskId, podId: row.podId, from: row.from, epoch: row.epoch, code } });
      if (to === 'queued') this.mail.push({ podId: row.podId, kind: 'assignment', body: { assignmentId: row.assignmentId } });
      if (to === 'cancelled' || to === 'lost') this.mail.push({ podId: row.podId, kind: 'cancel', body: { assignmentId: row.assignmentId, code: code ?? 'task.cancelled' } });
    }
    return rows;
  }

  /** Ends a task, which the caller has locked, and cancels what is still open of it. False: it was over already. */
  async endTask(end: TaskEnd): Promise<boolean> {
    if (!(await this.task(end))) return false;
    const code = end.code === null || end.code === 'task.partial' ? 'task.cancelled' : end.code;
    await this.assignments({ to: 'cancelled', where: Prisma.sql`t."id" = ${end.taskId}`, code, by: end.by });
    return true;
  }

  private async task({ taskId, to, code, by }: TaskEnd): Promise<boolean> {
    const from = statesBefore(taskMoves, taskStates, to);
    const count = await this.tx.$executeRaw`update "Task" set "state" = ${to}, "code" = ${code}, "endedAt" = now() where "id" = ${taskId} and "state" = any(${from})`;
    if (count === 0) return false;
    this.tasks.add(taskId);
    this.note({ ...by, action: `task.${to}`, subject: taskId, detail: { code } });
    return true;
  }

  /** An entry of the audit, written with the change. */
  note(happening: Happening): void {
    this.happenings.push(happening);
  }

  /** Writes what was gathered. */
  async write(): Promise<void> {
    if (this.mail.length > 0) await this.tx.mail.createMany({ data: this.mail.map(({ podId, kind, body }) => ({ podId, kind, body })) });
    for (const happening of this.happenings) await this.audit.record(this.tx, happening);
  }
}
