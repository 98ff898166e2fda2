import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Fault } from '@podnet/errors';
import { requirePrivate } from '../home/home-folder.ts';
import { migrations } from './migrations.ts';

/** The pod's own truth. One process at a time; every commit is on the disk before it returns. */
export interface Database {
  readonly sql: DatabaseSync;
  /** Runs work in one transaction: all of it is stored, or nothing. **Throws** `internal.storage-full` when the disk is full. */
  transaction<T>(work: () => T): T;
  close(): void;
}

export const storePath = (home: string): string => join(home, 'store.sqlite');

/**
 * Opens the store, and makes it at first.
 * **Throws** `conflict.state` when another process of this pod has it, `config.invalid` when it is of a later version or damaged.
 */
export function openDatabase(home: string): Database {
  requirePrivate(home, 'folder');
  const path = storePath(home);
  const sql = new DatabaseSync(path, { enableForeignKeyConstraints: true });
  try {
    chmodSync(path, 0o600);
    // Exclusive: a second agent on the same store would run what the first one runs.
    sql.exec('pragma locking_mode = exclusive; pragma journal_mode = wal; pragma synchronous = full; pragma trusted_schema = off; pragma busy_timeout = 0;');
    migrate(sql);
  } catch (cause) {
    sql.close();
    if (/locked|busy/i.test(String((cause as Error).message))) throw new Fault('conflict.state', 'Another process of this pod is running.', { at: path, hint: 'Stop it first; one folder serves one pod.', cause });
    if ((cause as Fault).name === 'Fault') throw cause;
    throw new Fault('config.invalid', 'The pod’s store cannot be opened.', { at: path, hint: 'Restore it from a backup. Without it the pod does not know what it has answered.', cause });
  }
  let depth = 0;
  return {
    sql,
    transaction(work) {
      if (depth > 0) return work();
      depth += 1;
      try {
        sql.exec('begin immediate');
        const result = work();
        sql.exec('commit');
        return result;
      } catch (cause) {
        if (sql.isTransaction) sql.exec('rollback');
        if (/full|disk I\/O/i.test(String((cause as Error).message))) throw new Fault('internal.storage-full', 'The pod’s disk is full: nothing is released until it can be put on record.', { cause });
        throw cause;
      } finally {
        depth -= 1;
      }
    },
    close: () => sql.close(),
  };
}

function migrate(sql: DatabaseSync): void {
  const version = Number(sql.prepare('pragma user_version').get()!['user_version']);
  if (version > migrations.length) throw new Fault('config.invalid', 'The store was written by a later version of the pod.', { hint: 'Run that version, or a later one.' });
  for (let next = version; next < migrations.length; next += 1) {
    sql.exec('begin immediate');
    sql.exec(migrations[next]!);
    sql.exec(`pragma user_version = ${next + 1}`);
    sql.exec('commit');
  }
  // Takes the lock for good, so that a second agent stops here and not at its first assignment.
  sql.exec('begin immediate; commit');
}
