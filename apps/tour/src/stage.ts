import type { Outcome, TaskFile } from '@podnet/sdk';
import type { Scene } from './data/site.ts';
import type { Guest, People } from './people.ts';
import type { PodPlace } from './pod-file.ts';
import type { Running } from './processes.ts';
import type { Talk } from '@podnet/terminal';

/** What the steps of the tour act on. */
export interface Stage {
  home: string;
  hubUrl: string;
  scene: Scene;
  people: People;
  pods: { place: PodPlace; running?: Running }[];
  talk: Talk;
  startPod(place: PodPlace): Promise<Running>;
  /** Joins a pod that is not enrolled yet and confirms its fingerprint as its custodian. */
  enrol(place: PodPlace): Promise<{ fingerprint: string }>;
}

/** What a step tells: a sentence for people, fields for programs. */
export interface StepReport {
  says: string;
  [field: string]: unknown;
}

export interface Step {
  name: string;
  run(stage: Stage, bar: (done: number, of: number, says: string) => void): Promise<StepReport>;
}

/** The tour's task over all pods with the given protocol, algorithm and model. */
export function taskOver(stage: Stage, parts: Pick<TaskFile, 'protocol' | 'algorithm' | 'model'> & { label: string; limits?: TaskFile['limits'] }): TaskFile {
  const { label, limits, protocol, algorithm, model } = parts;
  return {
    version: 1,
    label,
    pods: stage.pods.map(({ place }) => `${place.name}/${stage.scene.dataset}`),
    protocol,
    algorithm,
    ...(model ? { model } : {}),
    limits: { deadline: '10m', ...limits },
  };
}

/** Submits a task and drives it to its outcome, showing its progress. */
export async function runTask(who: Guest, task: TaskFile, bar: (done: number, of: number, says: string) => void, options: { courtesy?: 'refuse' | 'forward' } = {}): Promise<Outcome> {
  const handle = await who.podnet.tasks.submit(task, options);
  return handle.outcome({ onEvent: (event) => event.type === 'progress' && bar(event.done, event.of, event.says) });
}
