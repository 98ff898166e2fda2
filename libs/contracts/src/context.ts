/** What each sealed object is bound to; both sides must name the same. */
export const sealContext = {
  payload: (taskId: string, podId: string) => ({ task: taskId, pod: podId }),
  result: (taskId: string, podId: string, assignmentId: string) => ({ task: taskId, pod: podId, assignment: assignmentId }),
  verdict: (taskId: string, podId: string, assignmentId: string) => ({ task: taskId, pod: podId, assignment: assignmentId }),
  /** For one device of the custodian. */
  review: (podId: string, reviewId: string) => ({ pod: podId, review: reviewId }),
  /** For the pod. */
  reviewDecision: (podId: string, reviewId: string) => ({ pod: podId, review: reviewId }),
  checkpoint: (taskId: string) => ({ task: taskId }),
} as const;
