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

export type NewMail = { podId: string } & ({ kind: 'assignment'; body: { assignmentId: string } } | { kind: 'revoke'; body: { grantId: string } } | { kind: 'removed'; body: Record<string, never> });

const statesBefore = <S extends string>(moves: Record<S, readonly S[]>, states: readonly S[], to: S): S[] => states.filter((state) => moves[state].includes(to));

/**
 * Changes of tasks and assignments. Every state is changed here and nowhere else. A change is one statement with its entry of
 * the audit and its mail, so there is nothing half-written even without a transaction; and the table of moves is part of it,
 * so a move that is not allowed touches no row, whoever else is at work. What must be told afterwards is gathered.
 */
export class Change {
  readonly moved: Moved[] = [];
  readonly tasks = new Set<string>();
  readonly mailed = new Set<string>();

  constructor(
    private readonly client: Pick<Transaction, '$queryRaw'>,
    protected readonly audit: AuditService,
  ) {}

  /** Moves assignments; rows are locked in the order of their ids. */
  async assignments({ to, where, by, code = null, set = [] }: AssignmentMove): Promise<Moved[]> {
    const columns = [
      Prisma.sql`"state" = ${to}`,
      Prisma.sql`"code" = ${code}`,
      ...(isAssignmentOver(to) ? [Prisma.sql`"endedAt" = now()`] : []),
      ...(isAssignmentOver(to) || to === 'queued' ? [Prisma.sql`"leaseUntil" = null`] : []),
      ...set,
    ];
    const rows = await this.client.$queryRaw<Moved[]>`
      with picked as (
        select a."id", a."state", t."ownerId" from "Assignment" a join "Task" t on t."id" = a."taskId"
        where a."state" = any(${statesBefore(assignmentMoves, assignmentStates, to)}) and ${where}
        order by a."id" for update of a
      ), moved as (
        update "Assignment" a set ${Prisma.join(columns)} from picked where a."id" = picked."id"
        returning a."id" as "assignmentId", a."taskId", a."podId", picked."ownerId", a."epoch", picked."state" as "from", a."state" as "to"
      ), noted as (
        insert into "AuditEntry" ("actor", "actorId", "action", "subject", "detail")
        select ${by.actor}, ${by.actorId}, ${`assignment.${to}`}, "assignmentId", jsonb_build_object('taskId', "taskId", 'podId', "podId", 'from', "from", 'epoch', "epoch", 'code', ${code}::text) from moved
      )${mailOf(to, code)} select * from moved`;
    const isMailed = mailed.has(to);
    for (const row of rows) {
      this.moved.push(row);
      this.tasks.add(row.taskId);
      if (isMailed) this.mailed.add(row.podId);
    }
    if (rows.length > 0) this.audit.expect();
    return rows;
  }

  /** Ends a task. False: it was over already. What is still open of it is the caller's to cancel. */
  async task({ taskId, to, code, by }: TaskEnd): Promise<boolean> {
    const ended = await this.client.$queryRaw<{ subject: string }[]>`
      with ended as (
        update "Task" set "state" = ${to}, "code" = ${code}, "endedAt" = now() where "id" = ${taskId} and "state" = any(${statesBefore(taskMoves, taskStates, to)}) returning "id"
      )
      insert into "AuditEntry" ("actor", "actorId", "action", "subject", "detail")
      select ${by.actor}, ${by.actorId}, ${`task.${to}`}, "id", jsonb_build_object('code', ${code}::text) from ended returning "subject"`;
    if (ended.length === 0) return false;
    this.tasks.add(taskId);
    this.audit.expect();
    return true;
  }
}

/** Several changes that are one transaction, with whatever else belongs to it. */
export class TransactionChange extends Change {
  private readonly mail: NewMail[] = [];
  private readonly happenings: Happening[] = [];

  constructor(
    readonly tx: Transaction,
    audit: AuditService,
  ) {
    super(tx, audit);
  }

  /**
   * Ends a task, which the caller has locked, and cancels what is still open of it. `hearsOut`: pods that have not decided yet
   * may still give their verdict, for a moment, so that a modeller whom one pod denied learns what all of them say.
   * False: it was over already.
   */
  async endTask(end: TaskEnd, { hearsOut = false } = {}): Promise<boolean> {
    if (!(await this.task(end))) return false;
    const code = end.code === null || end.code === 'task.partial' ? 'task.cancelled' : end.code;
    const which = hearsOut ? Prisma.sql`a."state" = 'running'` : Prisma.sql`true`;
    await this.assignments({ to: 'cancelled', where: Prisma.sql`t."id" = ${end.taskId} and ${which}`, code, by: end.by });
    return true;
  }

  /** A task has been written, with its mail and its entry. */
  created(taskId: string, podIds: readonly string[]): void {
    this.tasks.add(taskId);
    for (const podId of podIds) this.mailed.add(podId);
    this.audit.expect();
  }

  /** Mail that no move brings with it, written with the change. */
  post(mail: NewMail): void {
    this.mail.push(mail);
    this.mailed.add(mail.podId);
  }

  /** An entry of the audit that no move brings with it, written with the change. */
  note(happening: Happening): void {
    this.happenings.push(happening);
  }

  /** Writes what was gathered. */
  async write(): Promise<void> {
    if (this.mail.length > 0) await this.tx.mail.createMany({ data: this.mail });
    for (const happening of this.happenings) await this.audit.record(this.tx, happening);
  }
}

const mailed: ReadonlySet<AssignmentState> = new Set(['queued', 'cancelled', 'lost']);

/** What the pod must hear of a move: that there is work again, or that there is none any more. */
function mailOf(to: AssignmentState, code: FaultCode | null): Prisma.Sql {
  if (!mailed.has(to)) return Prisma.empty;
  if (to === 'queued') return Prisma.sql`, mailed as (insert into "Mail" ("podId", "kind", "body") select "podId", 'assignment', jsonb_build_object('assignmentId', "assignmentId") from moved)`;
  return Prisma.sql`, mailed as (insert into "Mail" ("podId", "kind", "body") select "podId", 'cancel', jsonb_build_object('assignmentId', "assignmentId", 'code', ${code ?? 'task.cancelled'}::text) from moved)`;
}
