import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { limits } from '@podnet/contracts';
import type { Logger } from 'pino';
import { Prisma } from '../generated/prisma/client.ts';
import { describeError } from '../log/error.ts';
import { logToken } from '../log/log.ts';
import { theHub, type TransactionChange } from '../task/change.ts';
import { closeReviews } from './closed-reviews.ts';
import { ReviewDeskService } from './review-desk.service.ts';

const everyMs = 2_000;
const expiryLock = 1_886_350_452n;
/** How long after its deadline the pod may still say itself what became of a review. */
const graceMs = limits.clockLeewayMs;

/** Ends what waited too long, and closes what is over already. One at a time over all hubs on a database. */
@Injectable()
export class Expiry implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly desk: ReviewDeskService,
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
        .catch((error: unknown) => this.log.warn({ error: describeError(error) }, 'reviews could not be looked through; it is tried again'))
        .then(() => {
          if (this.timer) this.schedule();
        });
    }, everyMs);
    this.timer.unref();
  }

  async sweep(): Promise<void> {
    await this.desk.closing(async (change) => {
      const [lock] = await change.tx.$queryRaw<{ held: boolean }[]>`select pg_try_advisory_xact_lock(${expiryLock}) as "held"`;
      if (!lock?.held) return [];
      const over = await closeReviews(change, Prisma.sql`a."endedAt" is not null`, { to: 'as-its-assignment', by: theHub });
      const overdue = await closeReviews(change, Prisma.sql`r."deadlineAt" < now() - ${graceMs}::int * interval '1 millisecond'`, { to: 'expired', by: theHub });
      return [...over, ...overdue, ...(await endRequests(change))];
    });
  }
}

/** Requests that nobody answered, and those at pods that are gone. */
async function endRequests(change: TransactionChange): Promise<string[]> {
  const ended = await change.tx.$queryRaw<{ id: string; requesterId: string; custodianId: string }[]>`
    update "AccessRequest" q set "state" = 'expired', "endedAt" = now() from "Pod" p
    where p."id" = q."podId" and q."state" = 'open' and (q."expiresAt" <= now() or p."state" = 'removed')
    returning q."id", q."requesterId", p."custodianId"`;
  for (const { id } of ended) change.note({ ...theHub, action: 'request.expired', subject: id });
  return ended.flatMap((row) => [row.requesterId, row.custodianId]);
}
