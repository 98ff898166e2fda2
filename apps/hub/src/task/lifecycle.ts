import { Injectable } from '@nestjs/common';
import { isAssignmentOver, type AssignmentState } from '@podnet/contracts';
import { AuditService } from '../audit/audit.service.ts';
import { Database, type Transaction } from '../database/database.ts';
import { Prisma } from '../generated/prisma/client.ts';
import { Change, theHub, type TaskEnd } from './change.ts';
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
  async change<T>(work: (change: Change) => Promise<T>): Promise<T> {
    const { answer, change, tell } = await this.database.transaction((tx) => this.within(tx, work));
    tell();
    const ended = new Set(change.moved.filter((row) => isAssignmentOver(row.to)).map((row) => row.taskId));
    for (const taskId of ended) await this.settle(taskId);
    return answer;
  }

  /** Carries changes out in a transaction of somebody else, who calls `tell` after its commit. */
  async within<T>(tx: Transaction, work: (change: Change) => Promise<T>): Promise<{ answer: T; change: Change; tell: () => void }> {
    const change = new Change(tx, this.audit);
    const answer = await work(change);
    await change.write();
    return { answer, change, tell: () => this.tell(change) };
  }

  /**
   * Brings a task to the state that its assignments add up to; what is still open then is cancelled. May be called at any
   * time: a task that stays open, or is over, is left alone.
   */
  async settle(taskId: string): Promise<void> {
    if (outcomeOfRows(await this.look(this.database.client, taskId)) === null) return;
    await this.change(async (change) => {
      // Reports take their own assignment only, so whoever locks the task last sees all of them.
      await change.tx.$queryRaw`select 1 from "Task" where "id" = ${taskId} for no key update`;
      const outcome = outcomeOfRows(await this.look(change.tx, taskId));
      if (outcome) await change.endTask({ taskId, to: outcome.state, code: outcome.code, by: theHub });
    });
  }

  private look(client: Pick<Database['client'], '$queryRaw'>, taskId: string): Promise<OpenRow[]> {
    return client.$queryRaw<OpenRow[]>`
      select t."minPods", t."onPodLoss", a."state", a."code" from "Task" t join "Assignment" a on a."taskId" = t."id"
      where t."id" = ${taskId} and t."state" = 'open'`;
  }

  private tell({ moved, tasks, mail }: Change): void {
    if (moved.length > 0) this.events.emit('moved', moved);
    for (const podId of new Set(mail.map((letter) => letter.podId))) this.events.emit('mailed', podId);
    for (const taskId of tasks) this.events.emit('changed', taskId);
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
