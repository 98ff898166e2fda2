import { body, type Body } from '../../body.ts';
import { refusalOf } from '../../fixtures/refusal.ts';
import { ask, averagingTask, smallPods, smallSchema, type AveragingSummary } from '../../fixtures/small-task.ts';
import type { ModellerEffect, ModellerMachine } from '../../modeller-part.ts';
import { openModellerMachine } from '../../open.ts';
import { simulate, type Interference } from '../../simulator/simulator.ts';

const summaryOf = (simulated: ReturnType<typeof simulate>): AveragingSummary => simulated.outcome!.summary as AveragingSummary;

function machineOf(protocol: object = {}, algorithm: object = {}): ModellerMachine {
  const { protocol: p, algorithm: a, model } = averagingTask(protocol, algorithm);
  const pods = smallPods().map(({ podId, podName }) => ({ podId, podName, dataset: 'd', schema: smallSchema }));
  return openModellerMachine({ protocol: p, algorithm: a, model, privacy: null, pods, minPods: 2 });
}

const endAt = (podId: string, step: number, end: { state: 'denied' | 'failed' | 'cancelled' | 'lost'; code: 'policy.denied' | 'policy.no-access' | 'policy.too-few-rows' | 'runner.memory' | null }): Interference => ({
  end: (id, at) => (id === podId && at >= step ? end : null),
});

describe('pods that are lost', () => {
  test('the others go on, and the weights are those of the others alone from then on', () => {
    const lost = simulate({ ...averagingTask(), minPods: 2 }, undefined, endAt('pod-3', 1, { state: 'lost', code: null }));
    const without = simulate(averagingTask({}, {}, smallPods().slice(0, 2)));
    expect(lost.outcome!.contributors).toEqual(['pod-1', 'pod-2']);
    expect(summaryOf(lost).absent).toEqual([{ pod: 'south', state: 'lost', code: 'task.pod-lost' }]);
    expect(lost.outcome!.arrays.weights).toEqual(without.outcome!.arrays.weights);
  });

  test('a pod lost in a later round counts in the rounds before', () => {
    const { rounds } = summaryOf(simulate({ ...averagingTask(), minPods: 1 }, undefined, endAt('pod-1', 5, { state: 'failed', code: 'runner.memory' })));
    expect(rounds.map(({ pods }) => pods)).toEqual([3, 3, 2, 2, 2, 2]);
  });

  test.each([
    ['lost', { state: 'lost', code: null }, 'task.too-few-pods'],
    ['failed', { state: 'failed', code: 'runner.memory' }, 'runner.memory'],
    ['denied', { state: 'denied', code: 'policy.no-access' }, 'policy.no-access'],
    ['refused for its few rows', { state: 'failed', code: 'policy.too-few-rows' }, 'policy.too-few-rows'],
  ] as const)('when too few are left because one was %s, the task ends and names it', (_name, end, code) => {
    const { outcome, failure } = simulate({ ...averagingTask(), minPods: 3 }, undefined, endAt('pod-2', 4, end));
    expect(outcome).toBeNull();
    expect(failure!.code).toBe(code);
    expect(failure!.says).toContain('east');
  });

  test('what every pod answers is told, as far as it says anything; of different answers none is', () => {
    const ended = (codes: Record<string, 'usage.unsupported' | 'data.empty' | 'task.failed'>) => simulate({ ...averagingTask(), minPods: 1 }, undefined, { end: (id) => ({ state: 'failed', code: codes[id] ?? codes['*']! }) }).failure!.code;
    expect(ended({ '*': 'usage.unsupported' })).toBe('usage.unsupported');
    expect(ended({ '*': 'usage.unsupported', 'pod-2': 'data.empty' })).toBe('task.too-few-pods');
    expect(ended({ '*': 'task.failed' })).toBe('task.too-few-pods');
  });

  test('of several refusals the gravest is told', () => {
    const codes = { 'pod-1': 'policy.denied', 'pod-2': 'policy.no-access' } as const;
    const { failure } = simulate({ ...averagingTask(), minPods: 2 }, undefined, { end: (id) => (id in codes ? { state: 'denied', code: codes[id as keyof typeof codes] } : null) });
    expect(failure!.code).toBe('policy.no-access');
  });
});

