import type { KeyPair } from '@podnet/envelope';
import type { PodFile } from '../config/pod-file.ts';
import type { Recipient } from '../envelope/open-assignment.ts';
import type { Gate } from '../gate/gate.ts';
import type { HubLink } from '../hub-link/hub-link.ts';
import type { LocalLog } from '../log/local-log.ts';
import type { QueryDesk } from '../query/query-desk.ts';
import type { RunnerPool } from '../runner/runner-pool.ts';
import type { Store } from '../store/store.ts';
import type { Publisher } from './publisher.ts';
import type { ReviewPost } from './review-post.ts';

/** What every assignment of this pod works with. */
export interface Workshop {
  file: PodFile;
  podId: string;
  keys: KeyPair;
  recipient(): Recipient;
  store: Store;
  gate: Gate;
  publisher: Publisher;
  desk: QueryDesk;
  post: ReviewPost;
  pool: RunnerPool;
  link(): HubLink;
  log: LocalLog;
  now(): number;
}
