import { Fault } from '@podnet/errors';
import type { Outcome } from '@podnet/sdk';
import { trainPooled } from '../data/pooled-training.ts';
import { runTask, taskOver, type Step } from '../stage.ts';

interface Report {
  rows: number;
  metrics: Record<string, number | null>;
}

interface Summary {
  rounds: Record<string, unknown>[];
  test: Report | null;
  pods: { pod: string }[];
}

/** How far the federated model may fall behind the pooled one: two points of accuracy (or 2 % of the error). */
const tolerance = 0.02;

/** Federated averaging over all pods, weighted by rows; then the same model on the pooled rows, for comparison. */
export const federatedTraining: Step = {
  name: 'federated-training',
  async run(stage, bar) {
    const { rounds, metric, algorithm, model } = stage.scene.learning;
    const protocol = { name: 'federated-averaging', rounds, epochs: 1, weights: 'rows' };
    const outcome = await runTask(stage.people.scientist, taskOver(stage, { label: `Learn ${String(algorithm['target'])}`, protocol, algorithm, model }), bar);
    const federated = valueOf(outcome, metric);
    const { name: protocolName, ...protocolParams } = protocol;
    const pooled = valueOf(trainPooled(stage.scene, { protocol: { name: protocolName, params: protocolParams }, algorithm: askOf(algorithm), model: model ? askOf(model) : null }), metric);

    const behind = metric === 'rmse' ? federated / pooled - 1 : pooled - federated;
    if (behind > tolerance) throw new Fault('task.failed', `The federated model falls behind the pooled one: ${metric} ${federated.toFixed(4)} against ${pooled.toFixed(4)}.`);
    const summary = outcome.summary as Summary;
    return {
      says: `test ${metric} ${federated.toFixed(4)} after ${summary.rounds.length} rounds, ${pooled.toFixed(4)} on the pooled rows`,
      metric,
      federated,
      pooled,
      rounds: summary.rounds,
      test: summary.test,
      pods: summary.pods,
    };
  },
};

function valueOf({ summary }: Outcome, metric: string): number {
  const value = (summary as Summary).test?.metrics[metric];
  if (typeof value !== 'number') throw new Fault('task.failed', 'The outcome has no test metric.');
  return value;
}

const askOf = ({ name, ...params }: { name: string } & Record<string, unknown>) => ({ name, params });