describe('answers that cannot be used', () => {
  const spoiling = (podId: string, spoil: (reply: Body) => Body): Interference => ({
    output: (id, output) => (id === podId && output.type === 'reply' && output.body.arrays.weights ? { ...output, body: spoil(output.body) } : output),
  });
  const withWeights = (change: (weights: Float64Array) => Float64Array) => (reply: Body) => body(reply.json, { weights: change(reply.arrays.weights!) });

  test.each([
    ['NaN', withWeights((weights) => weights.with(1, Number.NaN)), 'data.not-finite'],
    ['infinity', withWeights((weights) => weights.with(0, -Infinity)), 'data.not-finite'],
    ['too few weights', withWeights((weights) => weights.slice(1)), 'envelope.malformed'],
    ['no weights', (reply: Body) => body(reply.json, {}), 'envelope.malformed'],
    ['rows that are no count', (reply: Body) => body({ ...(reply.json as object), rows: 1.5 }, reply.arrays), 'envelope.malformed'],
    ['another shape', (reply: Body) => body('hello', reply.arrays), 'envelope.malformed'],
    ['an evaluation that cannot be', (reply: Body) => body({ ...(reply.json as object), validation: { learns: 'classification', rows: 3 } }, reply.arrays), 'envelope.malformed'],
  ] as const)('%s: the pod is left out and named, the others go on', (_name, spoil, code) => {
    const simulated = simulate({ ...averagingTask(), minPods: 2 }, undefined, spoiling('pod-2', spoil));
    expect(simulated.excluded).toEqual([{ podId: 'pod-2', code }]);
    expect(summaryOf(simulated).absent).toEqual([{ pod: 'east', state: 'excluded', code }]);
    expect(simulated.outcome!.contributors).toEqual(['pod-1', 'pod-3']);
  });

  test('statistics that cannot be are refused like weights', () => {
    const simulated = simulate({ ...averagingTask(), minPods: 2 }, undefined, {
      output: (id, output) => (id === 'pod-1' && output.type === 'reply' && output.step === 1 ? { ...output, body: body({ answer: { statistics: { rows: 9, features: [] } } }) } : output),
    });
    expect(simulated.excluded).toEqual([{ podId: 'pod-1', code: 'envelope.malformed' }]);
  });

  test('a pod that finishes without having been asked is left out', () => {
    const simulated = simulate({ ...averagingTask(), minPods: 2 }, undefined, {
      output: (id, output) => (id === 'pod-1' && output.type === 'reply' && output.step === 4 ? { type: 'finish', body: body({ mark: 'x', rows: 10, validation: null, test: null }) } : output),
    });
    expect(simulated.excluded).toEqual([{ podId: 'pod-1', code: 'conflict.state' }]);
  });

  test('a pod that has evaluated other weights than the final ones is left out', () => {
    const simulated = simulate({ ...averagingTask(), minPods: 2 }, undefined, {
      output: (id, output) => (id === 'pod-3' && output.type === 'finish' ? { ...output, body: body({ ...(output.body.json as object), mark: 'other' }) } : output),
    });
    expect(simulated.excluded).toEqual([{ podId: 'pod-3', code: 'conflict.state' }]);
    expect(simulated.outcome!.contributors).toEqual(['pod-1', 'pod-2']);
  });

  test('a training that diverges at every pod ends the task and says at which pods', () => {
    const wild = averagingTask({ rounds: 300 }, { features: ['weight'], target: 'height', standardise: false, optimiser: { learningRate: 1_000 } });
    const { failure } = simulate({ ...wild, model: ask('linear-regression') });
    expect(failure!.code).toBe('data.not-finite');
    expect(failure!.says).toContain('north: data.not-finite');
  });
});

