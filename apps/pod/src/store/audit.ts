import { createHash } from 'node:crypto';
import { canonicalJson } from '@podnet/envelope';
import { Fault } from '@podnet/errors';
import type { Database } from './database.ts';

/** What can be on record. */
export type AuditAction =
  | 'pod.joined'
  | 'device.pinned'
  | 'device.unpinned'
  | 'pod.started'
  | 'pod.stopped'
  | 'pod.published'
  | 'grant.revoked'
  | 'assignment.decided'
  | 'assignment.refused'
  | 'assignment.started'
  | 'assignment.crashed'
  | 'assignment.stopped'
  | 'assignment.ended'
  | 'policy.asked'
  | 'policy.set'
  | 'dataset.added'
  | 'dataset.removed'
  | 'frame.kept'
  | 'frames.listed'
  | 'frame.deleted'
  | 'query.released'
  | 'query.waiting'
  | 'query.denied'
  | 'review.approved'
  | 'review.denied'
  | 'review.ended'
  | 'private.answered'
  | 'budget.set'
  | 'budget.reset';

export interface AuditEntry {
  seq: number;
  at: number;
  action: string;
  subject: string;
  detail: unknown;
  previousHash: string;
  hash: string;
}

/** The pod's record of what it was asked and what it let out: append-only, each entry bound to the one before. */
export interface Audit {
  /** **Throws** when it cannot be written; then what it was to record must not happen. */
  append(action: AuditAction, subject: string, detail?: Record<string, unknown>): void;
  /** Recomputes the chain. **Throws** `audit.broken` naming the first entry that does not fit. */
  verify(): { entries: number; head: string };
  entries(after?: number, limit?: number): AuditEntry[];
}

const root = 'podnet-pod-audit';

/** `hash = SHA-256(previous hash ‖ canonical entry)`; the first entry follows a constant. */
function hashOf(entry: Omit<AuditEntry, 'hash'>): string {
  return createHash('sha256').update(canonicalJson(entry)).digest('base64url');
}

/**
 * Recomputes a chain from its first entry, wherever it was kept: an export verifies without the pod.
 * **Throws** `audit.broken` naming the first entry that does not fit.
 */
export function verifyChain(entries: Iterable<AuditEntry>): { entries: number; head: string } {
  let head = root;
  let seq = 0;
  for (const { hash, ...entry } of entries) {
    if (entry.seq !== seq + 1 || entry.previousHash !== head || hashOf(entry) !== hash) throw broken(seq + 1);
    seq = entry.seq;
    head = hash;
  }
  return { entries: seq, head };
}

export function makeAudit({ sql, transaction, snapshot }: Database, now: () => number = Date.now): Audit {
  const insert = sql.prepare('insert into audit (seq, at, action, subject, detail, previous_hash, hash) values (?, ?, ?, ?, ?, ?, ?)');
  const last = sql.prepare('select seq, hash from audit order by seq desc limit 1');
  const page = sql.prepare('select seq, at, action, subject, detail, previous_hash, hash from audit where seq > ? order by seq limit ?');
  const counter = sql.prepare(`select seq from sqlite_sequence where name = 'audit'`);

  function read(after: number, limit: number): AuditEntry[] {
    return page.all(after, limit).map((row) => ({
      seq: Number(row['seq']),
      at: Number(row['at']),
      action: String(row['action']),
      subject: String(row['subject']),
      detail: detailOf(String(row['detail'])),
      previousHash: String(row['previous_hash']),
      hash: String(row['hash']),
    }));
  }

  function* pages(): Generator<AuditEntry> {
    for (let entries = read(0, 1_000); entries.length > 0; entries = read(entries.at(-1)!.seq, 1_000)) yield* entries;
  }

  return {
    append(action, subject, detail = {}) {
      transaction(() => {
        const before = last.get();
        const seq = Number(before?.['seq'] ?? 0) + 1;
        const entry = { seq, at: now(), action, subject, detail, previousHash: String(before?.['hash'] ?? root) };
        insert.run(seq, entry.at, action, subject, canonicalJson(detail), entry.previousHash, hashOf(entry));
      });
    },
    verify: () => snapshot(() => {
      const found = verifyChain(pages());
      // The database's own count of entries ever made tells when the newest ones are gone.
      if (Number(counter.get()?.['seq'] ?? 0) !== found.entries) throw broken(found.entries + 1);
      return found;
    }),
    entries: (after = 0, limit = 1_000) => read(after, limit),
  };
}

/** What is no JSON any more was changed: as a text it does not fit its hash, and it is named in its turn. */
function detailOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

export const broken = (seq: number): Fault => new Fault('audit.broken', `Entry ${seq} of the pod’s audit is missing or has been changed.`, { at: `audit[${seq}]`, hint: 'Restore the store from a backup, and find out who wrote to it.' });
