import { body } from '../../body.ts';
import { refusalOf } from '../../fixtures/refusal.ts';
import { ask, smallPods } from '../../fixtures/small-task.ts';
import type { ModellerMachine } from '../../modeller-part.ts';
import { openModellerMachine } from '../../open.ts';
import { simulate, type SimulatedTask } from '../../simulator/simulator.ts';

const task = (minPods?: number): SimulatedTask => ({ protocol: ask('results-only'), algorithm: ask('column-average', { columns: ['weight', 'height'] }), model: null, pods: smallPods(), minPods });

function machineOf(minPods: number): ModellerMachine {
  const { protocol, algorithm, model, pods } = task();
  return openModellerMachine({ protocol, algorithm, model, privacy: null, pods: pods.map(({ podId, podName, data }) => ({ podId, podName, dataset: 'd', schema: data.schema })), minPods });
}

test('combines the answers of all pods, whatever the network does', () => {
  const whole = simulate(task()).outcome!;
  expect(whole.contributors).toEqual(['pod-1', 'pod-2', 'pod-3']);
  for (let seed = 1; seed <= 30; seed++) {
    const { outcome } = simulate(task(), { seed, reorder: true, repeat: 0.5, restartPod: 0.3, restartModeller: 0.3, skipCheckpoint: 0.5 });
    expect(outcome).toEqual(whole);
  }
});

test('waits for every pod and leaves out those that failed', () => {
  const { outcome } = simulate(task(2), undefined, { output: (podId, output) => (podId === 'pod-2' ? { type: 'finish', body: body({ columns: [{ count: 1 }] }) } : output) });
  expect(outcome!.contributors).toEqual(['pod-1', 'pod-3']);
  expect((outcome!.summary as { absent: unknown }).absent).toEqual([{ pod: 'east', state: 'excluded', code: 'envelope.malformed' }]);
});

test('ends when too few pods can answer, as soon as that is certain', () => {
  const machine = machineOf(3);
  const { state } = machine.start();
  const after = machine.step(state, { type: 'pod-ended', podId: 'pod-2', state: 'denied', code: 'policy.denied', body: null });
  expect(after.effects).toEqual([{ type: 'fail', code: 'policy.denied', says: 'The task needs 3 pods and 2 can still answer (east: policy.denied).' }]);
  expect(machine.step(after.state, { type: 'pod-ended', podId: 'pod-1', state: 'lost', code: null, body: null }).effects).toEqual([]);
});

test('a pod ends once: what is told of it afterwards changes nothing', () => {
  const machine = machineOf(1);
  const { state } = machine.step(machine.start().state, { type: 'pod-ended', podId: 'pod-1', state: 'cancelled', code: null, body: null });
  const after = machine.step(state, { type: 'pod-ended', podId: 'pod-1', state: 'lost', code: null, body: null });
  expect(after).toEqual({ state, effects: [] });
});

test('a pod that says done without a result is left out', () => {
  const machine = machineOf(1);
  const after = machine.step(machine.start().state, { type: 'pod-ended', podId: 'pod-1', state: 'done', code: null, body: null });
  expect(after.effects[0]).toMatchObject({ type: 'exclude', podId: 'pod-1', code: 'envelope.malformed' });
});

test.each([body(null), body({ protocol: 'results-only', over: false, ends: [null] }), body({ protocol: 'federated-averaging' })])('refuses to restore what is not its state', (saved) => {
  const machine = machineOf(1);
  expect(refusalOf(() => machine.restore(saved)).code).toBe('envelope.malformed');
});
