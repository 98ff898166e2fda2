import { Fault } from '@podnet/errors';
import { parsePlan, scansOf, type Schema, type Source, type Sources } from '@podnet/plan';
import type { PlanPod } from '../modeller-part.ts';
import { printable } from '../params-fault.ts';
import type { OwnTable } from './answer.ts';
import { taskDataset } from './own-table.ts';
import { atPlan } from './plan-fault.ts';
import { sourceOfSchema, sourcesOfTables } from './plan-source.ts';

/** What a plan of a task may scan at a pod, as far as the pod has published it: its frames are known to it alone. */
export function publishedSources({ dataset, schema, others = {} }: PlanPod, tables: Readonly<Record<string, OwnTable>>): Map<string, Source> {
  const own = sourceOfSchema(schema);
  return new Map<string, Source>([
    ...Object.entries(others).map(([name, columns]): [string, Source] => [name, sourceOfSchema(columns)]),
    ...sourcesOfTables(tables), [dataset, own], [taskDataset, own],
  ]);
}

/**
 * Reads a plan as each pod will, by what it publishes, so that mistakes are told before anything travels. A plan that scans what is not published (a kept
 * frame) is left to its pod. **Throws** as `parsePlan`, with the pod's name; `schema.incompatible` when the answers would have different columns.
 */
export function checkAtPods(plan: unknown, pods: readonly PlanPod[], tables: Readonly<Record<string, OwnTable>>): void {
  const names = scansOf(plan);
  const made = pods.flatMap((pod): { who: string; schema: Schema }[] => {
    const sources: Sources = publishedSources(pod, tables);
    if (!names.every((name) => sources.has(name))) return [];
    const who = printable(pod.podName);
    return [{ who, schema: atPlan(() => parsePlan(plan, sources).root.schema, pods.length > 1 ? who : null) }];
  });
  const [first, ...others] = made;
  for (const { who, schema } of others) {
    if (schema.length === first!.schema.length && schema.every(({ name }, at) => name === first!.schema[at]!.name)) continue;
    throw new Fault('schema.incompatible', `The answers of ${first!.who} and ${who} would have different columns.`, { at: 'algorithm', hint: 'Select the columns that both have.' });
  }
}
