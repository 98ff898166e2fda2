import type { SubmittedTask } from './pod-house.ts';

/** A task that asks one query; for specs. */
export const queryTask = (plan: { toJson(): unknown }, { tables = {}, ...more }: { tables?: object } & SubmittedTask = {}): SubmittedTask => ({
  ...more,
  payload: { algorithm: { name: 'frame-query', version: 1, params: { plan: plan.toJson(), tables } }, ...more.payload },
});
