import { questionOf } from '../data/question.ts';
import type { Step } from '../stage.ts';
import { comparedWithPooled } from './remote-frame.ts';

/** The question of the frame as SQL. It becomes the same plan, meets the same policies and ends in the same numbers. */
export const sql: Step = {
  name: 'sql',
  async run({ scene, people }) {
    const question = questionOf(scene);
    const [by, mean] = [question.by === null ? null : quoted(question.by), quoted(question.mean)];
    const text = `SELECT ${by === null ? '' : `${by}, `}count(*) AS rows, avg(${mean}) AS mean FROM data${by === null ? '' : ` GROUP BY ${by} ORDER BY ${by}`}`;
    const table = await people.scientist.podnet.sql(text, { dataset: scene.dataset, pods: scene.sites.map(({ pod }) => pod) }).fetch({ label: 'Means by SQL' });
    const report = comparedWithPooled(scene, question, table);
    return { ...report, says: 'the same question as a SELECT, by a Super Modeller: the numbers of the frame', sql: text };
  },
};

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
