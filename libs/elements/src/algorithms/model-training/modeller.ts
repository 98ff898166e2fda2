import { metricTable, poolMetrics, poolStatistics } from '@podnet/learning';
import { body } from '../../body.ts';
import type { AlgorithmModeller, AlgorithmModellerPart, AlgorithmModellerWork } from '../../modeller-part.ts';
import { partOf, readEvaluation, reportOf } from '../../supervised/evaluation.ts';
import { layoutOf, shapeOf } from '../../supervised/layout.ts';
import { modelOf } from '../../supervised/model-of.ts';
import { noStatistics, readStatistics } from '../../supervised/statistics.ts';
import { needsStatistics } from '../../supervised/task-params.ts';
import { trainedModel } from '../../supervised/trained-model.ts';
import type { ModelTrainingParams } from './manifest.ts';

/** Plans the layout once, from the first pod's published schema; pods refuse when theirs gives another. */
export const modelTrainingModeller: AlgorithmModellerPart<ModelTrainingParams> = { open };

function open({ params, model, pods }: AlgorithmModellerWork<ModelTrainingParams>): AlgorithmModeller {
  const taskModel = modelOf({ model });
  const layout = layoutOf(params, pods[0]?.schema ?? [], taskModel.learns);
  return {
    averaging: {
      needsStatistics: needsStatistics(params),
      ask: () => body({ layout }),
      acceptStatistics: (answer) => void readStatistics(partOf(answer.json, 'statistics'), layout),
      pool(answers) {
        const statistics = answers.map((answer) => readStatistics(partOf(answer.json, 'statistics'), layout));
        return body({ layout, statistics: statistics.length === 0 ? noStatistics(layout) : poolStatistics(statistics, layout.features) });
      },
      initial: () => taskModel.create(shapeOf(layout)).initial(),
      metrics: metricTable.filter(({ learns }) => learns === taskModel.learns).map(({ name }) => name),
      acceptEvaluation: (json) => readEvaluation(json, layout),
      poolEvaluations: poolMetrics,
      report: (evaluation) => reportOf(evaluation, layout),
      describe: (prepared, weights) => trainedModel(params, taskModel, layout, readStatistics(partOf(prepared.json, 'statistics'), layout), weights),
    },
  };
}
