import { Fault } from '@podnet/errors';
import type { PrivateQuery } from '@podnet/sdk';
import { quoted } from './data/quoted.ts';
import type { Stage } from './stage.ts';

/** What the role of a DP Restricted Modeller may expend over all tasks together, at each pod. */
export const roleBudget = 3;

/** What the tour's private tasks ask for. */
export const queryPrivacy = { epsilon: 1, delta: 1e-6 };
export const trainingPrivacy = { epsilon: 2, delta: 1e-5 };

/** The question that the DP Restricted Modeller asks over all pods. */
export function privateQuestion({ scene, people }: Pick<Stage, 'scene' | 'people'>, privacy = queryPrivacy): PrivateQuery {
  const { by, mean } = scene.privately;
  const [key, average] = [by === null ? '' : `${quoted(by)}, `, mean === null ? '' : `, AVG(${quoted(mean)}) AS mean`];
  const sql = `SELECT ${key}COUNT(*) AS n${average} FROM data${by === null ? '' : ` GROUP BY ${quoted(by)}`}`;
  return people.restricted.podnet.privateSql({ dataset: scene.dataset, pods: scene.sites.map(({ pod }) => pod) }, sql, privacy);
}

/**
 * An earlier tour of this house has spent from the budget, and a training is never answered from memory. Where too little is left for this tour, the
 * custodian begins a new period at that pod. Answers the pods where that was so.
 */
export async function ensureBudget(stage: Stage, trainingEpsilon: number): Promise<string[]> {
  const { people, scene, house } = stage;
  const { pods } = await privateQuestion(stage).canI();
  const grants = await people.custodian.podnet.grants.list();
  const renewed: string[] = [];
  for (const { pod } of scene.sites) {
    const cost = pods.find(({ podName }) => podName === pod)?.verdict?.cost;
    if (cost?.leftBefore === undefined) throw new Fault('task.failed', `${pod} has not told what is left of the budget.`);
    if (cost.leftBefore >= cost.epsilon + trainingEpsilon) continue;
    const grant = grants.find((each) => each.pod.name === pod && each.modeller.email === people.restricted.email && each.revokedAt === null);
    await house.atPod(pod, 'budget', 'reset', '--grant', grant!.id, '--reason', 'The demonstration was started again');
    renewed.push(pod);
  }
  return renewed;
}
