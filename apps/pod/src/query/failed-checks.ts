import type { QueryCheck, QueryJudgement } from '@podnet/policy';

/** Rules that stopped the answer, or would have. Where every policy passed, what failed inside of a group of rules stopped nothing. */
export const failedChecks = ({ handling, checks }: Pick<QueryJudgement, 'handling' | 'checks'>): QueryCheck[] => (handling === null ? [] : checks.filter(({ passed }) => !passed));
