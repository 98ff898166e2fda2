import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Fault } from '@podnet/errors';
import { requirePrivate } from '../home/home-folder.ts';
import { migrations } from './migrations.ts';

/** The pod's own truth. Every commit is on the disk before it returns. */
export interface Database {
  readonly sql: DatabaseSync;
  /** Changes whenever another process has committed something. */
  foreignChanges(): number;
  /** Runs work that only reads, on one state of the store. */
  snapshot<T>(work: () => T): T;
  /** Runs work in one transaction: all of it is stored, or nothing. **Throws** `internal.storage-full` when the disk is full. */
  transaction<T>(work: () => T): T;
  close(): void;
}

export const storePath = (home: string): string => join(home, 'store.sqlite');

/** Who opens the store: the agent, of which there is one, or a command of the custodian beside it. */
export type Opener = 'agent' | 'command';

/** Commands and agent write for milliseconds; whoever comes second waits. */
const patienceMs = 5_000;

/**
 * Opens the store, and makes it at first.
 * **Throws** `conflict.state` when another agent has it, `config.invalid` when it is of a later version or damaged.
 */
export function openDatabase(home: string, opener: Opener = 'agent'): Database {
  requirePrivate(home, 'folder');
  const path = storePath(home);
  const release = opener === 'agent' ? takePlace(home) : () => undefined;
  let sql: DatabaseSync | undefined;
  try {
    sql = new DatabaseSync(path, { enableForeignKeyConstraints: true });
    chmodSync(path, 0o600);
    sql.exec(`pragma busy_timeout = ${patienceMs}; pragma journal_mode = wal; pragma synchronous = full; pragma trusted_schema = off;`);
    migrate(sql);
  } catch (cause) {
    sql?.close();
    release();
    if (isBusy(cause)) throw new Fault('conflict.state', 'The pod’s store is in use by a process that does not let go of it.', { at: path, hint: 'Stop it first.', cause });
    if ((cause as Fault).name === 'Fault') throw cause;
    throw new Fault('config.invalid', 'The pod’s store cannot be opened.', { at: path, hint: 'Restore it from a backup. Without it the pod does not know what it has answered.', cause });
  }
  return around(sql, release);
}

/** A second agent on the same store would run what the first one runs. The lock is the system's: it ends with the process, however that ends. */
function takePlace(home: string): () => void {
  const path = join(home, 'agent.lock');
  const lock = new DatabaseSync(path);
  try {
    chmodSync(path, 0o600);
    lock.exec('pragma busy_timeout = 0; pragma locking_mode = exclusive; begin immediate; create table if not exists held (since integer) strict; commit;');
    return () => lock.close();
  } catch (cause) {
    lock.close();
    if (isBusy(cause)) throw new Fault('conflict.state', 'Another process of this pod is running.', { at: storePath(home), hint: 'Stop it first; one folder serves one pod.', cause });
    throw new Fault('config.invalid', 'The pod’s folder cannot be used.', { at: path, cause });
  }
}

const isBusy = (cause: unknown): boolean => /locked|busy/i.test(String((cause as Error).message));

function around(sql: DatabaseSync, release: () => void): Database {
  const dataVersion = sql.prepare('pragma data_version');
  let depth = 0;
  return {
    sql,
    foreignChanges: () => Number(dataVersion.get()!['data_version']),
    snapshot(work) {
      if (depth > 0 || sql.isTransaction) return work();
      sql.exec('begin');
      try {
        return work();
      } finally {
        sql.exec('commit');
      }
    },
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
    close() {
      sql.close();
      release();
    },
  };
}

function migrate(sql: DatabaseSync): void {
  const versionOf = (): number => Number(sql.prepare('pragma user_version').get()!['user_version']);
  if (versionOf() > migrations.length) throw new Fault('config.invalid', 'The store was written by a later version of the pod.', { hint: 'Run that version, or a later one.' });
  while (versionOf() < migrations.length) {
    sql.exec('begin immediate');
    // Another process may have been quicker.
    const next = versionOf();
    if (next < migrations.length) sql.exec(`${migrations[next]!}; pragma user_version = ${next + 1}`);
    sql.exec('commit');
  }
}
