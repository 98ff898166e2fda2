import { Injectable } from '@nestjs/common';
import { isAssignmentOver, type AssignmentState } from '@podnet/contracts';
import { AuditService } from '../audit/audit.service.ts';
import { Database, type Transaction } from '../database/database.ts';
import { Change, theHub, TransactionChange, type AssignmentMove, type Moved } from './change.ts';
import { outcomeOf, type TaskOutcome, type TaskTerms } from './outcome.ts';
import { TaskEvents } from './task-events.ts';

/** The one way in which tasks and assignments change: a transaction, then the telling, then what follows for the tasks. */
@Injectable()
export class Lifecycle {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
    private readonly events: TaskEvents,
  ) {}

  /** Carries changes out in one transaction; afterwards tells pods and watchers, and settles tasks whose assignments ended. */
  async change<T>(work: (change: TransactionChange) => Promise<T>): Promise<T> {
    const { answer, change } = await this.database.transaction(async (tx) => {
      const change = new TransactionChange(tx, this.audit);
      const answer = await work(change);
      await change.write();
      return { answer, change };
    });
    await this.follow(change);
    return answer;
  }

  /** One move of assignments, which is a transaction of its own. */
  async move(move: AssignmentMove): Promise<Moved[]> {
    const change = new Change(this.database.client, this.audit);
    const moved = await change.assignments(move);
    await this.follow(change);
    return moved;
  }

  /** Carries changes out in a transaction of somebody else, who calls what it answers after the commit. */
  async within(tx: Transaction, work: (change: TransactionChange) => Promise<void>): Promise<() => void> {
    const change = new TransactionChange(tx, this.audit);
    await work(change);
    await change.write();
    return () => this.tell(change);
  }

  /**
   * Brings a task to the state that its assignments add up to; what is still open then is cancelled. May be called at any
   * time: a task that stays open, or is over, is left alone.
   */
  async settle(taskId: string): Promise<void> {
    const rows = await this.look(this.database.client, taskId);
    const outcome = outcomeOfRows(rows);
    if (!outcome) return;
    if (rows.every((row) => isAssignmentOver(row.state))) {
      // Nothing moves any more: no lock is needed, and the first to say so is right.
      const change = new Change(this.database.client, this.audit);
      await change.task({ taskId, to: outcome.state, code: outcome.code, by: theHub });
      this.tell(change);
      return;
    }
    await this.change(async (change) => {
      await change.tx.$queryRaw`select 1 from "Task" where "id" = ${taskId} for no key update`;
      const rows = await this.look(change.tx, taskId);
      const now = outcomeOfRows(rows);
      if (now) await change.endTask({ taskId, to: now.state, code: now.code, by: theHub }, { hearsOut: rows.some((row) => row.state === 'denied') });
    });
  }

  private async follow(change: Change): Promise<void> {
    this.tell(change);
    const ended = new Set(change.moved.filter((row) => isAssignmentOver(row.to)).map((row) => row.taskId));
    for (const taskId of ended) await this.settle(taskId);
  }

  private look(client: Pick<Database['client'], '$queryRaw'>, taskId: string): Promise<OpenRow[]> {
    return client.$queryRaw<OpenRow[]>`
      select t."minPods", t."onPodLoss", a."state", a."code" from "Task" t join "Assignment" a on a."taskId" = t."id"
      where t."id" = ${taskId} and t."state" = 'open'`;
  }

  private tell({ moved, tasks, mailed }: Change): void {
    if (moved.length > 0) this.events.emit('moved', moved);
    for (const podId of mailed) this.events.emit('mailed', podId);
    const going = new Set(moved.filter((row) => !isAssignmentOver(row.to)).map((row) => row.taskId));
    for (const taskId of tasks) this.events.emit('changed', taskId, !going.has(taskId));
  }
}

interface OpenRow extends TaskTerms {
  state: AssignmentState;
  code: string | null;
}

function outcomeOfRows(rows: readonly OpenRow[]): TaskOutcome | null {
  const [first] = rows;
  if (!first) return null;
  const outcome = outcomeOf(first, rows);
  return outcome.state === 'open' ? null : outcome;
}
