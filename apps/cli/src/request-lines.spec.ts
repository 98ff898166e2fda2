import type { Verdict } from '@podnet/policy';
import { requestLines } from './request-lines.ts';

const taskId = 'tsk_01hzzzzzzzzzzzzzzzzzzzzzzz';
const assignmentId = 'asg_01hzzzzzzzzzzzzzzzzzzzzzzz';

const verdict = (change: Partial<Verdict> & Record<string, unknown>, ...failed: string[]): Verdict =>
  ({ decision: 'deny', podName: 'torgersen', dataset: 'penguins', role: 'general-modeller', checks: [{ id: 'grant.role', passed: true, says: '' }, ...failed.map((id) => ({ id, passed: false, says: '' }))], ...change }) as unknown as Verdict;

describe('what a refusal offers', () => {
  it.each<[string, Verdict, string[]]>([
    ['the answer to the query, where a policy of the data refused it', verdict({ taskId, assignmentId }, 'query.policies', 'dataset.penguins.safe_zone.aggregation'), [`podnet request query ${taskId} --pod torgersen --reason "…"`]],
    ['the next stronger role, where the role does not suffice', verdict({}, 'role.algorithm', 'role.model'), ['podnet request role torgersen super-modeller --dataset penguins --reason "…"']],
    ['a role, where there is none', verdict({ role: null }, 'grant.present'), ['podnet request role torgersen general-modeller --dataset penguins --reason "…"']],
    ['nothing, where no role would help', verdict({}, 'role.algorithm', 'ceiling.elements'), []],
    ['nothing to the strongest role', verdict({ role: 'super-modeller' }, 'role.algorithm'), []],
    ['nothing on a dry run of a query, which no pod has denied', verdict({ taskId, assignmentId: null }, 'dataset.penguins.difference'), []],
    ['nothing where it was permitted', verdict({ decision: 'permit' }, 'dataset.penguins.difference'), []],
    ['nothing that somebody else’s name could turn into another command', verdict({ podName: 'a; rm -rf /' }, 'role.algorithm'), []],
    ['nothing with an id that is none', verdict({ taskId: '$(reboot)', assignmentId }, 'dataset.penguins.difference'), []],
  ])('is %s', (_, each, lines) => {
    expect(requestLines([each])).toEqual(lines);
  });

  it('is said once, however many pods say the same', () => {
    expect(requestLines([verdict({}, 'role.algorithm'), verdict({}, 'role.algorithm'), verdict({ podName: 'biscoe' }, 'role.model')])).toHaveLength(2);
  });
});
