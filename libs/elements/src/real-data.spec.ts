import { heartIsHere, heartPods, heartRows } from './fixtures/heart.ts';
import { islandPods, penguinFeatures, penguins, pooledPod } from './fixtures/penguins.ts';
import { ask, averagingTask, type AveragingSummary } from './fixtures/small-task.ts';
import { simulate, type SimulatedPod } from './simulator/simulator.ts';

const summaryOf = (task: Parameters<typeof simulate>[0]): AveragingSummary => simulate(task).outcome!.summary as AveragingSummary;

describe('penguins, one pod for each island', () => {
  const training = (pods: readonly SimulatedPod[]) => averagingTask({ rounds: 20 }, { features: penguinFeatures, target: 'Species' }, pods);

  test('federated training is within two points of training on the pooled rows', () => {
    const federated = summaryOf(training(islandPods));
    const islands = ['Biscoe', 'Dream', 'Torgersen'].map((island) => penguins.filter((row) => row.Island === island));
    const pooled = summaryOf(training([pooledPod(islandPods, islands)]));
    expect(federated.test!.rows).toBe(pooled.test!.rows);
    expect(pooled.test!.metrics.accuracy).toBeGreaterThan(0.95);
    expect(Math.abs(federated.test!.metrics.accuracy! - pooled.test!.metrics.accuracy!)).toBeLessThanOrEqual(0.02);
  });

  test('an island with one species only trains and evaluates on its own like the others', () => {
    const task = { protocol: ask('results-only'), algorithm: ask('model-training-and-evaluation', { features: penguinFeatures, target: 'Species', epochs: 20 }), model: ask('logistic-regression'), pods: islandPods };
    const { pods } = simulate(task).outcome!.summary as { pods: { pod: string; report: { metrics: Record<string, number | null> } }[] };
    expect(pods.map(({ pod, report }) => [pod, report.metrics.accuracy! > 0.9])).toEqual([['biscoe', true], ['dream', true], ['torgersen', true]]);
    expect(pods[2]!.report.metrics.auc).toBeNull();
  });
});

const withHeart = heartIsHere ? describe : describe.skip;

withHeart(`heart disease, one pod for each hospital${heartIsHere ? '' : ' (skipped: ../shared/data is not beside the repository)'}`, () => {
  const features = ['age', 'sex', 'cp', 'trestbps', 'chol', 'fbs', 'restecg', 'thalach', 'exang', 'oldpeak', 'slope', 'ca', 'thal'];

  test.each([1, 2, 3])('federated training reaches a test AUC of 0.84 on the split of seed %i', (seed) => {
    const { test, pods } = summaryOf(averagingTask({ rounds: 50 }, { features, target: 'num', positive: [1, 2, 3, 4] }, heartPods(seed)));
    expect(pods).toHaveLength(4);
    expect(test!.metrics.auc).toBeGreaterThanOrEqual(0.84);
  });

  test('federated training is about as good as training on the pooled rows', () => {
    const pods = heartPods(1);
    const params = { features, target: 'num', positive: [1, 2, 3, 4] };
    const federated = summaryOf(averagingTask({ rounds: 50 }, params, pods)).test!;
    const pooled = summaryOf(averagingTask({ rounds: 50 }, params, [pooledPod(pods, heartRows)])).test!;
    expect(federated.rows).toBe(pooled.rows);
    expect(Math.abs(federated.metrics.auc! - pooled.metrics.auc!)).toBeLessThan(0.02);
  });
});
