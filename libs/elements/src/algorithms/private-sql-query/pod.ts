import { Fault } from '@podnet/errors';
import { parsePlan } from '@podnet/plan';
import { body, type Body } from '../../body.ts';
import { sessionOf } from '../../operation.ts';
import type { AlgorithmPodPart, AlgorithmWork } from '../../pod-part.ts';
import { answerOf } from './answer.ts';
import { draw } from './draw.ts';
import { privatePlan, privateQueryOn, type PrivateSqlParams } from './manifest.ts';
import { mechanismsOf } from './mechanisms.ts';

/** Turns the SELECT into what is counted and what noise is drawn; nothing of the counts leaves without it. */
export const privateSqlPod: AlgorithmPodPart<PrivateSqlParams> = {
  open: (work) => sessionOf({ run: () => run(work) }),
};

function run({ params, data, privacy, bits }: AlgorithmWork<PrivateSqlParams>): Body {
  if (privacy === null) throw new Fault('privacy.malformed', 'A private query needs an epsilon and a delta.', { at: 'privacy' });
  const { dataset, aggregate, metadata } = data;
  if (aggregate === undefined || metadata === undefined || data.sources === undefined) throw new Fault('usage.unsupported', 'This pod does not answer private queries.');
  const { plan, sources } = privatePlan(params.sql, { dataset, sources: data.sources });
  const query = privateQueryOn(plan, { dataset, sources, metadata });
  // All that could be refused is refused by here: nothing was read.
  const mechanisms = mechanismsOf(query, privacy);
  const counts = aggregate({ query, measures: mechanisms.list.map(({ measure }) => measure) });
  return body(answerOf(query, mechanisms, draw(query, mechanisms, counts, bits), parsePlan(plan, sources).root.schema.map(({ name }) => name)));
}
