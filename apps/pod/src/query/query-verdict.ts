import type { Check, QueryJudgement, Verdict } from '@podnet/policy';

/** What only the modeller reads of a verdict: the hub, which reads verdicts, must not learn from rules and places what was asked. */
export interface VerdictDetails {
  checks: readonly Check[];
  wouldPass: readonly string[];
}

export interface JudgedVerdict {
  verdict: Verdict;
  details: VerdictDetails;
}

/** Much more than a policy has rules; a verdict has to fit into its message. */
const mostChecks = 200;

const sayings: Record<Verdict['decision'], string> = {
  permit: 'The policies of the datasets let this answer leave.',
  review: 'The custodian has to approve this answer.',
  deny: 'The policies of the datasets do not let this answer leave.',
};

/**
 * The pod's verdict once the query was judged: the checks of its admission, and one word on the datasets' policies. `decision` is the judgement's, or what the
 * custodian said to it; `says`: the custodian's own words.
 */
export function queryVerdict(admitted: Verdict, judgement: QueryJudgement, decision: Verdict['decision'] = judgement.decision, says?: string): JudgedVerdict {
  const passed = decision === 'permit';
  const code: Verdict['code'] = passed ? 'permitted' : decision === 'review' ? 'policy.review' : judgement.code === 'permitted' || judgement.code === 'policy.review' ? 'policy.denied' : judgement.code;
  const open: Check = { id: 'query.policies', passed, says: sayings[decision], ...(passed ? {} : { wouldPass: decision === 'review' ? 'The custodian’s approval.' : 'What the reasons, which are sealed to the modeller, say.' }) };
  const checks = judgement.checks.length > mostChecks ? judgement.checks.toSorted((a, b) => Number(a.passed) - Number(b.passed)).slice(0, mostChecks) : judgement.checks;
  const own: Check[] = says === undefined ? [] : [{ id: 'query.review', passed, says }];
  return {
    verdict: { ...admitted, decision, code, checks: [...admitted.checks, open], wouldPass: open.wouldPass === undefined ? [] : [open.wouldPass], ...(decision === 'review' ? { whoCanGrant: `The custodian of ${admitted.podName} is asked.` } : {}) },
    details: { checks: [...admitted.checks, ...checks, ...own], wouldPass: judgement.wouldPass },
  };
}
