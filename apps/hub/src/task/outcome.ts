import { isAssignmentOver, taskStateOf, type AssignmentState, type TaskState } from '@podnet/contracts';
import { isFaultCode, type FaultCode } from '@podnet/errors';

export interface TaskTerms {
  minPods: number;
  onPodLoss: 'wait' | 'drop' | 'fail';
}

export interface AssignmentEnd {
  state: AssignmentState;
  code: string | null;
}

export interface TaskOutcome {
  state: TaskState;
  code: FaultCode | null;
}

/**
 * What a task has become, and why. A task that failed because every pod gave the same reason carries that reason; one that
 * completed without some of its pods says so.
 */
export function outcomeOf({ minPods, onPodLoss }: TaskTerms, assignments: readonly AssignmentEnd[]): TaskOutcome {
  const state = taskStateOf(assignments.map((assignment) => assignment.state), minPods, onPodLoss);
  if (state === 'open') return { state, code: null };
  const bad = assignments.filter((assignment) => isAssignmentOver(assignment.state) && assignment.state !== 'done');
  if (state === 'completed') return { state, code: bad.length === 0 ? null : 'task.partial' };
  const reasons = new Set(bad.map((assignment) => assignment.code));
  const [only] = reasons;
  // Pods may notice the deadline a moment before the hub does.
  if (reasons.size === 1 && only === 'task.deadline') return { state: 'expired', code: only };
  return { state, code: reasons.size === 1 && isFaultCode(only) ? only : 'task.too-few-pods' };
}
