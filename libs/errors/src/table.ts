/**
 * The one table of errors: the same code over REST, socket, SDK, CLI and audit.
 * `http` is the status of a REST answer, `exit` the status of the command line.
 * Exit statuses are promised: 0 ok · 1 unexpected · 2 usage · 3 not signed in · 4 not found · 5 denied ·
 * 6 waiting for approval · 7 budget exhausted · 8 partial success · 9 timeout · 10 conflict ·
 * 11 signature or pin · 12 offline · 130 interrupted.
 */
export const faultTable = {
  'internal.unexpected': { http: 500, exit: 1, title: 'Something went wrong on our side' },
  'internal.unavailable': { http: 503, exit: 1, title: 'The service cannot answer right now' },
  'internal.storage-full': { http: 507, exit: 1, title: 'There is no room left to store this' },

  'usage.invalid': { http: 400, exit: 2, title: 'The input is not valid' },
  'usage.unknown-key': { http: 400, exit: 2, title: 'The input has a key nobody knows' },
  'usage.malformed': { http: 400, exit: 2, title: 'The input cannot be read' },
  'usage.too-large': { http: 413, exit: 2, title: 'The input is too large' },
  'usage.too-deep': { http: 400, exit: 2, title: 'The input is nested too deeply' },
  'usage.unsupported': { http: 400, exit: 2, title: 'This is not supported' },
  'usage.rate-limited': { http: 429, exit: 2, title: 'Too many requests' },
  'usage.needs-terminal': { http: 400, exit: 2, title: 'A question would have to be asked' },

  'auth.required': { http: 401, exit: 3, title: 'You are not signed in' },
  'auth.invalid': { http: 401, exit: 3, title: 'The credentials are not right' },
  'auth.expired': { http: 401, exit: 3, title: 'The session has expired' },
  'auth.setup-closed': { http: 409, exit: 10, title: 'The hub has been set up already' },

  'access.forbidden': { http: 403, exit: 5, title: 'You may not do this' },
  'access.not-found': { http: 404, exit: 4, title: 'There is no such thing, or you may not see it' },
  'access.self-grant': { http: 403, exit: 5, title: 'Nobody assigns a role to themselves' },

  'conflict.exists': { http: 409, exit: 10, title: 'It exists already' },
  'conflict.stale': { http: 409, exit: 10, title: 'It has changed in the meantime' },
  'conflict.state': { http: 409, exit: 10, title: 'Its state does not allow this' },

  'enrolment.code-invalid': { http: 403, exit: 5, title: 'The join code is wrong, used or expired' },
  'enrolment.fingerprint-mismatch': { http: 409, exit: 11, title: 'The fingerprints differ' },

  'policy.denied': { http: 403, exit: 5, title: 'The policy denies this task' },
  'policy.no-access': { http: 403, exit: 5, title: 'You have no role on this pod' },
  'policy.grant-expired': { http: 403, exit: 5, title: 'Your role on this pod has ended' },
  'policy.review': { http: 202, exit: 6, title: 'The task waits for approval' },
  'policy.budget-exhausted': { http: 403, exit: 7, title: 'The privacy budget does not suffice' },
  'policy.too-few-rows': { http: 403, exit: 5, title: 'Too few rows stand behind the answer' },

  'element.unknown': { http: 400, exit: 2, title: 'No such protocol, algorithm or model is installed' },
  'element.mismatch': { http: 400, exit: 2, title: 'Protocol, algorithm and model do not fit together' },

  'privacy.malformed': { http: 400, exit: 2, title: 'Epsilon or delta is not a usable number' },
  'privacy.not-private': { http: 400, exit: 2, title: 'This cannot be answered with differential privacy' },
  'privacy.unbounded': { http: 400, exit: 2, title: 'A column lacks the declared bounds that differential privacy needs' },

  'schema.incompatible': { http: 409, exit: 2, title: 'The pods do not have the same columns' },
  'schema.unknown-column': { http: 400, exit: 2, title: 'There is no such column' },
  'schema.wrong-kind': { http: 400, exit: 2, title: 'The column is not of the kind this needs' },
  'plan.unknown-operation': { http: 400, exit: 2, title: 'The plan has an operation that is not known' },
  'plan.wrong-type': { http: 400, exit: 2, title: 'An operation of the plan gets values of another type' },
  'plan.misplaced': { http: 400, exit: 2, title: 'An operation of the plan stands where it has no meaning' },
  'plan.duplicate-column': { http: 400, exit: 2, title: 'A step of the plan would have two columns of one name' },
  'plan.cannot-pool': { http: 400, exit: 2, title: 'The answers of several pods to this plan cannot be pooled' },
  'dataset.unknown': { http: 404, exit: 4, title: 'There is no such dataset, or you may not see it' },

  'config.invalid': { http: 400, exit: 2, title: 'The configuration is not valid' },
  'data.unreadable': { http: 422, exit: 2, title: 'The data cannot be read' },
  'data.empty': { http: 422, exit: 2, title: 'The data has no rows' },
  'data.duplicate-column': { http: 422, exit: 2, title: 'The data names a column twice' },
  'data.missing-column': { http: 422, exit: 2, title: 'The data lacks a column' },
  'data.wrong-encoding': { http: 422, exit: 2, title: 'The data is not UTF-8' },
  'data.value-not-in-domain': { http: 422, exit: 2, title: 'The data has a value outside the declared domain' },
  'data.not-finite': { http: 422, exit: 2, title: 'The computation has no finite answer' },
  'data.single-class': { http: 422, exit: 2, title: 'The target does not vary' },

  'envelope.malformed': { http: 400, exit: 11, title: 'The message is not well formed' },
  'envelope.algorithm-refused': { http: 400, exit: 11, title: 'The message asks for an algorithm or header that is refused' },
  'envelope.wrong-type': { http: 400, exit: 11, title: 'The message is of another type' },
  'envelope.bad-signature': { http: 400, exit: 11, title: 'The signature does not verify' },
  'envelope.unknown-key': { http: 400, exit: 11, title: 'The message is signed or sealed with a key that is not known' },
  'envelope.wrong-recipient': { http: 400, exit: 11, title: 'The message is addressed to somebody else' },
  'envelope.expired': { http: 400, exit: 11, title: 'The message has expired, or is not valid yet' },
  'envelope.replayed': { http: 409, exit: 11, title: 'The message has been used before' },
  'envelope.tampered': { http: 400, exit: 11, title: 'The message is not what its signed manifest names' },
  'envelope.undecryptable': { http: 400, exit: 11, title: 'The message cannot be opened' },
  'pin.changed': { http: 409, exit: 11, title: 'A pinned key has changed' },
  'audit.broken': { http: 500, exit: 11, title: 'The audit chain does not verify' },

  'lease.stale': { http: 409, exit: 10, title: 'The lease has passed to a later epoch' },
  'task.cancelled': { http: 409, exit: 1, title: 'The task was cancelled' },
  'task.deadline': { http: 504, exit: 9, title: 'The task did not end before its deadline' },
  'task.too-few-pods': { http: 409, exit: 8, title: 'Fewer pods answered than the task needs' },
  'task.pod-lost': { http: 409, exit: 12, title: 'A pod was lost' },
  'task.partial': { http: 200, exit: 8, title: 'Some pods failed' },
  'task.failed': { http: 409, exit: 1, title: 'The task failed' },
  'runner.crashed': { http: 500, exit: 1, title: 'The computation ended without an answer' },
  'runner.deadline': { http: 504, exit: 9, title: 'The computation took too long' },
  'runner.memory': { http: 500, exit: 1, title: 'The computation needed too much memory' },
  'runner.parked': { http: 500, exit: 1, title: 'The task crashed its runner three times and is parked' },

  'hub.unreachable': { http: 503, exit: 12, title: 'The hub cannot be reached' },
  'pod.offline': { http: 503, exit: 12, title: 'The pod is offline' },
  'interrupted': { http: 499, exit: 130, title: 'Interrupted' },
} as const satisfies Record<string, { http: number; exit: number; title: string }>;

export type FaultCode = keyof typeof faultTable;

/** True for a text that is a code of the table. */
export const isFaultCode = (text: unknown): text is FaultCode => typeof text === 'string' && Object.hasOwn(faultTable, text);
