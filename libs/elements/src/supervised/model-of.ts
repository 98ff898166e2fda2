import { Fault } from '@podnet/errors';
import type { TaskModel } from '../model-part.ts';

/** **Throws** `element.mismatch` when the task names no model. */
export function modelOf({ model }: { model: TaskModel | null }): TaskModel {
  if (!model) throw new Fault('element.mismatch', 'This algorithm needs a model.', { at: 'model' });
  return model;
}
