import { adultFeatures, adultIsHere, adultPods } from './fixtures/adult.ts';
import { ask } from './fixtures/small-task.ts';
import { simulate, type SimulatedTask } from './simulator/simulator.ts';

const withAdult = adultIsHere ? describe : describe.skip;

interface Report {
  metrics: Record<string, number>;
  plusMinus: { accuracy: number };
}

withAdult(`the census of 1994 at epsilon 3${adultIsHere ? '' : ' (skipped: ../shared/data is not beside the repository)'}`, () => {
  const training = { features: adultFeatures, target: 'income', optimiser: { learningRate: 2 } };
  const task = (protocol: ReturnType<typeof ask>, algorithm: ReturnType<typeof ask>, pods: number, epsilon = 3): SimulatedTask => ({ protocol, algorithm, model: ask('logistic-regression'), pods: adultPods(pods), privacy: { epsilon, delta: 1e-5 } });
  const single = (epsilon?: number) => task(ask('results-only'), ask('model-training-and-evaluation', { ...training, epochs: 10 }), 1, epsilon);

  // The most frequent class alone has 0.764; without privacy a logistic regression has about 0.85.
  test('one pod reaches a test accuracy of 0.84', () => {
    const { pooled } = simulate(single()).outcome!.summary as { pooled: Report };
    expect(pooled.metrics.accuracy! - pooled.plusMinus.accuracy).toBeGreaterThanOrEqual(0.84);
    expect(pooled.metrics.auc).toBeGreaterThan(0.87);
  });

  test('four pods together reach it too', () => {
    const { test } = simulate(task(ask('federated-averaging', { rounds: 10, epochs: 1, validation: false }), ask('model-training', training), 4)).outcome!.summary as { test: Report };
    expect(test.metrics.accuracy! - test.plusMinus.accuracy).toBeGreaterThanOrEqual(0.84);
  });

  test('at epsilon 0.001 nothing is learned: the noise is on', () => {
    const { pods } = simulate({ ...single(0.001), algorithm: ask('model-training-and-evaluation', { ...training, epochs: 10, returnWeights: true }) }).outcome!.summary as { pods: { model: unknown }[] };
    const judged = simulate({ ...single(), privacy: null, algorithm: ask('model-evaluation', { trained: pods[0]!.model }), protocol: ask('results-only') }).outcome!.summary as { pooled: Report };
    expect(judged.pooled.metrics.auc).toBeLessThan(0.8);
  });
});
