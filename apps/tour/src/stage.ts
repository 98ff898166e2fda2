import type { House, Person } from '@podnet/launch';
import type { Outcome, PrivateTable, TaskFile } from '@podnet/sdk';
import type { Scene } from './data/site.ts';
import type { People } from './people.ts';

/** What the steps of the tour act on. */
export interface Stage {
  house: House;
  scene: Scene;
  people: People;
  /** What the private question was answered with, for the step that asks it again. */
  privateAnswer?: PrivateTable;
}

export type ShowProgress = (done: number, of: number, says: string) => void;

/** What a step tells: a sentence for people, fields for programs. */
export interface StepReport {
  says: string;
  [field: string]: unknown;
}

export interface Step {
  name: string;
  run(stage: Stage, bar: ShowProgress): Promise<StepReport>;
}

/** The tour's task over all pods with the given protocol, algorithm and model. */
export function taskOver({ scene }: Stage, parts: Pick<TaskFile, 'protocol' | 'algorithm' | 'model' | 'privacy' | 'limits'> & { label: string }): TaskFile {
  const { label, limits, protocol, algorithm, model, privacy } = parts;
  return {
    version: 1,
    label,
    pods: scene.sites.map((site) => `${site.pod}/${scene.dataset}`),
    protocol,
    algorithm,
    ...(model ? { model } : {}),
    ...(privacy ? { privacy } : {}),
    limits: { deadline: '10m', ...limits },
  };
}

/** Submits a task and drives it to its outcome, showing its progress. */
export async function runTask(who: Person, task: TaskFile, bar: ShowProgress, options: { courtesy?: 'refuse' | 'forward' } = {}): Promise<Outcome> {
  const handle = await who.podnet.tasks.submit(task, options);
  return handle.outcome({ onEvent: (event) => event.type === 'progress' && bar(event.done, event.of, event.says) });
}
