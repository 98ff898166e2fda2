import { quoted } from '../data/quoted.ts';
import { questionOf } from '../data/question.ts';
import type { Step } from '../stage.ts';
import { comparedWithPooled } from './remote-frame.ts';

/** The question of the frame as SQL over that frame, by the same General Modeller. It becomes the same plan, meets the same policies and ends in the same numbers. */
export const sql: Step = {
  name: 'sql',
  async run({ scene, people }) {
    const question = questionOf(scene);
    const [by, mean] = [question.by === null ? null : quoted(question.by), quoted(question.mean)];
    const text = `SELECT ${by === null ? '' : `${by}, `}count(*) AS rows, avg(${mean}) AS mean FROM self${by === null ? '' : ` GROUP BY ${by} ORDER BY ${by}`}`;
    const frame = await people.researcher.podnet.frame(scene.dataset, { pods: scene.sites.map(({ pod }) => pod) }).sql(text);
    const table = await frame.fetch({ label: 'Means by SQL' });
    const report = comparedWithPooled(scene, question, table);
    return { ...report, says: 'the same question as a SELECT over the frame: the numbers of the frame', sql: text };
  },
};

