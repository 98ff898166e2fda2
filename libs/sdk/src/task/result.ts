import { assignmentResult, sealContext, typ, validate, type AssignmentProgress } from '@podnet/contracts';
import type { Body } from '@podnet/elements';
import { decodeBase64url, openSealed, openSealedSigned, openSigned, readStrictJson, thumbprint, unpackBody, type KeyPair } from '@podnet/envelope';
import { Fault, isFault } from '@podnet/errors';
import type { Verdict } from '@podnet/policy';
import { z } from 'zod';
import { hubAwayMs, patiently } from '../client/patience.ts';
import type { Session } from '../client/session.ts';
import type { TaskPlan } from './plan.ts';

const reasons = z.object({
  checks: z.array(z.object({ id: z.string(), passed: z.boolean(), says: z.string(), wouldPass: z.string().optional(), dataset: z.string().optional(), at: z.string().optional(), excused: z.literal(true).optional() })),
  wouldPass: z.array(z.string()),
});

/** Opens what pods sent: results sealed to this device, verdicts signed by the pod. */
export interface ResultReader {
  /** **Throws** `envelope.*` when the result is not the pod's own answer to this very assignment. */
  open(assignment: AssignmentProgress): Promise<Body>;
  /** `assignmentId`: what it is about; null: a dry run. **Throws** `envelope.*` when it is not the pod's own word on that. */
  verdict(podId: string, jws: string, assignmentId: string | null): Promise<Verdict>;
}

export function makeResultReader(session: Session, keys: KeyPair, plan: TaskPlan): ResultReader {
  const pods = new Map(plan.pods.map((pod) => [pod.payload.podId, pod]));
  /** Sealed results that came along with another pod's. A result does not change. */
  const fetched = new Map<string, string>();

  async function sealedResult(assignmentId: string): Promise<string | undefined> {
    if (!fetched.has(assignmentId)) {
      const { results } = await patiently(() => session.rest.call('taskResults', { params: { id: plan.taskId } }), hubAwayMs);
      for (const { assignmentId: id, result } of results) fetched.set(id, result);
    }
    const sealed = fetched.get(assignmentId);
    fetched.delete(assignmentId);
    return sealed;
  }

  async function keyOf(podId: string) {
    const signing = pods.get(podId)?.signing;
    if (!signing) throw new Fault('envelope.unknown-key', 'The hub names a pod that the task does not.', { at: podId });
    const kid = await thumbprint(signing);
    return (asked: string) => (asked === kid ? signing : undefined);
  }

  /** Reasons that name rules and places of the query are sealed to the device that asked; another one of the account reads the verdict without them. */
  async function withReasons({ details, ...verdict }: Verdict & { details?: unknown }, podId: string, assignmentId: string | null): Promise<Verdict> {
    if (typeof details !== 'string') return verdict;
    try {
      const bytes = await openSealed(details, { typ: typ.verdictDetails, key: keys.encryption, context: sealContext.verdict(plan.taskId, podId, assignmentId ?? 'none') });
      const { checks, wouldPass } = validate(reasons, readStrictJson(bytes), { code: 'envelope.malformed' });
      return { ...verdict, checks, wouldPass };
    } catch (error) {
      if (!isFault(error) || error.code !== 'envelope.wrong-recipient') throw error;
      return verdict;
    }
  }

  return {
    async open({ assignmentId, podId, dataset }) {
      const sealed = await sealedResult(assignmentId);
      if (sealed === undefined) throw new Fault('envelope.malformed', 'The hub names a result and does not have it.', { at: assignmentId });
      const text = new TextDecoder().decode(decodeBase64url(sealed));
      const opened = await openSealedSigned(text, {
        signTyp: typ.resultSigned,
        sealTyp: typ.result,
        keys: await keyOf(podId),
        key: keys.encryption,
        context: sealContext.result(plan.taskId, podId, assignmentId),
        maxBytes: 32 << 20,
      });
      const result = validate(assignmentResult, opened.payload, { code: 'envelope.malformed' });
      if (!opened.body || result.taskId !== plan.taskId || result.podId !== podId || result.assignmentId !== assignmentId || result.dataset !== dataset) {
        throw new Fault('envelope.tampered', 'The result speaks of another assignment.', { at: assignmentId });
      }
      return unpackBody(opened.body);
    },
    async verdict(podId, jws, assignmentId) {
      const { payload } = await openSigned(jws, { typ: typ.verdict, keys: await keyOf(podId) });
      const verdict = payload as { podId?: unknown; taskId?: unknown; assignmentId?: unknown };
      // A pod that knows of no role for the modeller has nothing to verify the task's id with, and names none.
      const isAboutTask = verdict.taskId === plan.taskId || verdict.taskId === null;
      if (verdict.podId !== podId || !isAboutTask || verdict.assignmentId !== assignmentId) throw new Fault('envelope.tampered', 'The verdict speaks of another pod or task.', { at: podId });
      return withReasons(payload as Verdict & { details?: unknown }, podId, assignmentId);
    },
  };
}
