import { createHash, hkdfSync } from 'node:crypto';
import { limits, type TaskPayload } from '@podnet/contracts';
import { decodeBase64url } from '@podnet/envelope';
import { isRoleName, judgeQuery, type RoleName, type Verdict } from '@podnet/policy';
import type { Analysis } from '@podnet/plan';
import type { Publisher } from '../agent/publisher.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { OpenedAssignment } from '../envelope/open-assignment.ts';
import type { QueryContext, QueryDataset } from '../runner/query-context.ts';
import type { Store } from '../store/store.ts';
import type { Requester } from './bound-review.ts';
import { Lanes } from './lanes.ts';
import type { QueryRecord } from './query-record.ts';

export interface QueryDeskOptions {
  store: Store;
  catalogue: Catalogue;
  publisher: Publisher;
  /** The pod's secret. */
  secret: string;
  now(): number;
}

/** An answer takes its share of a sealed result; what is larger is refused by a code. */
export const mostAnswerBytes = Math.floor(limits.resultBytes * 0.7);
export const mostAnswerRows = 500_000;

/** A key of its own: what is keyed with it stays in the store, and must not help against what is published. **Source** RFC 5869. */
export const unitKey = (secret: string): Uint8Array => new Uint8Array(hkdfSync('sha256', decodeBase64url(secret), new Uint8Array(), 'query-units', 32));

/** Gathers what queries are judged by, and remembers what was answered. */
export class QueryDesk {
  /** Queries of one modeller run one after the other, so that each is compared with all that were answered before it. */
  readonly lanes = new Lanes();
  private readonly options: QueryDeskOptions;
  private readonly key: Uint8Array;
  private waiters = new Set<() => void>();

  constructor(options: QueryDeskOptions) {
    this.options = options;
    this.key = unitKey(options.secret);
  }

  requesterOf({ asker }: OpenedAssignment, role: string | null): Requester {
    return { userId: asker.userId, email: asker.email, fingerprint: asker.fingerprint, role: role ?? 'none' };
  }

  /** `reuse`: whether a question that was answered before may be answered from the store. */
  contextOf(opened: OpenedAssignment, verdict: Verdict, reuse: boolean): QueryContext {
    const { store, now } = this.options;
    const { asker } = opened;
    const { userId } = asker;
    const datasets = this.datasetsFor(opened);
    const names = datasets.map(({ config }) => config.name);
    return {
      asker: askerOf(opened, verdict),
      now: now(),
      datasets,
      kept: {},
      appeals: opened.payload.review !== undefined,
      frames: store.frames.of(userId).map(({ userId: _, ...frame }) => frame),
      answered: store.queryCounts.lastDay(userId),
      // What waits for its review may leave at any time: the next answer must not come too near to it either.
      released: [...store.releasedSets.of(userId, names), ...store.reviews.pending(userId).flatMap((record) => (record as QueryRecord).measurement?.sets ?? [])],
      known: reuse ? [...new Set([...store.answered.questions(userId), ...store.reviews.approvedQuestions(userId)])] : [],
      key: this.key,
      mostRows: mostAnswerRows,
      mostBytes: mostAnswerBytes,
    };
  }

  /** Datasets that exist for whoever asks: covered by the grant, and served. */
  private datasetsFor({ grant, asker }: OpenedAssignment): QueryDataset[] {
    const { catalogue, publisher } = this.options;
    return catalogue.datasets.flatMap(({ name }) => {
      const served = publisher.find(name);
      if (!served || !isCovered(name, grant.dataset, asker.isCustodian)) return [];
      const { policy, hash } = catalogue.policyOf(name);
      return [{ config: served.dataset, schema: served.schema.columns, ...(served.schema.privacy ? { privacy: served.schema.privacy } : {}), version: served.schema.version, policy, policyHash: hash }];
    });
  }

  /** Whether a plan of this asker may name it: a dataset that the grant covers, a frame of theirs, or a table that comes with the task. */
  exists(name: string, opened: OpenedAssignment): boolean {
    const { publisher, store } = this.options;
    if (publisher.find(name) && isCovered(name, opened.grant.dataset, opened.asker.isCustodian)) return true;
    return store.frames.find(opened.asker.userId, name) !== undefined;
  }

  /** Whether data and policies are still those that a query was judged by. */
  isCurrent({ sources }: Pick<QueryRecord, 'sources'>): boolean {
    const { catalogue, publisher } = this.options;
    return sources.every(({ dataset, version, policyHash }) => publisher.find(dataset)?.schema.version === version && catalogue.policyOf(dataset).hash === policyHash);
  }

  /** Whether an answer that was given before may be given again now: rules that look at the clock are asked anew. */
  mayRepeat(stored: QueryRecord, analysis: Analysis, opened: OpenedAssignment, verdict: Verdict): boolean {
    const { catalogue, now } = this.options;
    const policies = new Map(stored.sources.map(({ dataset }) => [dataset, catalogue.policyOf(dataset).policy]));
    // The same question again says nothing new: it counts neither for itself nor against what was asked in between.
    return judgeQuery({ now: now(), asker: askerOf(opened, verdict), policies, answered: new Map(), analysis, measurement: stored.measurement }).decision === 'permit';
  }

  /** Resolves when data, policies or reviews have changed, or at an instant. */
  changed(untilMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.waiters.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, Math.max(0, Math.min(untilMs - this.options.now(), 2 ** 31 - 1)));
      this.waiters.add(wake);
    });
  }

  /** Something has changed: whoever waits looks again. */
  wake(): void {
    for (const wake of [...this.waiters]) wake();
  }
}

export const isCovered = (dataset: string, granted: string | null, isCustodian: boolean): boolean => isCustodian || granted === null || granted === dataset;

/** The role as it was applied, under the ceiling of the pod; on their own pod custodians count as Super Modellers. */
function askerOf({ asker }: OpenedAssignment, { role }: Verdict): QueryContext['asker'] {
  const applied: RoleName = isRoleName(role) ? role : asker.isCustodian ? 'super-modeller' : 'viewer';
  return { userId: asker.userId, email: asker.email, role: applied, isCustodian: asker.isCustodian };
}

export const digestOfBytes = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64url');

export const algorithmOf = ({ algorithm }: Pick<TaskPayload, 'algorithm'>): string => `${algorithm.name}@${algorithm.version}`;
