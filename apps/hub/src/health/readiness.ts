import { Injectable } from '@nestjs/common';
import { Fault } from '@podnet/errors';
import { Database } from '../database/database.ts';
import { databaseFault } from '../database/fault.ts';

/** Whether the hub can do its work now: its database answers and has every migration, and the hub is not about to stop. */
@Injectable()
export class Readiness {
  private stopping = false;

  constructor(private readonly database: Database) {}

  /** From now on nobody should send anything new. */
  leave(): void {
    this.stopping = true;
  }

  /** **Throws** `internal.unavailable`. */
  async check(): Promise<void> {
    if (this.stopping) throw new Fault('internal.unavailable', 'The hub is stopping.', { retryAfter: 5 });
    try {
      const [row] = await this.database.client.$queryRaw<{ done: bigint; open: bigint }[]>`
        select count(*) filter (where finished_at is not null) as done, count(*) filter (where finished_at is null and rolled_back_at is null) as open from "_prisma_migrations"`;
      if (!row || row.done === 0n || row.open > 0n) throw new Fault('internal.unavailable', 'The database is being migrated.', { retryAfter: 5 });
    } catch (error) {
      throw databaseFault(error) ?? error;
    }
  }
}
