import type { Body } from '../../body.ts';
import { noBits } from '../../fixtures/no-bits.ts';
import { refusalOf } from '../../fixtures/refusal.ts';
import { averagingTask, smallPods } from '../../fixtures/small-task.ts';
import type { ModellerEffect, ModellerMachine } from '../../modeller-part.ts';
import { openModellerMachine, openPodSession } from '../../open.ts';
import type { PodSession } from '../../pod-part.ts';
import { simulate } from '../../simulator/simulator.ts';

const pods = smallPods();
const task = averagingTask({ rounds: 3 });

const machine = (): ModellerMachine => openModellerMachine({ ...task, privacy: null, pods: pods.map(({ podId, podName, data }) => ({ podId, podName, dataset: 'd', schema: data.schema })), minPods: 2 });

const session = (podIndex: number): PodSession => openPodSession({ ...task, privacy: null, podIndex, podCount: 3, data: pods[podIndex]!.data, bits: noBits });

type Send = Extract<ModellerEffect, { type: 'send' }>;
const sendsOf = (effects: readonly ModellerEffect[]): Send[] => effects.filter((effect) => effect.type === 'send');

/** Drives a machine and three sessions by hand until a question of this step is asked of everybody. */
function upTo(step: number) {
  const own = machine();
  const sessions = [0, 1, 2].map(session);
  let { state } = own.start();
  let open: { at: number; step: number; body: Body }[] = [];
  const take = (effects: readonly ModellerEffect[]) => sendsOf(effects).forEach((send) => send.podIds.forEach((podId) => open.push({ at: Number(podId.at(-1)) - 1, step: send.step, body: send.body })));
  const tell = (event: Parameters<ModellerMachine['step']>[1]) => {
    const next = own.step(state, event);
    state = next.state;
    take(next.effects);
    return next.effects;
  };
  pods.forEach(({ podId }) => tell({ type: 'pod-ready', podId, epoch: 1 }));
  for (;;) {
    const waiting = open;
    if (waiting.length === 3 && waiting.every((each) => each.step === step)) return { own, sessions, questions: waiting, tell, state: () => state };
    open = [];
    for (const { at, step, body } of waiting) {
      for (const output of sessions[at]!.frame(step, body)) if (output.type === 'reply') tell({ type: 'frame', podId: `pod-${at + 1}`, epoch: 1, step, body: output.body });
    }
  }
}

const withMark = (answer: Body, mark: string): Body => ({ ...answer, json: { ...(answer.json as object), mark } });

const replyOf = (session: PodSession, { step, body }: { step: number; body: Body }): Body => {
  const reply = session.frame(step, body).find((output) => output.type === 'reply');
  return (reply as { body: Body }).body;
};

test('an answer to other weights than those that were asked about does not count, and the pod is asked again', () => {
  const { sessions, questions, tell, state } = upTo(4);
  const before = state();
  const effects = tell({ type: 'frame', podId: 'pod-1', epoch: 1, step: 4, body: withMark(replyOf(sessions[0]!, questions[0]!), 'stale') });
  expect(state()).toBe(before);
  expect(sendsOf(effects).map(({ podIds, step }) => [podIds, step])).toEqual([[['pod-1'], 4]]);
});

test('a second answer to the same question does not count', () => {
  const { sessions, questions, tell, state } = upTo(4);
  const answer = replyOf(sessions[0]!, questions[0]!);
  tell({ type: 'frame', podId: 'pod-1', epoch: 1, step: 4, body: answer });
  const after = state();
  const other = { json: answer.json, arrays: { weights: answer.arrays.weights!.with(0, 7) } };
  expect(tell({ type: 'frame', podId: 'pod-1', epoch: 1, step: 4, body: other })).toEqual([]);
  expect(state()).toBe(after);
});

test('the same step asked from other weights or after another preparation has another mark', () => {
  const two = machine();
  const mine = upTo(3);
  const marks = mine.questions.map(({ body }) => (body.json as { mark: string }).mark);
  expect(new Set(marks).size).toBe(1);
  const later = upTo(4).questions[0]!.body.json as { mark: string };
  expect(later.mark).not.toBe(marks[0]);
  // Without pod 3 the pooled statistics are others, and so is the mark of round 1, although its weights are the same.
  let { state } = two.start();
  const sessions = [0, 1].map(session);
  let open: Send[] = [];
  for (const event of [{ type: 'pod-ended', podId: 'pod-3', state: 'lost', code: null, body: null }, { type: 'pod-ready', podId: 'pod-1', epoch: 1 }, { type: 'pod-ready', podId: 'pod-2', epoch: 1 }] as const) {
    const next = two.step(state, event);
    state = next.state;
    open.push(...sendsOf(next.effects));
  }
  while (!open.some(({ step }) => step === 3)) {
    const waiting = open;
    open = [];
    for (const send of waiting) {
      for (const podId of send.podIds) {
        const next = two.step(state, { type: 'frame', podId, epoch: 1, step: send.step, body: replyOf(sessions[Number(podId.at(-1)) - 1]!, send) });
        state = next.state;
        open.push(...sendsOf(next.effects));
      }
    }
  }
  const other = open.find(({ step }) => step === 3)!.body;
  expect(other.arrays.weights).toEqual(mine.questions[0]!.body.arrays.weights);
  expect((other.json as { mark: string }).mark).not.toBe(marks[0]);
});

