import { makeId, type TaskPayload } from '@podnet/contracts';
import { encodeBase64url } from '@podnet/envelope';
import { foldPlan, unfoldPlan } from './folded-plan.ts';
import type { TaskPlan } from './plan.ts';

const taskId = makeId('task', 1_700_000_000_000);
const userId = makeId('account', 1_700_000_000_000);
const names = Array.from({ length: 1_000 }, (_, j) => `column-${j}`);

const payloadOf = (podIndex: number, podCount: number, changes: Partial<TaskPayload> = {}): TaskPayload => ({
  v: 1, taskId, userId, podId: makeId('pod', 1_700_000_000_000 + podIndex), dataset: 'records', label: null,
  protocol: { name: 'federated-averaging', version: 1, params: { rounds: 3 } },
  algorithm: { name: 'model-training', version: 1, params: { features: names } },
  model: null, privacy: null, secureAggregation: false,
  limits: { deadlineAt: 1_700_000_100_000, minPods: podCount, onPodLoss: 'wait' },
  podIndex, podCount, channelKey: encodeBase64url(new Uint8Array(32).fill(podIndex)), ...changes,
});

function planOver(pods: number): TaskPlan {
  return {
    taskId,
    pods: Array.from({ length: pods }, (_, i) => ({
      podName: `pod-${i}`,
      signing: { kty: 'OKP', crv: 'Ed25519', x: encodeBase64url(new Uint8Array(32).fill(i)) },
      payload: payloadOf(i, pods),
      schema: { dataset: 'records', version: `v${i}`, columns: names.map((name) => ({ name, kind: 'number' as const })), parts: ['train'] },
    })),
  };
}

const bytes = (value: unknown): number => JSON.stringify(value).length;

describe('a folded plan', () => {
  it('unfolds into the plan that it was', () => {
    const plan = planOver(3);
    expect(unfoldPlan(JSON.parse(JSON.stringify(foldPlan(plan))))).toEqual(plan);
  });

  it('keeps apart what pods do not share', () => {
    const plan = planOver(3);
    plan.pods[1]!.schema.columns = [{ name: 'other', kind: 'category', domain: { source: 'declared', values: ['a', 'b'] } }];
    plan.pods[2]!.payload.label = 'another';
    const folded = foldPlan(plan);
    expect([folded.payloads.length, folded.columns.length]).toEqual([2, 2]);
    expect(unfoldPlan(folded)).toEqual(plan);
  });

  it('keeps schemas of other datasets that a task scans', () => {
    const plan = planOver(2);
    plan.pods[1]!.others = [{ dataset: 'visits', version: 'v', columns: [{ name: 'cost', kind: 'number' }], parts: [] }];
    expect(unfoldPlan(JSON.parse(JSON.stringify(foldPlan(plan))))).toEqual(plan);
  });

  it('hardly grows with the number of pods', () => {
    expect(bytes(foldPlan(planOver(10)))).toBeLessThan(1.2 * bytes(foldPlan(planOver(1))));
    expect(bytes(planOver(10))).toBeGreaterThan(9 * bytes(planOver(1)));
  });

  it.each<[string, (folded: ReturnType<typeof foldPlan>) => unknown]>([
    ['nothing', () => undefined],
    ['a plan that is not folded', () => planOver(1)],
    ['a place where nothing is', (folded) => ({ ...folded, columns: [] })],
    ['a payload without its task', (folded) => ({ ...folded, payloads: [{}] })],
    ['a plan without pods', (folded) => ({ ...folded, pods: [] })],
  ])('is not made of %s', (_, change) => {
    expect(() => unfoldPlan(change(foldPlan(planOver(2))))).toThrow(expect.objectContaining({ code: 'envelope.malformed' }));
  });
});
