import { makeAssignments, type Assignments } from './assignments.ts';
import { makeAudit, type Audit } from './audit.ts';
import { openDatabase, type Database } from './database.ts';
import { makeLedger, type Ledger } from './ledger.ts';
import { makeRevokedGrants, type RevokedGrants } from './revoked-grants.ts';
import { makeStoredSchemas, type StoredSchemas } from './schemas.ts';
import { makeSeenTasks, type SeenTasks } from './seen-tasks.ts';

/** Everything that a pod must not forget. */
export interface Store {
  transaction: Database['transaction'];
  assignments: Assignments;
  audit: Audit;
  ledger: Ledger;
  seenTasks: SeenTasks;
  revokedGrants: RevokedGrants;
  schemas: StoredSchemas;
  close(): void;
}

/** Opens the store of a pod. **Throws** as `openDatabase`, and `audit.broken`: a pod whose record was changed does not start. */
export function openStore(home: string, now: () => number = Date.now): Store {
  const database = openDatabase(home);
  try {
    const audit = makeAudit(database, now);
    audit.verify();
    return {
      transaction: database.transaction,
      assignments: makeAssignments(database, now),
      audit,
      ledger: makeLedger(database, now),
      seenTasks: makeSeenTasks(database, now),
      revokedGrants: makeRevokedGrants(database, now),
      schemas: makeStoredSchemas(database, now),
      close: database.close,
    };
  } catch (error) {
    database.close();
    throw error;
  }
}
