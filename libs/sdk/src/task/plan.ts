import { publishedSchema, taskPayload, validate, type PublishedSchema, type TaskPayload } from '@podnet/contracts';
import { openModellerMachine, type ModellerMachine, type ModellerPlan, type SchemaColumn } from '@podnet/elements';
import { z } from 'zod';

/** Everything the modeller's side needs to take a task up again on any machine that has the device's keys. */
export interface TaskPlan {
  taskId: string;
  /** Of each pod: what was sealed to it, and what is trusted of it. Sorted by pod id. */
  pods: {
    podName: string;
    signing: { kty: 'OKP'; crv: 'Ed25519'; x: string };
    payload: TaskPayload;
    schema: PublishedSchema;
    /** Of other datasets of the pod that the task scans, as far as they are published. */
    others?: PublishedSchema[] | undefined;
  }[];
}

const planSchema = z.strictObject({
  taskId: z.string(),
  pods: z.array(z.strictObject({ podName: z.string(), signing: z.strictObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string() }), payload: taskPayload, schema: publishedSchema, others: z.array(publishedSchema).optional() })).min(1),
});

/** Checks a plan that comes from elsewhere. **Throws** `envelope.malformed`. */
export const parsePlan = (value: unknown): TaskPlan => validate(planSchema, value, { code: 'envelope.malformed' });

/** The modeller's machine of a task. */
export function machineOf(plan: TaskPlan): ModellerMachine {
  const { protocol, algorithm, model, privacy, limits } = plan.pods[0]!.payload;
  const view: ModellerPlan = {
    protocol,
    algorithm,
    model,
    privacy,
    minPods: limits.minPods,
    pods: plan.pods.map(({ podName, payload, schema, others = [] }) => ({
      podId: payload.podId,
      podName,
      dataset: payload.dataset,
      schema: columnsOf(schema),
      others: Object.fromEntries(others.map((other) => [other.dataset, columnsOf(other)])),
    })),
  };
  return openModellerMachine(view);
}

/** Published columns as elements look at them. */
export const columnsOf = ({ columns }: PublishedSchema): SchemaColumn[] => columns.map(({ name, kind, domain, bounds, times }) => ({ name, kind, ...(domain ? { domain: domain.values, domainSource: domain.source } : {}), ...(bounds ? { bounds } : {}), ...(times ? { times } : {}) }));
