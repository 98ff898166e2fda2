import type { UnsafeHandling } from '@podnet/policy';
import type { Requester } from './bound-review.ts';
import { failedChecks } from './failed-checks.ts';
import type { QueryRecord } from './query-record.ts';

/** How a query ended, or that it waits. */
export interface QueryEnd {
  verdict: 'released' | 'waiting' | 'denied';
  handling: UnsafeHandling | null;
  /** Released although a policy failed, or refused: what a custodian should look at. */
  flagged: boolean;
  /** Answered from the store: nothing was computed, and it counts for nothing. */
  repeated?: boolean;
  review?: string;
  approver?: string;
  note?: string | null;
  /** Of what left: sealed, as the hub got it, and as it was before. */
  left?: { answerBytes: number; answerHash: string; resultBytes: number; resultHash: string };
}

/**
 * The entry of one query on the audit. The plan stands in it as text, since it may be nested deeper than an entry. Numbers of units are for the custodian, who has
 * the data.
 */
export function trailOf(record: QueryRecord, about: { requester: Requester; taskId: string; algorithm: string }, { left, ...end }: QueryEnd): Record<string, unknown> {
  const { judgement, sentence, tree, plan, sources, used, revealed, units, question } = record;
  return plain({
    userId: about.requester.userId, email: about.requester.email, device: about.requester.fingerprint, role: about.requester.role,
    taskId: about.taskId, algorithm: about.algorithm, ...end,
    code: judgement.code,
    datasets: sources.map(({ dataset }) => dataset), sources,
    sentence, tree, plan, question,
    columnsUsed: used, columnsRevealed: revealed,
    rows: record.answer?.rows ?? null,
    units,
    failed: failedChecks(judgement).map(({ id, dataset, at, says }) => ({ id, dataset, at: at ?? null, says })),
    warnings: judgement.warnings,
    ...(left ?? {}),
  });
}

/** Only what JSON has. */
const plain = (detail: object): Record<string, unknown> => JSON.parse(JSON.stringify(detail)) as Record<string, unknown>;
