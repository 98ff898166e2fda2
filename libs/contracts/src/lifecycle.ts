import { z } from 'zod';

export const taskStates = ['open', 'completed', 'failed', 'cancelled', 'expired'] as const;
export const assignmentStates = ['queued', 'leased', 'running', 'done', 'denied', 'failed', 'parked', 'cancelled', 'lost'] as const;
export const podStates = ['awaiting-join', 'awaiting-confirmation', 'active', 'removed'] as const;

export const taskState = z.enum(taskStates);
export const assignmentState = z.enum(assignmentStates);
export const podState = z.enum(podStates);
export type TaskState = z.infer<typeof taskState>;
export type AssignmentState = z.infer<typeof assignmentState>;
export type PodState = z.infer<typeof podState>;

/** Which state may follow which. Everything else is refused with `conflict.state`. */
export const taskMoves: Record<TaskState, readonly TaskState[]> = {
  open: ['completed', 'failed', 'cancelled', 'expired'],
  completed: [],
  failed: [],
  cancelled: [],
  expired: [],
};

export const assignmentMoves: Record<AssignmentState, readonly AssignmentState[]> = {
  queued: ['leased', 'cancelled', 'lost', 'failed'],
  leased: ['queued', 'leased', 'running', 'done', 'denied', 'failed', 'parked', 'cancelled', 'lost'],
  running: ['queued', 'leased', 'running', 'done', 'denied', 'failed', 'parked', 'cancelled', 'lost'],
  done: [],
  denied: [],
  failed: [],
  parked: [],
  cancelled: [],
  lost: [],
};

export const isAssignmentOver = (state: AssignmentState): boolean => assignmentMoves[state].length === 0;
export const isTaskOver = (state: TaskState): boolean => taskMoves[state].length === 0;

/**
 * What a task has become, given its assignments. `minPods` of them must be done; a task with assignments that still may
 * end well stays open. With `onPodLoss: fail` one lost, failed or parked assignment fails the task.
 */
export function taskStateOf(assignments: readonly AssignmentState[], minPods: number, onPodLoss: 'wait' | 'drop' | 'fail'): TaskState {
  let over = 0;
  let done = 0;
  for (const state of assignments) {
    if (!isAssignmentOver(state)) continue;
    over += 1;
    if (state === 'done') done += 1;
    else if (onPodLoss === 'fail' && state !== 'cancelled') return 'failed';
  }
  const possible = done + (assignments.length - over);
  if (possible < minPods) return 'failed';
  return over === assignments.length ? 'completed' : 'open';
}
