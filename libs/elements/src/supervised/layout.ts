import { Fault, isFault } from '@podnet/errors';
import { planFeatures, planTarget, type FeaturePlan, type ModelShape, type PublishedColumn, type TargetPlan } from '@podnet/learning';
import { canonicalColumn } from '../canonical-schema.ts';
import { didYouMean } from '../nearest-name.ts';
import { printable } from '../params-fault.ts';
import type { SchemaColumn } from '../pod-part.ts';
import { isSameJson } from '../same-json.ts';
import type { SupervisedParams } from './task-params.ts';

/** How columns become a matrix and a target. Plain JSON, made from the published schema and the task alone. */
export interface Layout {
  features: FeaturePlan;
  target: TargetPlan;
}

/**
 * Plans features and target from the canonical form of the published schema. `at` is where the parameters stand in the task.
 * **Throws** `schema.unknown-column`, `schema.wrong-kind` (also for a category without a published domain), `usage.invalid`,
 * `data.single-class`, each with its place in the task.
 */
export function layoutOf(params: SupervisedParams, schema: readonly SchemaColumn[], learns: 'classification' | 'regression', at = 'algorithm'): Layout {
  const features = params.features.map((name, i) => publishedColumn(name, `${at}.features[${i}]`, schema));
  const column = publishedColumn(params.target, `${at}.target`, schema);
  if (params.features.includes(params.target)) {
    throw new Fault('usage.invalid', `${printable(params.target)} is the target and cannot be a feature too.`, { at: `${at}.features[${params.features.indexOf(params.target)}]` });
  }
  return placed(at, () => ({
    features: planFeatures(features),
    target: planTarget({ column, learns, positive: params.positive?.map((value) => (typeof value === 'boolean' ? String(value) : value)) }),
  }));
}

/** Columns of the matrix by name: `age`, `cp=1`, `cp=2` … */
export const encodedNames = ({ features }: Layout): string[] =>
  features.features.flatMap((feature) => (feature.kind === 'number' ? [feature.name] : feature.domain.map((value) => `${feature.name}=${value}`)));

/** The classes in the order of their numbers; null for a regression. */
export const classesOf = ({ target }: Layout): string[] | null => (target.kind === 'value' ? null : target.classes);

export const shapeOf = ({ features, target }: Layout): ModelShape => ({ width: features.width, outputs: target.outputs });

/** **Throws** `schema.incompatible` when another party planned another layout from its schema. */
export function requireSameLayout(own: Layout, other: unknown): void {
  if (isSameJson(own, other)) return;
  throw new Fault('schema.incompatible', 'The published schema of this pod is not the one that the task was planned with.', { hint: 'Submit the task again.' });
}

function publishedColumn(name: string, at: string, schema: readonly SchemaColumn[]): PublishedColumn {
  const column = schema.find((each) => each.name === name);
  if (!column) {
    throw new Fault('schema.unknown-column', `There is no column ${printable(name)}.`, { at, hint: didYouMean(name, schema.map((each) => each.name)) });
  }
  if (column.kind === 'category' && (column.domain ?? []).length === 0) {
    throw new Fault('schema.wrong-kind', `The category ${printable(name)} has no published domain.`, { at, hint: 'Its custodian can declare the domain in pod.yaml.' });
  }
  return canonicalColumn(column);
}

/** The learning room names places in its own arguments; here they become places in the task. */
function placed<T>(at: string, plan: () => T): T {
  try {
    return plan();
  } catch (error) {
    if (!isFault(error)) throw error;
    const place = (error.details.at ?? 'features').replace(/^target\.column$/, 'target').replace(/^target\.positive$/, 'positive');
    throw new Fault(error.code, error.message, { ...error.details, at: `${at}.${place}` });
  }
}
