import { Injectable } from '@nestjs/common';
import type { AuditEntry } from '@podnet/contracts';
import { Database } from '../database/database.ts';

const greatestSeq = 2n ** 63n - 1n;

/** Reads the audit for admins. */
@Injectable()
export class AuditReader {
  constructor(private readonly database: Database) {}

  /** Oldest first; `after` is the `seq` of the last entry already read. */
  async list({ after, subject, limit }: { after?: string; subject?: string; limit: number }): Promise<AuditEntry[]> {
    if (after !== undefined && BigInt(after) > greatestSeq) return [];
    const rows = await this.database.client.auditEntry.findMany({
      where: { ...(after === undefined ? {} : { seq: { gt: BigInt(after) } }), ...(subject === undefined ? {} : { subject }) },
      orderBy: { seq: 'asc' },
      take: limit,
      include: { link: true },
    });
    return rows.map(({ seq, at, actor, actorId, action, subject: about, detail, link }) => ({
      index: link ? String(link.index) : null,
      seq: String(seq),
      at: at.toISOString(),
      actor: actor as AuditEntry['actor'],
      actorId,
      action,
      subject: about,
      detail: detail as Record<string, unknown>,
      previousHash: link?.previousHash ?? null,
      hash: link?.hash ?? null,
    }));
  }
}
