import { publishedSchema, taskPayload, validate } from '@podnet/contracts';
import { Fault } from '@podnet/errors';
import { z } from 'zod';
import { parsePlan, type TaskPlan } from './plan.ts';

const index = z.int().min(0);
const own = { podId: true, dataset: true, podIndex: true, channelKey: true } as const;
const { columns } = publishedSchema.shape;

const foldedPlan = z.strictObject({
  taskId: z.string(),
  /** What payloads say besides whom they are for: usually all say the same. */
  payloads: z.array(taskPayload.omit(own)),
  /** Columns that pods publish: usually all publish the same. */
  columns: z.array(columns),
  pods: z.array(
    z.strictObject({
      podName: z.string(),
      signing: z.unknown(),
      own: taskPayload.pick(own),
      payload: index,
      schema: publishedSchema.omit({ columns: true }),
      columns: index,
      others: z.array(publishedSchema).optional(),
    }),
  ),
});

/**
 * A plan as checkpoints carry it. What several pods share is in it once: a plan over ten pods of a thousand columns would not fit
 * into a task otherwise, and it is sealed again with every checkpoint.
 */
export type FoldedPlan = z.infer<typeof foldedPlan>;

export function foldPlan({ taskId, pods }: TaskPlan): FoldedPlan {
  const payloads = new Shelf<FoldedPlan['payloads'][number]>();
  const columns = new Shelf<FoldedPlan['columns'][number]>();
  return {
    taskId,
    pods: pods.map(({ podName, signing, payload: { podId, dataset, podIndex, channelKey, ...payload }, schema: { columns: published, ...schema }, others }) => ({
      podName,
      signing,
      own: { podId, dataset, podIndex, channelKey },
      payload: payloads.place(payload),
      schema,
      columns: columns.place(published),
      ...(others ? { others } : {}),
    })),
    payloads: payloads.things,
    columns: columns.things,
  };
}

/** **Throws** `envelope.malformed` for what `foldPlan` has not made. */
export function unfoldPlan(value: unknown): TaskPlan {
  const { taskId, pods, payloads, columns } = validate(foldedPlan, value, { code: 'envelope.malformed' });
  const at = <T>(things: readonly T[], place: number): T => things[place] ?? fail();
  return parsePlan({
    taskId,
    pods: pods.map((pod) => ({ podName: pod.podName, signing: pod.signing, payload: { ...at(payloads, pod.payload), ...pod.own }, schema: { ...pod.schema, columns: at(columns, pod.columns) }, ...(pod.others ? { others: pod.others } : {}) })),
  });
}

/** Things by their place; the same thing has one place. */
class Shelf<T> {
  readonly things: T[] = [];
  private readonly places = new Map<string, number>();

  place(thing: T): number {
    const text = JSON.stringify(thing);
    const place = this.places.get(text) ?? this.things.push(thing) - 1;
    this.places.set(text, place);
    return place;
  }
}

function fail(): never {
  throw new Fault('envelope.malformed', 'The plan of the task does not hold together.');
}