describe('what is late or came twice', () => {
  const send = (effects: readonly ModellerEffect[]) => effects.filter((effect) => effect.type === 'send');

  test('nothing is asked of a pod that has not been heard of, and everything of one that is ready', () => {
    const machine = machineOf();
    const start = machine.start();
    expect(start.effects).toEqual([]);
    const ready = machine.step(start.state, { type: 'pod-ready', podId: 'pod-2', epoch: 1 });
    expect(send(ready.effects).map(({ podIds, step }) => [podIds, step])).toEqual([[['pod-2'], 1]]);
  });

  test('frames and starts of an earlier epoch, of unknown pods and of other steps change nothing', () => {
    const machine = machineOf();
    let { state } = machine.start();
    state = machine.step(state, { type: 'pod-ready', podId: 'pod-1', epoch: 3 }).state;
    for (const event of [
      { type: 'pod-ready', podId: 'pod-1', epoch: 2 },
      { type: 'frame', podId: 'pod-1', epoch: 2, step: 1, body: body({ answer: null }) },
      { type: 'frame', podId: 'pod-1', epoch: 4, step: 1, body: body({ answer: null }) },
      { type: 'frame', podId: 'pod-1', epoch: 3, step: 3, body: body(null) },
      { type: 'frame', podId: 'nobody', epoch: 3, step: 1, body: body(null) },
      { type: 'pod-ready', podId: 'nobody', epoch: 3 },
      { type: 'pod-ended', podId: 'nobody', state: 'lost', code: null, body: null },
    ] as const) {
      const after = machine.step(state, event);
      expect(after.effects).toEqual([]);
      expect(after.state).toBe(state);
    }
  });
});

describe('the average', () => {
  const weightsWith = (weights: unknown): Float64Array => simulate(averagingTask({ rounds: 1, weights }, { optimiser: { batchSize: 'full' } })).outcome!.arrays.weights!;
  /** What each pod sends in the first round, and its rows. */
  const updates = (() => {
    const seen: { rows: number; weights: Float64Array }[] = [];
    simulate(averagingTask({ rounds: 1 }, { optimiser: { batchSize: 'full' } }), undefined, {
      output(id, output) {
        if (output.type === 'reply' && output.body.arrays.weights) seen[Number(id.at(-1)) - 1] = { rows: (output.body.json as { rows: number }).rows, weights: output.body.arrays.weights };
        return output;
      },
    });
    return seen;
  })();
  const mean = (shares: number[]): number[] => {
    const total = shares.reduce((a, b) => a + b);
    return Array.from(updates[0]!.weights, (_, j) => updates.reduce((sum, { weights }, i) => sum + (shares[i]! / total) * weights[j]!, 0));
  };

  test.each([
    ['rows', 'rows', (rows: number[]) => rows],
    ['equal', 'equal', () => [1, 1, 1]],
    ['given', { north: 1, east: 2.5, south: 7 }, () => [1, 2.5, 7]],
  ] as const)('counts pods by %s', (_name, weights, shares) => {
    const expected = mean(shares(updates.map(({ rows }) => rows)) as number[]);
    weightsWith(weights).forEach((weight, j) => expect(weight).toBeCloseTo(expected[j]!, 12));
  });

  test.each([
    [{ north: 1, east: 1, sooth: 1 }, 'protocol.weights.sooth', 'Did you mean south?'],
    [{ north: 1, east: 1 }, 'protocol.weights', 'Give a weight for every pod, or take rows or equal.'],
  ])('given weights have to name the pods', (weights, at, hint) => {
    expect(refusalOf(() => machineOf({ weights }))).toMatchObject({ code: 'usage.invalid', at, hint });
  });
});

