import type { TaskPayload } from '@podnet/contracts';
import type { OpenedAssignment } from '../envelope/open-assignment.ts';
import { algorithmOf, digestOfBytes } from '../query/query-desk.ts';

/** Longer parameters are cut: the audit is no store of models. */
const mostCharacters = 20_000;

/** The entry of one answer with noise on the audit: who asked what, what it may have cost, and what left. */
export function privateTrail({ payload, asker }: Pick<OpenedAssignment, 'payload' | 'asker'>, result: Uint8Array, { question, repeated }: { question: string | null; repeated: boolean }): Record<string, unknown> {
  return {
    userId: asker.userId, email: asker.email, device: asker.fingerprint, taskId: payload.taskId, dataset: payload.dataset, verdict: 'released', algorithm: algorithmOf(payload),
    asks: asksOf(payload), epsilon: payload.privacy!.epsilon, delta: payload.privacy!.delta, question, repeated,
    resultBytes: result.length, resultHash: digestOfBytes(result),
  };
}

/** What a person reads of it: the SQL, or the parameters. */
function asksOf({ algorithm: { params } }: TaskPayload): string {
  const { sql } = params as { sql?: unknown };
  return (typeof sql === 'string' ? sql : JSON.stringify(params)).slice(0, mostCharacters);
}
