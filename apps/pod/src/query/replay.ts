import type { OwnTable } from '@podnet/elements';
import { isFault } from '@podnet/errors';
import { isRoleName, type DatasetPolicy } from '@podnet/policy';
import type { Publisher } from '../agent/publisher.ts';
import { activePolicy, type Catalogue } from '../catalogue/catalogue.ts';
import { judgeInRunner } from '../runner/judge.ts';
import type { QueryContext } from '../runner/query-context.ts';
import type { RunnerPool } from '../runner/runner-pool.ts';
import type { AskedQuery } from '../store/asked-queries.ts';
import type { Store } from '../store/store.ts';
import { failedChecks } from './failed-checks.ts';
import { mostAnswerBytes, mostAnswerRows, unitKey } from './query-desk.ts';

export interface ReplayOptions {
  store: Pick<Store, 'asked' | 'releasedSets'>;
  catalogue: Catalogue;
  publisher: Publisher;
  pool: RunnerPool;
  secret: string;
  baseDir: string;
}

/** How a query of the past would end. `unreadable`: its columns or data are not there any more. */
export type ReplayEnd = 'released' | 'released and flagged' | 'review' | 'denied' | 'unreadable';

export interface Replayed {
  assignmentId: string;
  askedAt: number;
  email: string;
  sentence: string;
  /** Under the policy that applies. */
  now: ReplayEnd;
  /** Under the draft. */
  then: ReplayEnd;
  /** Rules that fail under the draft. */
  failed: readonly string[];
}

/**
 * Asks the last queries of a dataset again on the data as it is: once under what applies, once under a draft, so that only the draft makes a difference. Limits per
 * day are left out, since they say nothing of a query.
 */
export async function replay(options: ReplayOptions, dataset: string, draft: DatasetPolicy, last: number): Promise<Replayed[]> {
  const results: Replayed[] = [];
  for (const asked of options.store.asked.last(dataset, last)) {
    const now = await endOf(options, asked, undefined);
    const then = await endOf(options, asked, { dataset, draft });
    results.push({ assignmentId: asked.assignmentId, askedAt: asked.askedAt, email: asked.asker.email, sentence: then.sentence || now.sentence, now: now.end, then: then.end, failed: then.failed });
  }
  return results;
}

async function endOf(options: ReplayOptions, asked: AskedQuery, instead: { dataset: string; draft: DatasetPolicy } | undefined): Promise<{ end: ReplayEnd; sentence: string; failed: string[] }> {
  const { pool, baseDir } = options;
  try {
    const ask = { plan: JSON.parse(String(asked.plan)) as unknown, tables: {} };
    const judged = await judgeInRunner(pool, { context: contextOf(options, asked, instead), ask, baseDir });
    if (judged === null) return { end: 'unreadable', sentence: '', failed: [] };
    const { judgement, sentence } = judged;
    const end = judgement.decision === 'deny' ? 'denied' : judgement.decision === 'review' ? 'review' : judgement.handling === 'log' ? 'released and flagged' : 'released';
    return { end, sentence, failed: failedChecks(judgement).map(({ dataset, says }) => `${dataset}: ${says}`) };
  } catch (error) {
    if (!isFault(error) || error.code.startsWith('runner.') || error.code.startsWith('internal.')) throw error;
    return { end: 'unreadable', sentence: '', failed: [] };
  }
}

function contextOf({ store, catalogue, publisher, secret }: ReplayOptions, { asker, askedAt, tables }: AskedQuery, instead: { dataset: string; draft: DatasetPolicy } | undefined): QueryContext {
  const datasets = catalogue.datasets.flatMap(({ name }) => {
    const served = publisher.find(name);
    if (!served) return [];
    const { policy, hash } = instead?.dataset === name ? activePolicy(instead.draft, 'set') : catalogue.policyOf(name);
    return [{ config: served.dataset, schema: served.schema.columns, version: served.schema.version, policy, policyHash: hash }];
  });
  return {
    asker: { userId: asker.userId, email: asker.email, role: isRoleName(asker.role) ? asker.role : asker.isCustodian ? 'super-modeller' : 'viewer', isCustodian: asker.isCustodian },
    now: askedAt,
    datasets,
    frames: [],
    appeals: false,
    kept: tables as Record<string, OwnTable>,
    answered: new Map(),
    released: store.releasedSets.of(asker.userId, datasets.map(({ config }) => config.name), askedAt),
    known: [],
    key: unitKey(secret),
    mostRows: mostAnswerRows,
    mostBytes: mostAnswerBytes,
  };
}
