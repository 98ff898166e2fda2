import { makeAddedDatasets, type AddedDatasets } from './added-datasets.ts';
import { makeAnsweredQueries, type AnsweredQueries } from './answered-queries.ts';
import { makeAskedQueries, type AskedQueries } from './asked-queries.ts';
import { makeAssignments, type Assignments } from './assignments.ts';
import { makeAudit, type Audit } from './audit.ts';
import { openDatabase, type Database, type Opener } from './database.ts';
import { makeSetPolicies, type SetPolicies } from './dataset-policies.ts';
import { makeLedger, type Ledger } from './ledger.ts';
import { makePrivateAnswers, type PrivateAnswers } from './private-answers.ts';
import { makePrivateSteps, type PrivateSteps } from './private-steps.ts';
import { makeQueryCounts, type QueryCounts } from './query-counts.ts';
import { makeReleasedSets, type ReleasedSets } from './released-sets.ts';
import { makeReviews, type Reviews } from './reviews.ts';
import { makeRevokedGrants, type RevokedGrants } from './revoked-grants.ts';
import { makeStoredSchemas, type StoredSchemas } from './schemas.ts';
import { makeSeenTasks, type SeenTasks } from './seen-tasks.ts';
import { makeStoredFrames, type StoredFrames } from './stored-frames.ts';

/** Everything that a pod must not forget. */
export interface Store {
  transaction: Database['transaction'];
  assignments: Assignments;
  audit: Audit;
  ledger: Ledger;
  privateAnswers: PrivateAnswers;
  privateSteps: PrivateSteps;
  seenTasks: SeenTasks;
  revokedGrants: RevokedGrants;
  schemas: StoredSchemas;
  policies: SetPolicies;
  datasets: AddedDatasets;
  frames: StoredFrames;
  reviews: Reviews;
  releasedSets: ReleasedSets;
  queryCounts: QueryCounts;
  answered: AnsweredQueries;
  asked: AskedQueries;
  /** Changes whenever another process, a command of the custodian, has written. */
  foreignChanges(): number;
  close(): void;
}

export interface StoreOptions {
  /** `command`: beside an agent that may be running. */
  opener?: Opener;
  /** False: only to be read, to find out what is wrong with it. */
  verify?: boolean;
}

/** Opens the store of a pod. **Throws** as `openDatabase`, and `audit.broken`: a pod whose record was changed does not start. */
export function openStore(home: string, now: () => number = Date.now, { opener = 'agent', verify = true }: StoreOptions = {}): Store {
  const database = openDatabase(home, opener);
  try {
    const audit = makeAudit(database, now);
    if (verify) audit.verify();
    return {
      transaction: database.transaction,
      assignments: makeAssignments(database, now),
      audit,
      ledger: makeLedger(database, now),
      privateAnswers: makePrivateAnswers(database, now),
      privateSteps: makePrivateSteps(database),
      seenTasks: makeSeenTasks(database, now),
      revokedGrants: makeRevokedGrants(database, now),
      schemas: makeStoredSchemas(database, now),
      policies: makeSetPolicies(database, now),
      datasets: makeAddedDatasets(database, now),
      frames: makeStoredFrames(database, now),
      reviews: makeReviews(database, now),
      releasedSets: makeReleasedSets(database, now),
      queryCounts: makeQueryCounts(database, now),
      answered: makeAnsweredQueries(database, now),
      asked: makeAskedQueries(database, now),
      foreignChanges: database.foreignChanges,
      close: database.close,
    };
  } catch (error) {
    database.close();
    throw error;
  }
}
