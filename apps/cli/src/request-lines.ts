import type { Verdict } from '@podnet/policy';

/** What a pod adds to a verdict of an assignment. */
type Signed = Verdict & { taskId?: unknown; assignmentId?: unknown };

const isId = (value: unknown, prefix: string): value is string => typeof value === 'string' && new RegExp(`^${prefix}_[0-9a-z]{26}$`).test(value);
const isSlug = (value: string): boolean => /^[a-z0-9][a-z0-9-]{0,62}$/.test(value);

/** The role to ask for where one does not suffice. */
const stronger: Record<string, string> = { viewer: 'general-modeller', 'metrics-only': 'general-modeller', 'dp-restricted-modeller': 'general-modeller', 'general-modeller': 'super-modeller' };

/** Command lines that ask a custodian for what would have passed: the answer to a query, or a role. */
export function requestLines(verdicts: readonly Signed[]): string[] {
  const lines = new Set<string>();
  for (const { decision, podName, dataset, role, checks, taskId, assignmentId } of verdicts) {
    if (decision !== 'deny' || !isSlug(podName) || !isSlug(dataset)) continue;
    const failed = checks.filter((check) => !check.passed).map((check) => check.id);
    if (failed.length === 0) continue;
    if (failed.every((check) => /^(query|dataset)\./.test(check))) {
      if (isId(taskId, 'tsk') && isId(assignmentId, 'asg')) lines.add(`podnet request query ${taskId} --pod ${podName} --reason "…"`);
    } else if (failed.every((check) => check.startsWith('role.') || check === 'grant.present' || check === 'grant.dataset')) {
      const wanted = role === null ? 'general-modeller' : stronger[role];
      if (wanted) lines.add(`podnet request role ${podName} ${wanted} --dataset ${dataset} --reason "…"`);
    }
  }
  return [...lines];
}
