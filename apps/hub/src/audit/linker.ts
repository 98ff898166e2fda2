import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { Database, type Transaction } from '../database/database.ts';
import { describeError } from '../log/error.ts';
import { logToken } from '../log/log.ts';
import { chainStart, linkHash } from './chain.ts';

const tickMs = 250;
/** Quiet ticks between looks without an occasion: another hub on the same database may have died. */
const quietTicks = 40;
/** An entry becomes visible at its commit; its transaction may take this long. */
const expectMs = 20_000;
/**
 * Transactions do not commit in the order of their numbers, so numbers below the last linked one are looked at again: a few at
 * each tick, more when it is quiet, all of them at a start, a stop and a verification.
 */
const lookBack = { often: 1_000n, seldom: 50_000n, everything: undefined };
const batch = 500;
const linkerLock = 1_886_350_452n;

/** Writes the chain over committed entries. One linker at a time, over all hubs on a database: the lock is Postgres'. */
@Injectable()
export class AuditLinker implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private expectUntil = 0;
  private ticks = 0;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    @Inject(logToken) private readonly log: Logger,
  ) {}

  /** An entry was written and will be committed soon. */
  expect(): void {
    this.expectUntil = performance.now() + expectMs;
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.linkAll();
    this.schedule();
  }

  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.expectUntil = 0;
    await this.running;
    await this.linkAll().catch((error: unknown) => this.log.warn({ error: describeError(error) }, 'the audit is linked at the next start'));
  }

  /** Links everything that is committed. */
  linkAll(): Promise<void> {
    return this.link('everything');
  }

  private schedule(): void {
    this.timer = setTimeout(() => {
      this.ticks += 1;
      const due = performance.now() < this.expectUntil || this.ticks % quietTicks === 0;
      this.running = (due ? this.link(this.ticks % quietTicks === 0 ? 'seldom' : 'often') : Promise.resolve())
        .catch((error: unknown) => this.log.warn({ error: describeError(error) }, 'the audit could not be linked'))
        .then(() => {
          if (this.timer) this.schedule();
        });
    }, tickMs);
    this.timer.unref();
  }

  private async link(reach: keyof typeof lookBack): Promise<void> {
    for (let linked = batch; linked === batch; ) {
      linked = await this.database.transaction((tx) => this.linkBatch(tx, lookBack[reach]), { retries: 0 });
    }
  }

  private async linkBatch(tx: Transaction, back: bigint | undefined): Promise<number> {
    await tx.$executeRaw`select pg_advisory_xact_lock(${linkerLock})`;
    const head = await tx.auditLink.findFirst({ orderBy: { index: 'desc' }, select: { index: true, hash: true, entrySeq: true } });
    const from = back === undefined ? 0n : (head?.entrySeq ?? 0n) - back;
    const entries = await tx.auditEntry.findMany({ where: { seq: { gt: from }, link: { is: null } }, orderBy: { seq: 'asc' }, take: batch });
    let { index, hash } = head ?? { index: 0n, hash: chainStart };
    const links = entries.map((entry) => {
      const previousHash = hash;
      index += 1n;
      hash = linkHash(index, previousHash, entry);
      return { index, entrySeq: entry.seq, previousHash, hash };
    });
    if (links.length > 0) await tx.auditLink.createMany({ data: links });
    return links.length;
  }
}