describe('early stopping', () => {
  test('ends when nothing improves, and keeps the best weights', () => {
    const stopped = simulate(averagingTask({ rounds: 60, earlyStopping: { metric: 'logLoss', patience: 3, minDelta: 0.02 } }, {}, smallPods([60, 80, 100], { minRows: 5 })));
    const { rounds, earlyStopping, model } = summaryOf(stopped);
    expect(earlyStopping!.stoppedEarly).toBe(true);
    expect(rounds.length).toBe(earlyStopping!.bestRound + 3);
    expect(rounds.every(({ validation }) => validation !== null)).toBe(true);
    const short = summaryOf(simulate(averagingTask({ rounds: earlyStopping!.bestRound }, {}, smallPods([60, 80, 100], { minRows: 5 }))));
    expect(model.weights).toEqual(short.model.weights);
  });

  test('without validation rows anywhere it cannot work and says so', () => {
    const pods = smallPods([60, 80], { split: { train: 80, validation: 0, test: 20, seed: 1 } });
    const { failure } = simulate(averagingTask({ earlyStopping: { metric: 'auc' } }, {}, pods));
    expect(failure).toEqual({ code: 'policy.too-few-rows', says: 'Early stopping needs validation rows, and no pod has enough of them.' });
  });

  test('watches only metrics that the model has', () => {
    expect(refusalOf(() => machineOf({ earlyStopping: { metric: 'rmse' } }))).toMatchObject({ code: 'usage.invalid', at: 'protocol.earlyStopping.metric' });
  });
});

describe('metrics', () => {
  test('every round has its validation metrics, and the test metrics are of the final weights', () => {
    const { rounds, test, pods } = summaryOf(simulate(averagingTask({}, {}, smallPods([60, 80, 100], { minRows: 6 }))));
    expect(rounds.map(({ round }) => round)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(rounds.map(({ validation }) => validation!.rows)).toEqual([24, 24, 24, 24, 24, 24]);
    expect(rounds.at(-1)!.validation!.metrics.logLoss).toBeLessThan(rounds[0]!.validation!.metrics.logLoss!);
    expect(test!.rows).toBe(48);
    expect(pods.map(({ pod, test }) => [pod, test!.rows])).toEqual([['north', 12], ['east', 16], ['south', 20]]);
  });

  test('a part with too few rows is passed over, and the training is not lost for it', () => {
    const { rounds, test, pods } = summaryOf(simulate(averagingTask({}, {}, smallPods([60, 80, 100], { minRows: 15 }))));
    expect(rounds.every(({ validation }) => validation === null)).toBe(true);
    expect(pods.map(({ test }) => test?.rows ?? null)).toEqual([null, 16, 20]);
    expect(test!.rows).toBe(36);
  });

  test('a pod with too few training rows refuses', () => {
    const { failure } = simulate(averagingTask({}, {}, smallPods([12, 80, 100])));
    expect(failure!.code).toBe('policy.too-few-rows');
  });
});

describe('saved states', () => {
  test('are restored to the bit, in every phase', () => {
    const machine = machineOf({ earlyStopping: { metric: 'logLoss', patience: 2 } });
    const { state } = machine.start();
    const saved = machine.save(state);
    expect(machine.save(machine.restore(saved))).toEqual(saved);
  });

  test.each([
    ['nothing', body(null)],
    ['another protocol', body({ protocol: 'results-only', over: false, ends: [] })],
    ['no weights', body((machineOf().save(machineOf().start().state) as Body).json, {})],
  ])('are refused when they are none: %s', (_name, saved) => {
    expect(refusalOf(() => machineOf().restore(saved)).code).toBe('envelope.malformed');
  });

  test('of a task with other columns are refused', () => {
    const saved = machineOf().save(machineOf().start().state);
    expect(refusalOf(() => machineOf({}, { features: ['height'] }).restore(saved)).code).toBe('envelope.malformed');
  });
});
