import { Injectable } from '@nestjs/common';
import type { Mail } from '@podnet/contracts';
import { Database } from '../database/database.ts';
import { Prisma } from '../generated/prisma/client.ts';
import { mailDecisions } from '../review/decision-mail.ts';

/** A pod's mail. It stays until the pod says that it has dealt with it. */
@Injectable()
export class MailboxService {
  constructor(private readonly database: Database) {}

  /** Throws away what is acknowledged, and answers what is next, oldest first. */
  async pull(podId: string, ack: readonly string[], max: number): Promise<Mail[]> {
    const seqs = ack.filter((seq) => /^\d{1,18}$/.test(seq)).map(BigInt);
    const rows = await this.database.client.$queryRaw<{ seq: bigint; kind: string; body: unknown }[]>`
      with gone as (delete from "Mail" where "podId" = ${podId} and "seq" = any(${seqs}::bigint[]))
      select "seq", "kind", "body" from "Mail" where "podId" = ${podId} and "seq" <> all(${seqs}::bigint[]) order by "seq" limit ${max}`;
    return rows.map(({ seq, kind, body }) => ({ seq: String(seq), kind, body }) as Mail);
  }

  /** Mail for what waits for a pod and has none: a pod may have acknowledged it and died before it took it up. */
  async renew(podId: string): Promise<void> {
    await this.database.client.$executeRaw`
      insert into "Mail" ("podId", "kind", "body") select a."podId", 'assignment', jsonb_build_object('assignmentId', a."id") from "Assignment" a
      where a."podId" = ${podId} and a."state" = 'queued'
        and not exists (select 1 from "Mail" m where m."podId" = a."podId" and m."kind" = 'assignment' and m."body" ->> 'assignmentId' = a."id")`;
    await this.database.client.$executeRaw`${mailDecisions(Prisma.sql`r."podId" = ${podId}
      and not exists (select 1 from "Mail" m where m."podId" = r."podId" and m."kind" = 'review-decided' and m."body" ->> 'reviewId' = r."id")`)}`;
  }
}
