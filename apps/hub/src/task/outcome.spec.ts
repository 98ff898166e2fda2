import type { AssignmentState } from '@podnet/contracts';
import { outcomeOf, type TaskTerms } from './outcome.ts';

const end = (text: string) => {
  const [state, code] = text.split(' ');
  return { state: state as AssignmentState, code: code ?? null };
};
const wait: TaskTerms = { minPods: 2, onPodLoss: 'wait' };

describe('what a task has become', () => {
  const rows: [string, TaskTerms, string[], string, string | null][] = [
    ['all pods are done', wait, ['done', 'done'], 'completed', null],
    ['one still runs', wait, ['done', 'running'], 'open', null],
    ['enough are done and one failed', wait, ['done', 'done', 'failed data.empty'], 'completed', 'task.partial'],
    ['enough are done and one still runs', wait, ['done', 'done', 'queued'], 'open', null],
    ['every pod denies for the same reason', wait, ['denied policy.denied', 'denied policy.denied'], 'failed', 'policy.denied'],
    ['pods end for different reasons', wait, ['denied policy.denied', 'failed data.empty'], 'failed', 'task.too-few-pods'],
    ['too few can still finish', wait, ['denied policy.denied', 'running'], 'failed', 'policy.denied'],
    ['a pod notices the deadline before the hub does', wait, ['failed task.deadline', 'queued'], 'expired', 'task.deadline'],
    ['a lost pod fails a task that says so', { minPods: 1, onPodLoss: 'fail' }, ['lost task.pod-lost', 'running'], 'failed', 'task.pod-lost'],
    ['a lost pod is dropped when the task says so', { minPods: 1, onPodLoss: 'drop' }, ['lost task.pod-lost', 'done'], 'completed', 'task.partial'],
    ['a reason that is no code of ours is not passed on', wait, ['failed nonsense', 'failed nonsense'], 'failed', 'task.too-few-pods'],
  ];

  it.each(rows)('%s', (_, terms, assignments, state, code) => {
    expect(outcomeOf(terms, assignments.map(end))).toEqual({ state, code });
  });
});
