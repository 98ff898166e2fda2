import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { limits } from '@podnet/contracts';
import type { Logger } from 'pino';
import { Database } from '../database/database.ts';
import { Prisma } from '../generated/prisma/client.ts';
import { describeError } from '../log/error.ts';
import { logToken } from '../log/log.ts';
import { Presence } from '../pod/presence.ts';
import { theHub, type TransactionChange } from './change.ts';
import { Lifecycle } from './lifecycle.ts';

const everyMs = 1_000;
/** After a start the hub's own absence must not look like that of every pod. */
const patienceMs = 1.5 * limits.leaseMs;
/** How long a pod may stay away, after its lease has ended, before a task that does not wait goes on without it. */
const graceMs = 2 * limits.leaseMs;
/** How long pods may still decide on a task that another pod has denied. */
const hearingMs = 5_000;
/** Every so many sweeps: what costs more and is needed less. */
const seldom = 20;
const sweeperLock = 1_886_350_451n;

/** What happens by itself as time passes. One sweeper at a time over all hubs on a database: the lock is Postgres'. */
@Injectable()
export class Sweeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly startedAt = performance.now();
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<unknown> = Promise.resolve();
  private sweeps = 0;

  constructor(
    private readonly database: Database,
    private readonly lifecycle: Lifecycle,
    private readonly presence: Presence,
    @Inject(logToken) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule();
  }

  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.running;
  }

  private schedule(): void {
    this.timer = setTimeout(() => {
      this.running = this.sweep()
        .catch((error: unknown) => this.log.warn({ error: describeError(error) }, 'the sweep did not succeed; the next one follows'))
        .then(() => {
          if (this.timer) this.schedule();
        });
    }, everyMs);
    this.timer.unref();
  }

  /** One sweep. `upMs`: how long this hub has been up. False: another hub is sweeping. */
  async sweep(upMs: number = performance.now() - this.startedAt): Promise<boolean> {
    const rarely = this.sweeps++ % seldom === 0;
    const leads = await this.lifecycle.change(async (change) => {
      const [lock] = await change.tx.$queryRaw<{ held: boolean }[]>`select pg_try_advisory_xact_lock(${sweeperLock}) as "held"`;
      if (!lock?.held) return false;
      await this.endOverdueTasks(change);
      await this.cancelUndecided(change);
      await this.stopUnderEndedGrants(change);
      if (upMs >= patienceMs) await this.endLeases(change);
      if (upMs >= graceMs) await this.giveUpLostPods(change);
      return true;
    });
    if (leads && rarely) await this.catchUp();
    return leads;
  }

  private async endOverdueTasks(change: TransactionChange): Promise<void> {
    const overdue = await change.tx.$queryRaw<{ id: string }[]>`
      select "id" from "Task" where "state" = 'open' and "deadlineAt" <= now() order by "id" limit 100 for no key update skip locked`;
    for (const { id } of overdue) await change.endTask({ taskId: id, to: 'expired', code: 'task.deadline', by: theHub });
  }

  /** Of tasks that failed because a pod denied, what the other pods have not decided in time. */
  private async cancelUndecided(change: TransactionChange): Promise<void> {
    const where = Prisma.sql`t."state" <> 'open' and t."endedAt" < now() - ${hearingMs}::int * interval '1 millisecond'`;
    await change.assignments({ to: 'cancelled', where, code: 'task.cancelled', by: theHub });
  }

  private async stopUnderEndedGrants(change: TransactionChange): Promise<void> {
    const where = Prisma.sql`a."grantId" in (select g."id" from "Grant" g where g."endsAt" <= now() and g."revokedAt" is null)`;
    await change.assignments({ to: 'cancelled', where, code: 'policy.grant-expired', by: theHub });
  }

  /** An assignment whose lease has ended is there to be taken again; whoever had it is fenced off by the next epoch. */
  private async endLeases(change: TransactionChange): Promise<void> {
    await change.assignments({ to: 'queued', where: Prisma.sql`a."leaseUntil" < now()`, by: theHub });
  }

  private async giveUpLostPods(change: TransactionChange): Promise<void> {
    const away = Prisma.sql`now() - ${graceMs}::int * interval '1 millisecond'`;
    const where = Prisma.sql`a."state" = 'queued' and t."onPodLoss" <> 'wait' and a."createdAt" < ${away} and a."podId" <> all(${this.presence.online})
      and exists (select 1 from "Pod" p where p."id" = a."podId" and coalesce(p."lastSeenAt", '-infinity') < ${away})`;
    await change.assignments({ to: 'lost', where, code: 'task.pod-lost', by: theHub });
  }

  /** Notes who is here, and settles tasks whose hub died between the end of an assignment and that of its task. */
  private async catchUp(): Promise<void> {
    const { client } = this.database;
    await client.pod.updateMany({ where: { id: { in: this.presence.online } }, data: { lastSeenAt: new Date() } });
    const ended = await client.$queryRaw<{ id: string }[]>`
      select t."id" from "Task" t where t."state" = 'open' and exists (select 1 from "Assignment" a where a."taskId" = t."id" and a."endedAt" is not null)`;
    for (const { id } of ended) await this.lifecycle.settle(id);
  }
}
