import { PrismaPg } from '@prisma/adapter-pg';
import { Fault } from '@podnet/errors';
import { Prisma, PrismaClient } from '../generated/prisma/client.ts';
import { databaseFault, isConflict } from './fault.ts';
import { statementNames } from './statement-names.ts';

/** A transaction as services get it: every table, and no way to begin another. */
export type Transaction = Prisma.TransactionClient;

export interface TransactionOptions {
  isolation?: 'ReadCommitted' | 'RepeatableRead' | 'Serializable';
  /** How often the work is begun again when another transaction got in its way. */
  retries?: number;
  timeoutMs?: number;
}

/** The one way to Postgres. Rows never leave the service that reads them. */
export class Database {
  readonly client: PrismaClient;
  /** Has the password in it: never into a log. */
  readonly url: string;

  constructor({ url, pool }: { url: string; pool: number }) {
    this.url = url;
    const adapter = new PrismaPg({ connectionString: url, max: pool, connectionTimeoutMillis: 5_000, idleTimeoutMillis: 60_000, application_name: 'podnet-hub' }, { statementNameGenerator: statementNames() });
    this.client = new PrismaClient({ adapter, log: [] });
  }

  /**
   * Does work in one transaction, and again when it lost against another one: `work` must have no effect but its writes.
   * **Throws** what `work` throws; `internal.unavailable` when the database cannot be reached.
   */
  async transaction<T>(work: (tx: Transaction) => Promise<T>, { isolation = 'ReadCommitted', retries = 4, timeoutMs = 15_000 }: TransactionOptions = {}): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.client.$transaction(work, { isolationLevel: isolation, maxWait: 5_000, timeout: timeoutMs });
      } catch (error) {
        if (attempt >= retries || !isConflict(error)) throw error;
        await new Promise((resolve) => setTimeout(resolve, 5 * 2 ** attempt + Math.random() * 10));
      }
    }
  }

  /** **Throws** `internal.unavailable`. */
  async ping(): Promise<void> {
    try {
      await this.client.$queryRaw`select 1`;
    } catch (error) {
      throw databaseFault(error) ?? new Fault('internal.unavailable', undefined, { cause: error });
    }
  }

  async close(): Promise<void> {
    await this.client.$disconnect();
  }
}
