import { Fault } from '@podnet/errors';
import type { PrivateTable } from '@podnet/sdk';
import { pooledGroups } from '../data/question.ts';
import type { Scene } from '../data/site.ts';
import { ensureBudget, privateQuestion, queryPrivacy, trainingPrivacy } from '../private-question.ts';
import type { Step } from '../stage.ts';
import { privateLearning } from './dp-training.ts';

/** How far an answer may lie from the exact one, in widths of 95 %: noise alone leaves three of them once in some ten thousand numbers. */
const tolerance = 3;

export interface Told {
  value: number;
  /** At 95 %; null where the pods cannot say. */
  plusMinus: number | null;
  exact: number | null;
}

/** A DP Restricted Modeller asks all pods one question; every number has noise and says how much. Compared with the exact ones, which the tour knows. */
export const privateSql: Step = {
  name: 'private-sql',
  async run(stage) {
    const { scene, people } = stage;
    const renewed = await ensureBudget(stage, privateLearning(scene) ? trainingPrivacy.epsilon : 0);
    const query = privateQuestion(stage);
    const table = await query.fetch({ label: 'How many, with noise' });
    stage.privateAnswer = table;
    const groups = comparedWithExact(scene, table);
    const spent = table.spent.map(({ pod, cost }) => ({ pod, ...cost }));
    const free = spent.every(({ epsilon }) => epsilon === 0);
    return {
      says: `${people.restricted.name} asked with epsilon ${queryPrivacy.epsilon}${free ? ', for nothing: an earlier tour had asked' : ''}: ${groups.map(sentenceOf).join(', ')}; all within ${tolerance} widths of the exact numbers`,
      sql: query.sql,
      privacy: query.privacy,
      ...scene.privately,
      groups,
      spent,
      newPeriod: renewed,
    };
  },
};

export type PrivateGroup = { key: string | null; n: Told } & { mean?: Told };

/** **Throws** `task.failed` for a number that noise does not explain. */
function comparedWithExact(scene: Scene, table: PrivateTable): PrivateGroup[] {
  const { by, mean } = scene.privately;
  const own = new Map(pooledGroups(scene, scene.privately).map((group) => [group.key, group]));
  const widthsOf = (name: string): (number | null)[] => table.accuracyOf(name);
  const groups = table.toRecords().map((row, at): PrivateGroup => {
    const key = by === null || row[by] === null ? null : String(row[by]);
    const exact = own.get(key);
    const told = (name: string, value: number | null): Told => ({ value: Number(row[name]), plusMinus: widthsOf(name)[at]!, exact: value });
    return { key, n: told('n', exact?.rows ?? 0), ...(mean === null ? {} : { mean: told('mean', exact && exact.valued > 0 ? exact.mean : null) }) };
  });
  if ([...own.keys()].some((key) => key !== null && !groups.some((group) => group.key === key))) throw new Fault('task.failed', 'A declared group is missing from the answer.');
  if (!groups.every(({ n, mean: average }) => n.plusMinus !== null && isWithin(n) && (!average || isWithin(average)))) throw new Fault('task.failed', `A number lies further than ${tolerance} widths from the exact one.`);
  return groups;
}

const isWithin = ({ value, plusMinus, exact }: Told): boolean => exact === null || plusMinus === null || Math.abs(value - exact) <= tolerance * plusMinus;

const sentenceOf = ({ key, n }: PrivateGroup): string => `${key ?? 'all'} ${shown(n)}`;

/** `152 ± 16`. */
export const shown = ({ value, plusMinus }: Told): string => `${Math.round(value)} ± ${plusMinus === null ? '?' : Math.round(plusMinus)}`;
