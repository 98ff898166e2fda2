import { prepareElements } from '@podnet/elements';
import { col, len } from '@podnet/plan';
import { penguinPods } from '../fixtures/penguin-pods.ts';
import type { Asker } from './asker.ts';
import { frameCalls } from './frame-calls.ts';

beforeAll(prepareElements);

const everywhere = ['biscoe/penguins', 'dream/penguins', 'torgersen/birds'];
const codeOf = async (run: () => Promise<unknown>) => run().then(() => null, (error: unknown) => (error as { code: string }).code);

test('kept frames are listed pod by pod, with what they are made of', async () => {
  const podnet = frameCalls(penguinPods().asker);
  await podnet.frame(everywhere).filter(col('mass').gt(4000)).select('mass').collect({ name: 'heavy', hours: 2 });
  await podnet.frame('dream/penguins').collect({ name: 'whole' });
  const frames = await podnet.frames.list(everywhere);
  expect(frames.map(({ pod, name, datasets }) => [pod, name, ...datasets])).toEqual([['biscoe', 'heavy', 'penguins'], ['dream', 'heavy', 'penguins'], ['dream', 'whole', 'penguins'], ['torgersen', 'heavy', 'birds']]);
  expect(frames[0]).toEqual({ pod: 'biscoe', name: 'heavy', datasets: ['penguins'], columns: [{ name: 'mass', type: 'integer' }], madeAt: 0, expiresAt: 7_200_000, stale: false });
});

test('a frame that was kept before is gone on from, where all its pods still have it', async () => {
  const podnet = frameCalls(penguinPods().asker);
  await podnet.frame(['biscoe/penguins', 'dream/penguins']).filter(col('mass').gt(4000)).collect({ name: 'heavy' });
  const heavy = await podnet.frames.open('heavy', ['biscoe/penguins', 'dream/penguins']);
  expect([heavy.name, heavy.expiresAt, (await heavy.schema()).length]).toEqual(['heavy', 24 * 3_600_000, 6]);
  const direct = podnet.frame(['biscoe/penguins', 'dream/penguins']).filter(col('mass').gt(4000));
  expect((await heavy.select(len()).fetch()).rows).toEqual((await direct.select(len()).fetch()).rows);
  expect(await codeOf(() => podnet.frames.open('heavy', everywhere))).toBe('dataset.unknown');
  expect(await codeOf(() => podnet.frames.open('nothing', ['biscoe/penguins']))).toBe('dataset.unknown');
});

test('a frame whose data has changed is not opened', async () => {
  const { asker } = penguinPods();
  const stale: Asker = {
    ...asker,
    async ask(task, options) {
      const answer = await asker.ask(task, options);
      return { ...answer, outcome: { ...answer.outcome, summary: JSON.parse(JSON.stringify(answer.outcome.summary).replaceAll('"stale":false', '"stale":true')) as unknown } };
    },
  };
  const podnet = frameCalls(stale);
  await podnet.frame('biscoe/penguins').collect({ name: 'old' });
  expect(await codeOf(() => podnet.frames.open('old', ['biscoe/penguins']))).toBe('conflict.stale');
});

test('a deleted frame is gone at its pods, and nothing is asked of it any more', async () => {
  const podnet = frameCalls(penguinPods().asker);
  const heavy = await podnet.frame(everywhere).filter(col('mass').gt(4000)).collect({ name: 'heavy' });
  expect(await heavy.delete()).toEqual({ name: 'heavy', pods: ['biscoe', 'dream', 'torgersen'], absent: [] });
  expect(await podnet.frames.list(everywhere)).toEqual([]);
  expect(await codeOf(() => heavy.select(len()).fetch())).not.toBeNull();
  expect(await codeOf(() => heavy.delete())).toBe('dataset.unknown');
});

test('a pod that has lost it hinders no other, and is named', async () => {
  const podnet = frameCalls(penguinPods().asker);
  const heavy = await podnet.frame(everywhere).collect({ name: 'heavy' });
  await podnet.frames.delete('heavy', ['dream/penguins']);
  expect(await heavy.delete()).toEqual({ name: 'heavy', pods: ['biscoe', 'torgersen'], absent: [{ pod: 'dream', code: 'dataset.unknown' }] });
});

test('a list needs every pod that is named', async () => {
  const { asker, tasks } = penguinPods();
  await frameCalls(asker).frames.list(everywhere, { label: 'what is left' });
  expect(tasks).toEqual([expect.objectContaining({ label: 'what is left', algorithm: { name: 'stored-frames', do: 'list' }, limits: {} })]);
});
