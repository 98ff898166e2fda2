import { sourceOfSchema, taskDataset } from '@podnet/elements';
import { parsePlan, scansOf, type LazyPlan, type Source, type TypedPlan } from '@podnet/plan';
import { columnsOf } from '../task/plan.ts';
import type { Asker } from './asker.ts';
import type { Scope } from './scope.ts';

/** The plan of a frame as its first pod would read it, by what that pod publishes. **Throws** as `parsePlan`, `access.not-found`. */
export async function typedAtPod(asker: Asker, { pods, tables, kept }: Scope, plan: LazyPlan): Promise<TypedPlan> {
  const json = plan.toJson();
  const [first] = pods ?? [];
  const sources = new Map<string, Source>([...Object.entries({ ...kept, ...Object.fromEntries(Object.entries(tables).map(([name, { columns }]) => [name, columns])) })].map(([name, columns]) => [name, { kind: 'own', columns }]));
  if (first !== undefined && scansOf(json).some((name) => !sources.has(name))) {
    for (const schema of await asker.schemas(first.pod)) {
      const source = sourceOfSchema(columnsOf(schema));
      sources.set(schema.dataset, source);
      if (schema.dataset === first.dataset) sources.set(taskDataset, source);
    }
  }
  return parsePlan(json, sources);
}
