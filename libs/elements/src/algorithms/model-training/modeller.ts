import { Fault } from '@podnet/errors';
import { boundsStatistics, metricTable, poolMetrics, poolNoisy, poolStatistics, type Evaluation, type MetricName, type NoisyEvaluation } from '@podnet/learning';
import { body } from '../../body.ts';
import type { TaskModel } from '../../model-part.ts';
import type { AlgorithmModeller, AlgorithmModellerPart, AlgorithmModellerWork, AveragingSide } from '../../modeller-part.ts';
import { declaredEverywhere } from '../../supervised/declared.ts';
import { partOf, readEvaluation, reportOf } from '../../supervised/evaluation.ts';
import { layoutOf, shapeOf, type Layout } from '../../supervised/layout.ts';
import { modelOf } from '../../supervised/model-of.ts';
import { noisyReportOf, readNoisyEvaluation } from '../../supervised/noisy-report.ts';
import { requireNoPrivacyParams } from '../../supervised/privacy-params.ts';
import { planPrivacy, plannedWork, reportOfPlan } from '../../supervised/privacy-plan.ts';
import { noStatistics, readStatistics } from '../../supervised/statistics.ts';
import { needsStatistics } from '../../supervised/task-params.ts';
import { trainedModel } from '../../supervised/trained-model.ts';
import type { ModelTrainingParams } from './manifest.ts';

/** Plans the layout once, from the first pod's published schema; pods refuse when theirs gives another. */
export const modelTrainingModeller: AlgorithmModellerPart<ModelTrainingParams> = { open };

function open({ params, model, pods, privacy, calls }: AlgorithmModellerWork<ModelTrainingParams>): AlgorithmModeller {
  const taskModel = modelOf({ model });
  const layout = layoutOf(params, pods[0]?.schema ?? [], taskModel.learns);
  const created = taskModel.create(shapeOf(layout));
  if (privacy) {
    const plan = planPrivacy(privacy, plannedWork(calls, params.differentialPrivacy));
    const declared = declaredEverywhere(layout, pods);
    const prepared = body({ layout, statistics: boundsStatistics(layout.features, declared.boundsOf) });
    const nothingAsked = (): never => {
      throw new Fault('envelope.malformed', 'No statistics were asked for.');
    };
    return {
      averaging: {
        ...common(params, taskModel, layout, created.initial),
        // Log loss is not among what the noisy cells settle, nor the AUC of many classes.
        metrics: noisyMetrics(taskModel, created.outputs),
        needsStatistics: false,
        ask: nothingAsked,
        acceptStatistics: nothingAsked,
        pool: () => prepared,
        acceptEvaluation: (json) => readNoisyEvaluation(json, created, declared),
        poolEvaluations: (list) => poolNoisy(list as NoisyEvaluation[]),
        report: (evaluation) => noisyReportOf(evaluation as NoisyEvaluation, layout),
        privacy: () => reportOfPlan(privacy, plan),
      },
    };
  }
  requireNoPrivacyParams(params);
  return {
    averaging: {
      ...common(params, taskModel, layout, created.initial),
      needsStatistics: needsStatistics(params),
      ask: () => body({ layout }),
      acceptStatistics: (answer) => void readStatistics(partOf(answer.json, 'statistics'), layout),
      pool(answers) {
        const statistics = answers.map((answer) => readStatistics(partOf(answer.json, 'statistics'), layout));
        return body({ layout, statistics: statistics.length === 0 ? noStatistics(layout) : poolStatistics(statistics, layout.features) });
      },
      acceptEvaluation: (json) => readEvaluation(json, layout),
      poolEvaluations: (list) => poolMetrics(list as Evaluation[]),
      report: (evaluation) => reportOf(evaluation as Evaluation, layout),
    },
  };
}

const noisyMetrics = ({ learns }: TaskModel, outputs: number): MetricName[] =>
  metricsOf(learns).filter((name) => name !== 'logLoss' && (name !== 'auc' || outputs === 2));

const metricsOf = (learns: TaskModel['learns']): MetricName[] => metricTable.filter((metric) => metric.learns === learns).map(({ name }) => name);

/** What averaging needs whether or not there is noise. */
const common = (params: ModelTrainingParams, taskModel: TaskModel, layout: Layout, initial: () => Float64Array): Pick<AveragingSide, 'initial' | 'metrics' | 'describe'> => ({
  initial,
  metrics: metricsOf(taskModel.learns),
  describe: (prepared, weights) => trainedModel(params, taskModel, layout, readStatistics(partOf(prepared.json, 'statistics'), layout), weights),
});
