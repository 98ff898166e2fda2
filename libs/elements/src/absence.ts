import { isFaultCode, type FaultCode } from '@podnet/errors';
import { codesByGravity } from '@podnet/policy';
import type { ModellerEffect, ModellerEvent } from './modeller-part.ts';

/** Why a pod's answer is not in the outcome. Plain JSON. */
export interface Absence {
  state: 'denied' | 'failed' | 'parked' | 'cancelled' | 'lost' | 'excluded';
  code: FaultCode;
}

const usualCodes = {
  denied: 'policy.denied',
  failed: 'task.failed',
  parked: 'runner.parked',
  cancelled: 'task.cancelled',
  lost: 'task.pod-lost',
  done: 'task.failed',
} as const satisfies Record<string, FaultCode>;

/** The absence that an end without a usable answer means. */
export function absenceOf({ state, code }: Extract<ModellerEvent, { type: 'pod-ended' }>): Absence {
  return { state: state === 'done' ? 'failed' : state, code: isFaultCode(code) ? code : usualCodes[state] };
}

/**
 * The end of a task for which too few pods are left: the gravest code of the policy when one refused, for that is what has to
 * change; the one code that all absent pods answered, as the hub tells it; otherwise `task.too-few-pods`. The sentence
 * names every absent pod with its code.
 */
export function tooFewPods(left: number, minPods: number, absences: readonly (Absence & { podName: string })[]): Extract<ModellerEffect, { type: 'fail' }> {
  const codes = new Set<FaultCode>(absences.map(({ code }) => code));
  const refusal = codesByGravity.find((code) => codes.has(code)) ?? [...codes].sort().find((code) => code.startsWith('policy.'));
  const named = absences.map(({ podName, code }) => `${podName}: ${code}`).join(', ');
  return {
    type: 'fail',
    code: refusal ?? sharedCode(absences) ?? 'task.too-few-pods',
    says: `The task needs ${minPods} ${minPods === 1 ? 'pod' : 'pods'} and ${left} can still answer (${named}).`,
  };
}

/** What all of them answered, when it says more than that they failed. */
function sharedCode(absences: readonly Absence[]): FaultCode | undefined {
  const [first] = absences;
  const answered = ({ state, code }: Absence): boolean => (state === 'denied' || state === 'failed') && code === first!.code && code !== usualCodes.failed;
  return first !== undefined && absences.every(answered) ? first.code : undefined;
}
