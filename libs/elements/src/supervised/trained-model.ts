import { Fault } from '@podnet/errors';
import type { FeatureStatistics } from '@podnet/learning';
import { z } from 'zod';
import type { TaskModel } from '../model-part.ts';
import type { SchemaColumn } from '../pod-part.ts';
import { classesOf, encodedNames, layoutOf, type Layout } from './layout.ts';
import { areStatistics, featureStatisticsForm } from './statistics.ts';
import { supervisedNeeds, supervisedShape, type SupervisedParams } from './task-params.ts';

/** A trained model with all that is needed to apply it elsewhere. Plain JSON: what a task answers, another task takes. */
export const trainedModelForm = z.strictObject({
  v: z.literal(1),
  model: z.strictObject({ name: z.string().max(100), version: z.int().min(1), params: z.record(z.string(), z.unknown()) }),
  ...supervisedShape,
  classes: z.array(z.string()).nullable().describe('Classes in the order of their numbers; null for a regression.'),
  columns: z.array(z.string()).describe('Columns of the encoded matrix, in the order of the weights.'),
  statistics: featureStatisticsForm.describe('Statistics that gaps are filled and numbers are scaled with.'),
  weights: z.array(z.number()).min(1).max(10_000_000),
});

export type TrainedModel = z.output<typeof trainedModelForm>;

/** Packs what was trained. */
export function trainedModel(params: SupervisedParams, model: TaskModel, layout: Layout, statistics: FeatureStatistics, weights: Float64Array): TrainedModel {
  return {
    v: 1,
    model: { name: model.name, version: model.version, params: model.params as Record<string, unknown> },
    features: params.features,
    target: params.target,
    ...(params.positive ? { positive: params.positive } : {}),
    missing: params.missing,
    standardise: params.standardise,
    classes: classesOf(layout),
    columns: encodedNames(layout),
    statistics,
    weights: Array.from(weights),
  };
}

/** The columns that applying it reads. */
export const trainedNeeds = (trained: TrainedModel, at: string) => supervisedNeeds(trained, at);

/**
 * The layout under which a trained model can be applied to these columns.
 * **Throws** `schema.incompatible` when the published schema would give its weights another meaning, `element.mismatch` when the
 * task names another model, `usage.invalid` for statistics of other columns, and as `layoutOf`.
 */
export function layoutOfTrained(trained: TrainedModel, schema: readonly SchemaColumn[], model: TaskModel): Layout {
  if (trained.model.name !== model.name || trained.model.version !== model.version) {
    throw new Fault('element.mismatch', `The task names the model ${model.name}@${model.version}, and the trained model is another one.`, { at: 'algorithm.trained.model' });
  }
  const layout = layoutOf(trained, schema, model.learns, 'algorithm.trained');
  if (!sameTexts(encodedNames(layout), trained.columns) || !sameTexts(classesOf(layout) ?? [], trained.classes ?? [])) {
    throw new Fault('schema.incompatible', 'The published domains are not those that the model was trained with.', { at: 'algorithm.trained' });
  }
  if (!areStatistics(trained.statistics, layout)) {
    throw new Fault('usage.invalid', 'The statistics of the trained model do not fit its columns.', { at: 'algorithm.trained.statistics' });
  }
  return layout;
}

/** **Throws** `usage.invalid` unless there are as many weights as a model of this size has. */
export function weightsOfTrained(trained: TrainedModel, size: number): Float64Array {
  if (trained.weights.length !== size) throw new Fault('usage.invalid', 'The trained model does not have as many weights as its columns and classes need.', { at: 'algorithm.trained.weights' });
  return Float64Array.from(trained.weights);
}

const sameTexts = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((text, i) => text === b[i]);