test('a pod that restarts is prepared again before it is asked again', () => {
  const { tell, questions } = upTo(4);
  const again = tell({ type: 'pod-ready', podId: 'pod-2', epoch: 2 });
  expect(sendsOf(again).map(({ podIds, step }) => [podIds, step])).toEqual([[['pod-2'], 2]]);
  const fresh = session(1);
  // The question arrives before the preparation: no answer yet.
  expect(fresh.frame(4, questions[1]!.body)).toEqual([]);
  const prepared = replyOf(fresh, sendsOf(again)[0]!);
  expect(tell({ type: 'frame', podId: 'pod-2', epoch: 1, step: 2, body: prepared })).toEqual([]);
  expect(sendsOf(tell({ type: 'frame', podId: 'pod-2', epoch: 2, step: 2, body: withMark(prepared, 'stale') })).map(({ step }) => step)).toEqual([2]);
  const asked = sendsOf(tell({ type: 'frame', podId: 'pod-2', epoch: 2, step: 2, body: prepared }));
  expect(asked.map(({ podIds, step }) => [podIds, step])).toEqual([[['pod-2'], 4]]);
  expect(asked[0]!.body).toEqual(questions[1]!.body);
});

test('a pod asked twice answers the same, to the bit', () => {
  const { sessions, questions } = upTo(5);
  const [one, two] = [0, 1].map(() => replyOf(sessions[2]!, questions[2]!));
  expect(one).toEqual(two);
});

test('a state saved in the middle is restored to the bit and asks the same', () => {
  const { own, questions, state } = upTo(5);
  const saved = own.save(state());
  const restored = own.restore({ json: JSON.parse(JSON.stringify(saved.json)), arrays: saved.arrays });
  expect(own.save(restored)).toEqual(saved);
  let next = own.step(restored, { type: 'pod-ready', podId: 'pod-1', epoch: 1 });
  const prepared = replyOf(session(0), sendsOf(next.effects)[0]!);
  next = own.step(next.state, { type: 'frame', podId: 'pod-1', epoch: 1, step: 2, body: prepared });
  expect(sendsOf(next.effects)[0]!.body).toEqual(questions[0]!.body);
});

test('a saved state of which a part is missing or spoilt is refused', () => {
  const { own, state } = upTo(5);
  const { json, arrays } = own.save(state());
  const spoilt = [
    { json: { ...(json as object), prepared: null }, arrays },
    { json: { ...(json as object), rows: 7 }, arrays },
    { json: { ...(json as object), best: { round: 1, value: 0.5 } }, arrays },
    { json: { ...(json as object), pods: [] }, arrays },
    { json, arrays: { ...arrays, weights: new Float64Array(1) } },
    { json, arrays: { ...arrays, history: arrays.history!.slice(1) } },
  ];
  for (const saved of spoilt) expect(refusalOf(() => own.restore(saved)).code).toBe('envelope.malformed');
  expect(own.save(own.restore({ json, arrays }))).toEqual({ json, arrays });
});

test('pods are told to finish only after the state that tells them is safe', () => {
  const { sessions, questions, tell } = upTo(5);
  const effects = questions.flatMap((question, i) => tell({ type: 'frame', podId: `pod-${i + 1}`, epoch: 1, step: 5, body: replyOf(sessions[i]!, question) }));
  expect(effects.map(({ type }) => type)).toEqual(['progress', 'checkpoint', 'send']);
  expect(effects[1]).toEqual({ type: 'checkpoint', required: true });
});

test('a modeller that keeps only what it must keep, and restarts all the time, still ends the same', () => {
  const whole = simulate(task).outcome!;
  for (let seed = 1; seed <= 20; seed++) {
    const { outcome } = simulate(task, { seed, skipCheckpoint: 1, restartModeller: 0.05, reorder: true });
    expect(outcome).toEqual(whole);
  }
});
