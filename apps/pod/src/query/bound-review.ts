import { createHash } from 'node:crypto';
import { shownReview as form, type ShownReview } from '@podnet/contracts';
import { failedChecks } from './failed-checks.ts';
import type { QueryRecord } from './query-record.ts';

/** Who asks, as the pod knows them. */
export interface Requester {
  userId: string;
  email: string;
  fingerprint: string;
  role: string;
}

/** Rows of an answer that a custodian is shown. All of it is bound by its hash. */
const mostPreviewRows = 20;

/** In the form in which it may also travel, sealed, to the devices of the custodian. */
export function shownReview(record: QueryRecord, answer: Uint8Array, about: Pick<ShownReview, 'requester' | 'taskId' | 'dataset' | 'algorithm' | 'reason'>): ShownReview {
  const whole = record.answer!;
  const { sentence, tree, plan, sources, used, revealed, units, judgement } = record;
  const shown = {
    ...about, sentence, tree, plan, sources, used, revealed, units,
    failed: failedChecks(judgement),
    warnings: judgement.warnings,
    rows: whole.rows,
    preview: { ...whole, columns: whole.columns.map((column) => ({ ...column, values: column.values.slice(0, mostPreviewRows) })) },
    answerHash: createHash('sha256').update(answer).digest('base64url'),
  };
  return form.parse(JSON.parse(JSON.stringify(shown)));
}

/** What an approval is bound to: plan, versions of the data, policies, who asks, and the answer; all of it is in what is shown. */
export const hashOfShown = (shown: ShownReview): string => createHash('sha256').update(JSON.stringify(shown)).digest('base64url');
