import type { DatasetConfig, PublishedColumn, PublishedSchema } from '@podnet/contracts';
import type { OwnTable } from '@podnet/elements';
import type { ReleasedFamily } from '@podnet/plan';
import type { DatasetPolicy, QueryFacts } from '@podnet/policy';

/** What a query may ask, of what, and under which policies. The agent gathers it; nothing outside of it can be read or told of. */
export interface QueryContext {
  asker: QueryFacts['asker'];
  /** Milliseconds since the epoch, of the decision. */
  now: number;
  /** Datasets that the grant covers: the only ones that exist for the plan. */
  datasets: readonly QueryDataset[];
  /** Frames that the asker keeps here. */
  frames: readonly QueryFrame[];
  /** Tables of the asker that were kept with a plan, when one of the past is asked again. */
  kept: Readonly<Record<string, OwnTable>>;
  /** What the policies reject is put before the custodian all the same: the asker has a reason, and asks for it. */
  appeals: boolean;
  /** Queries answered in the last 24 hours, by dataset. */
  answered: ReadonlyMap<string, number>;
  /** Sets that were released to the asker. */
  released: readonly ReleasedFamily[];
  /** Questions that the agent has an answer for. */
  known: readonly string[];
  /** Keys hashes of units. */
  key: Uint8Array;
  mostRows: number;
  mostBytes: number;
}

export interface QueryDataset {
  config: DatasetConfig;
  schema: readonly PublishedColumn[];
  /** Declared for answers with noise. */
  privacy?: PublishedSchema['privacy'];
  version: string;
  policy: DatasetPolicy;
  policyHash: string;
}

export interface QueryFrame {
  name: string;
  plan: unknown;
  tables: unknown;
  versions: Readonly<Record<string, string>>;
  madeAt: number;
  expiresAt: number;
}
