import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.ts';
import { chainStart, linkHash } from './chain.ts';

const batch = 1_000;

/** What a look at the whole chain found. */
export interface ChainReport {
  entries: string;
  /** Hash of the last good link: who keeps it elsewhere can tell later whether the end was cut off. */
  head: string | null;
  ok: boolean;
  /** Place in the chain of the first link that does not hold. */
  brokenAt: string | null;
}

/** Recomputes the chain from the stored entries. */
@Injectable()
export class ChainVerifier {
  constructor(private readonly database: Database) {}

  async verify(): Promise<ChainReport> {
    let expected = 1n;
    let previousHash = chainStart;
    for (;;) {
      const links = await this.database.client.auditLink.findMany({ where: { index: { gte: expected } }, orderBy: { index: 'asc' }, take: batch, include: { entry: true } });
      for (const { index, previousHash: stored, hash, entry } of links) {
        const holds = index === expected && stored === previousHash && hash === linkHash(index, previousHash, entry);
        if (!holds) return this.report(expected, previousHash, String(expected));
        previousHash = hash;
        expected += 1n;
      }
      if (links.length < batch) return this.report(expected, previousHash, null);
    }
  }

  private report(next: bigint, hash: string, brokenAt: string | null): ChainReport {
    return { entries: String(next - 1n), head: next === 1n ? null : hash, ok: brokenAt === null, brokenAt };
  }
}
