import { duration, durationMs, limits, line, slug, validate, editorSchema, readYaml } from '@podnet/contracts';
import { installed, type Manifest } from '@podnet/elements';
import { z } from 'zod';

const pod = z.union([
  z.string().regex(/^[a-z0-9][a-z0-9-]*\/[a-z0-9][a-z0-9-]*$/, 'must be pod/dataset').describe('pod/dataset'),
  z.strictObject({ pod: z.union([slug, z.string().startsWith('pod_')]).describe('Name or id of the pod'), dataset: slug }),
]);

type ElementText = { name: string; version?: number } & Record<string, unknown>;

/** One element as it is written in a task: its name, perhaps its version, and its parameters beside them. */
function elementOf<K extends Manifest['kind']>(kind: K) {
  const manifests = installed.filter((manifest) => manifest.kind === kind);
  const options = manifests.map((manifest) => manifest.params.safeExtend({ name: z.literal(manifest.name).describe(manifest.summary), version: z.literal(manifest.version).optional() }).strict());
  return z.discriminatedUnion('name', options as unknown as [z.ZodObject<{ name: z.ZodLiteral<string> }>]) as unknown as z.ZodType<ElementText, ElementText>;
}

/** A task as a modeller writes it, in YAML or as an object. Names are those of the SDK. */
export const taskFile = z.strictObject({
  version: z.literal(1),
  label: line(200).optional().describe('What you call this task; pods see it, the hub does not'),
  pods: z
    .array(pod)
    .min(1)
    .max(limits.podsPerTask)
    .refine((pods) => new Set(pods.map((entry) => refOf(entry).pod)).size === pods.length, 'each pod can be named once'),
  protocol: elementOf('protocol'),
  algorithm: elementOf('algorithm'),
  model: elementOf('model').optional(),
  privacy: z.strictObject({ epsilon: z.number(), delta: z.number() }).optional().describe('Ask for differential privacy'),
  limits: z
    .strictObject({
      deadline: duration.default('1h').describe('The task ends by then, however far it is'),
      minPods: z.number().int().min(1).max(limits.podsPerTask).optional().describe('Least number of pods that must answer; all of them unless told otherwise'),
      onPodLoss: z.enum(['wait', 'drop', 'fail']).default('wait').describe('When a pod is lost: wait for it, go on without it, or fail'),
    })
    .default({ deadline: '1h', onPodLoss: 'wait' }),
});

export type TaskFile = z.input<typeof taskFile>;
export type ParsedTask = z.output<typeof taskFile>;

/** Reads a task in YAML. **Throws** with `file:line:column` of every mistake. */
export const readTaskFile = (text: string, fileName: string): ParsedTask => readYaml(text, taskFile, fileName);

/** Reads a task given as an object. */
export const readTask = (task: TaskFile): ParsedTask => validate(taskFile, task);

/** JSON Schema of task files, for editors. */
export const taskFileSchema = (): Record<string, unknown> => editorSchema(taskFile, 'Podnet task');

/** Pods and datasets that a task names, in its order. */
export const podsOf = (task: ParsedTask): { pod: string; dataset: string }[] =>
  task.pods.map(refOf);

function refOf(entry: z.output<typeof pod>): { pod: string; dataset: string } {
  if (typeof entry !== 'string') return entry;
  const [name, dataset] = entry.split('/') as [string, string];
  return { pod: name, dataset };
}

/** Milliseconds until the deadline. */
export const deadlineMs = (task: ParsedTask): number => Math.min(Math.max(durationMs(task.limits.deadline), limits.taskDeadlineMs.least), limits.taskDeadlineMs.most);

/** Name, version and parameters apart, as the registry takes them. */
export function askOf(element: ElementText): { name: string; version?: number; params: Record<string, unknown> } {
  const { name, version, ...params } = element;
  return { name, ...(version === undefined ? {} : { version }), params };
}
