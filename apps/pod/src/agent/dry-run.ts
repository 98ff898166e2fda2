import { isFault } from '@podnet/errors';
import type { Verdict } from '@podnet/policy';
import type { OpenedAssignment } from '../envelope/open-assignment.ts';
import type { SealedReasons } from '../gate/signed-verdict.ts';
import { withTaskChecks } from '../gate/task-checks.ts';
import { answersWithNoise, asksByPlan } from '../gate/scans.ts';
import { queryVerdict } from '../query/query-verdict.ts';
import { judgeInRunner } from '../runner/judge.ts';
import { workOf } from '../runner/work-of.ts';
import type { Workshop } from './workshop.ts';

const longestMs = 5_000;

/**
 * What the policies say to a query that was not submitted: everything that can be said before anything is counted. No data is read, nothing is
 * remembered.
 */
export async function judgeDry(opened: OpenedAssignment, admitted: Verdict, { file, pool, publisher, desk }: Workshop): Promise<{ verdict: Verdict; reasons?: SealedReasons }> {
  const served = publisher.find(opened.payload.dataset);
  if (!served || !asksByPlan(opened.payload) || answersWithNoise(opened.payload)) return { verdict: admitted };
  try {
    const judged = await judgeInRunner(pool, { work: { ...workOf(opened.payload, served, file), query: desk.contextOf(opened, admitted, false) } }, longestMs);
    // Frames that are kept, listed or deleted are for role and grant to permit, and those have.
    if (judged === null) return { verdict: admitted };
    const { verdict, details } = queryVerdict(admitted, judged.judgement);
    return { verdict, reasons: { details, device: opened.device, podId: opened.payload.podId } };
  } catch (error) {
    if (!isFault(error)) throw error;
    // What is wrong with the plan itself: its place is the modeller's to read, so only the code goes by the hub.
    const check = { id: 'query.plan', code: error.code, passed: false, says: 'The query cannot be read, or not now.', wouldPass: 'Correct the query, or ask again later.' };
    const place = error.details.at === undefined ? '' : `${error.details.at}: `;
    return { verdict: withTaskChecks(admitted, [check]), reasons: { details: { checks: [...admitted.checks, { ...check, says: `${place}${error.message}` }], wouldPass: [check.wouldPass] }, device: opened.device, podId: opened.payload.podId } };
  }
}
