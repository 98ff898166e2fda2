import { Fault } from '@podnet/errors';
import type { Database } from './database.ts';

/** A frame that a modeller keeps at the pod: what it asks and which data it was made over, no rows. */
export interface StoredFrame {
  userId: string;
  name: string;
  /** The plan as JSON, with stored frames put in their places. */
  plan: unknown;
  /** Small tables of the modeller that the plan scans, by name. */
  tables: unknown;
  /** Version of every dataset under it. */
  versions: Readonly<Record<string, string>>;
  madeAt: number;
  expiresAt: number;
}

export const mostFramesPerModeller = 100;

/** Frames by their maker: nobody else's can be found. Those that may not be saved live in this process only. */
export interface StoredFrames {
  find(userId: string, name: string): StoredFrame | undefined;
  /** Newest first. */
  of(userId: string): StoredFrame[];
  /** **Throws** `usage.too-large` when the modeller has too many to keep another one of this name. */
  requireRoom(userId: string, name: string): void;
  /** Replaces one of the same name. **Throws** as `requireRoom`. */
  keep(frame: Omit<StoredFrame, 'madeAt'>, savable: boolean): StoredFrame;
  /** False: there is none. */
  drop(userId: string, name: string): boolean;
  /** Forgets what has expired, also while nobody looks. */
  sweep(): void;
}

export function makeStoredFrames({ sql, transaction }: Database, now: () => number = Date.now): StoredFrames {
  const memory = new Map<string, StoredFrame>();
  const keyOf = (userId: string, name: string): string => JSON.stringify([userId, name]);
  const columns = 'user_id, name, plan, tables, versions, made_at, expires_at';
  const one = sql.prepare(`select ${columns} from stored_frames where user_id = ? and name = ? and expires_at > ?`);
  const many = sql.prepare(`select ${columns} from stored_frames where user_id = ? and expires_at > ?`);
  const insert = sql.prepare(`insert into stored_frames (${columns}) values (?, ?, ?, ?, ?, ?, ?)
    on conflict (user_id, name) do update set plan = excluded.plan, tables = excluded.tables, versions = excluded.versions, made_at = excluded.made_at, expires_at = excluded.expires_at`);
  const remove = sql.prepare('delete from stored_frames where user_id = ? and name = ?');
  const sweep = sql.prepare('delete from stored_frames where expires_at <= ?');

  const rowOf = (row: Record<string, unknown>): StoredFrame => ({
    userId: String(row['user_id']), name: String(row['name']), plan: JSON.parse(String(row['plan'])) as unknown, tables: JSON.parse(String(row['tables'])) as unknown,
    versions: JSON.parse(String(row['versions'])) as Record<string, string>, madeAt: Number(row['made_at']), expiresAt: Number(row['expires_at']),
  });
  const inMemory = (userId: string): StoredFrame[] => [...memory.values()].filter((frame) => frame.userId === userId && frame.expiresAt > now());

  function of(userId: string): StoredFrame[] {
    return [...inMemory(userId), ...many.all(userId, now()).map(rowOf)].sort((a, b) => b.madeAt - a.madeAt || (a.name < b.name ? -1 : 1));
  }

  function requireRoom(userId: string, name: string): void {
    if (of(userId).filter((other) => other.name !== name).length < mostFramesPerModeller) return;
    throw new Fault('usage.too-large', `A modeller may keep ${mostFramesPerModeller} frames at a pod.`, { hint: 'Delete some, or let them expire sooner.' });
  }

  return {
    of,
    requireRoom,
    find(userId, name) {
      const kept = memory.get(keyOf(userId, name));
      if (kept && kept.expiresAt > now()) return kept;
      const row = one.get(userId, name, now());
      return row && rowOf(row);
    },
    keep: (given, savable) => transaction(() => {
      const frame = { ...given, madeAt: now() };
      const { userId, name } = frame;
      requireRoom(userId, name);
      memory.delete(keyOf(userId, name));
      remove.run(userId, name);
      if (savable) insert.run(userId, name, JSON.stringify(frame.plan), JSON.stringify(frame.tables), JSON.stringify(frame.versions), frame.madeAt, frame.expiresAt);
      else memory.set(keyOf(userId, name), frame);
      return frame;
    }),
    drop: (userId, name) => memory.delete(keyOf(userId, name)) || Number(remove.run(userId, name).changes) > 0,
    sweep() {
      for (const [key, { expiresAt }] of memory) if (expiresAt <= now()) memory.delete(key);
      sweep.run(now());
    },
  };
}
