import { Fault } from '@podnet/errors';
import { runTask, taskOver, type Step } from '../stage.ts';

/** Each pod trains and evaluates on its own rows; metrics come back, weights do not. */
export const metricsOnlyEvaluation: Step = {
  name: 'metrics-only-evaluation',
  async run(stage, bar) {
    const { algorithm, model } = stage.scene.learning;
    const outcome = await runTask(
      stage.people.auditor,
      taskOver(stage, { label: 'What each site can learn alone', protocol: { name: 'results-only' }, algorithm: { ...algorithm, name: 'model-training-and-evaluation', epochs: 50 }, model }),
      bar,
    );
    const weights = Object.keys(outcome.arrays);
    if (weights.length > 0) throw new Fault('task.failed', 'Weights came back to a Metrics Only modeller.');
    return { says: `metrics of ${outcome.contributors.length} pods, no weights`, summary: outcome.summary, arrays: weights };
  },
};
