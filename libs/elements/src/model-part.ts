import type { Model, ModelShape } from '@podnet/learning';

/** What a model's folder gives beside its manifest: how its parameters and a shape become mathematics. */
export interface ModelPart<Params = unknown> {
  /** **Throws** `usage.invalid` for a shape that makes no such model. */
  create(shape: ModelShape, params: Params): Model;
}

/** The model of one task, with its parameters in it. Algorithms get this and never ask which model it is. */
export interface TaskModel {
  name: string;
  version: number;
  params: unknown;
  learns: 'classification' | 'regression';
  create(shape: ModelShape): Model;
}
