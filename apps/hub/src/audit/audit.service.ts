import { Injectable } from '@nestjs/common';
import type { Transaction } from '../database/database.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import { AuditLinker } from './linker.ts';

/** One thing that happened. Ids and codes only: nothing of a task, of data, of a secret. */
export interface Happening {
  actor: 'account' | 'pod' | 'hub';
  actorId: string;
  /** `noun.verb`, in the past: `grant.assigned`. */
  action: string;
  /** Id of what it happened to. */
  subject: string;
  detail?: Record<string, string | number | boolean | null | string[]>;
}

@Injectable()
export class AuditService {
  constructor(private readonly linker: AuditLinker) {}

  /** Writes an entry in the caller's transaction: what is changed is audited, or neither. */
  async record(tx: Transaction, { actor, actorId, action, subject, detail = {} }: Happening): Promise<void> {
    await tx.auditEntry.createMany({ data: [{ actor, actorId, action, subject, detail: detail as Prisma.InputJsonObject }] });
    this.linker.expect();
  }

  /** An entry was written by a statement of the caller's own. */
  expect(): void {
    this.linker.expect();
  }
}
