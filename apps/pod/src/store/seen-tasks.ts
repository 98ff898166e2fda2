import { checkReplayEntry, replayMarginMs, type ReplayGuard } from '@podnet/envelope';
import type { Database } from './database.ts';

/** Which assignment each task came with: a signed task that comes again under another one is a replay. */
export interface SeenTasks {
  /** True when the task is new or came with the same owner before. Remembered until `replayMarginMs` after `expiresAt`. */
  take(taskId: string, owner: string, expiresAt: number): boolean;
}

export function makeSeenTasks({ sql, transaction }: Database, now: () => number = Date.now): SeenTasks {
  const find = sql.prepare('select owner from seen_tasks where task_id = ?');
  const put = sql.prepare('insert into seen_tasks (task_id, owner, forget_at) values (?, ?, ?) on conflict (task_id) do update set forget_at = max(forget_at, excluded.forget_at)');
  const sweep = sql.prepare('delete from seen_tasks where forget_at < ?');
  return {
    take(taskId, owner, expiresAt) {
      checkReplayEntry(taskId, expiresAt);
      return transaction(() => {
        sweep.run(now());
        const known = find.get(taskId)?.['owner'];
        put.run(taskId, owner, expiresAt + replayMarginMs);
        return known === undefined || known === owner;
      });
    },
  };
}

/** The same memory as a guard that lets every message pass once. */
export function replayGuardOf(seen: SeenTasks): ReplayGuard {
  let uses = 0;
  return { seen: (id, expiresAt) => !seen.take(id, `use ${(uses += 1)}`, expiresAt) };
}
