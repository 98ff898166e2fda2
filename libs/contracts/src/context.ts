/** What each sealed object is bound to; both sides must name the same. */
export const sealContext = {
  payload: (taskId: string, podId: string) => ({ task: taskId, pod: podId }),
  result: (taskId: string, podId: string, assignmentId: string) => ({ task: taskId, pod: podId, assignment: assignmentId }),
  verdict: (taskId: string, podId: string, assignmentId: string) => ({ task: taskId, pod: podId, assignment: assignmentId }),
  checkpoint: (taskId: string) => ({ task: taskId }),
} as const;
