import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { PodHouse } from '../testing/pod-house.ts';
import { PodProcess } from '../testing/pod-process.ts';
import { declared, drawnIn, privateTask } from '../testing/private-task.ts';

/** How often the pod is killed; `PODNET_KILLS=200` for the whole exercise. */
const kills = Number(process.env['PODNET_KILLS'] ?? 12);
/** From the submission to a moment when the answer is usually there. */
const spanMs = 400;

let house: PodHouse;
let pod: PodProcess | undefined;
afterAll(async () => {
  await pod?.kill('SIGKILL');
  await house?.clear();
});

const start = async (): Promise<void> => {
  pod = new PodProcess(['start', '--config', house.configPath, '--exit-with-parent']);
  await pod.ready();
};

test('killed at any moment around a charge, a pod has charged it once and never lets two answers out', async () => {
  house = await PodHouse.build({ yaml: declared() });
  /** Every answer that ever reached the hub, by assignment. */
  const told = new Map<string, Promise<string>[]>();
  house.hub.onMoved = (id, { state }) => {
    if (state === 'done') told.set(id, [...(told.get(id) ?? []), house.open(id).then(({ body }) => JSON.stringify(drawnIn(body)))]);
  };
  await start();
  const moments = Array.from({ length: kills }, (_, i) => (spanMs * (i + Math.random())) / kills).sort(() => Math.random() - 0.5);
  const ids: string[] = [];
  for (const [i, moment] of moments.entries()) {
    const id = await house.submit(privateTask(`SELECT COUNT(*) AS n FROM data WHERE age > ${i}`, { epsilon: 0.5, delta: 1e-6 }, { grant: { role: 'super-modeller' } }));
    ids.push(id);
    await wait(moment);
    await pod!.kill('SIGKILL');
    await start();
    // What the hub does with a lease that nobody renews.
    if (!['done', 'queued'].includes(house.hub.assignments.get(id)!.state)) house.hub.expire(id);
    house.hub.hint();
    expect((await house.hub.ended(id)).state).toBe('done');
  }
  // Every question again: the answer that was given, at no charge.
  for (const [i, id] of ids.entries()) {
    const again = await house.submit(privateTask(`select count(*) from people where age > ${i}`, { epsilon: 0.5, delta: 1e-6 }, { grant: { role: 'super-modeller' } }));
    expect((await house.hub.ended(again)).state).toBe('done');
    expect(drawnIn((await house.open(again)).body)).toEqual(drawnIn((await house.open(id)).body));
  }
  for (const id of ids) expect(new Set(await Promise.all(told.get(id)!)).size).toBe(1);
  await pod!.kill('SIGTERM');
  const sql = new DatabaseSync(join(house.home, 'store.sqlite'), { readOnly: true });
  const rows = sql.prepare("select kind, count(*) as n, sum(micro_epsilon) as micro from charges group by kind").all();
  sql.close();
  expect(rows).toEqual(expect.arrayContaining([expect.objectContaining({ kind: 'reserve', n: kills, micro: kills * 500_000 }), expect.objectContaining({ kind: 'commit', n: kills })]));
  expect(rows.some((row) => row['kind'] === 'release')).toBe(false);
}, 1_800_000);
