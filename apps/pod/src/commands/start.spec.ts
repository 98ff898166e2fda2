import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Outcome } from '@podnet/elements';
import { FakeModeller } from '../testing/fake-modeller.ts';
import { PodHouse, type SubmittedTask } from '../testing/pod-house.ts';
import { PodProcess } from '../testing/pod-process.ts';

let house: PodHouse;
const pods: PodProcess[] = [];
const start = (): PodProcess => {
  const pod = new PodProcess(['start', '--config', house.configPath, '--exit-with-parent']);
  pods.push(pod);
  return pod;
};
beforeEach(async () => {
  house = await PodHouse.build();
});
afterEach(async () => {
  await Promise.all(pods.splice(0).map((pod) => pod.kill('SIGKILL')));
  await house.clear();
});

const training: SubmittedTask = {
  payload: {
    protocol: { name: 'federated-averaging', version: 1, params: { rounds: 12, epochs: 2 } },
    algorithm: { name: 'model-training', version: 1, params: { features: ['age', 'height', 'group'], target: 'y', seed: 5 } },
    model: { name: 'logistic-regression', version: 1, params: {} },
  },
};
const weightsOf = (outcome: Outcome): unknown => [JSON.stringify(outcome.summary), ...Object.entries(outcome.arrays).map(([name, array]) => [name, ...array])];

describe('the pod’s process', () => {
  it('gives the same result when it is killed in the middle of a training', async () => {
    const first = start();
    await first.ready();
    const calm = await (await FakeModeller.start(house, training)).outcome;

    const disturbed = await FakeModeller.start(house, training);
    let kills = 0;
    const stumble = Promise.withResolvers<void>();
    disturbed.onAnswer = (count) => {
      if (count === 6 && kills === 0) {
        kills += 1;
        void first.kill('SIGKILL').then(() => start().ready()).then(() => stumble.resolve());
      }
    };
    const outcome = await disturbed.outcome;
    await stumble.promise;
    expect(kills).toBe(1);
    expect(weightsOf(outcome)).toEqual(weightsOf(calm));
  });

  it('keeps to one word on stdout, leaves nothing running and ends with 0 when it is asked to', async () => {
    const pod = start();
    expect(await pod.ready()).toMatchObject({ ready: true, podId: house.podId, name: 'north', datasets: ['people'] });
    expect(await pod.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(pod.stdout.trim().split('\n')).toHaveLength(1);
    const next = start();
    await next.ready();
    next.child.stdin!.end();
    expect(await next.closed).toEqual({ code: 0, signal: null });
  });

  it('writes keys, store and log for its owner only', async () => {
    await start().ready();
    for (const name of ['keys.json', 'pins.json', 'store.sqlite', 'pod.log']) expect(statSync(join(house.home, name)).mode & 0o777).toBe(0o600);
    expect(statSync(house.home).mode & 0o777).toBe(0o700);
  });

  const refusals: [string, () => void, string, number][] = [
    ['keys that others can read', () => chmodSync(join(house.home, 'keys.json'), 0o640), 'config.invalid', 2],
    ['a folder that others can enter', () => chmodSync(house.home, 0o755), 'config.invalid', 2],
    ['keys that are damaged', () => writeFileSync(join(house.home, 'keys.json'), '{'), 'config.invalid', 2],
    ['pins that are damaged', () => writeFileSync(join(house.home, 'pins.json'), '{"v":1}'), 'config.invalid', 2],
    ['another name than it joined with', () => writeFileSync(house.configPath, readFileSync(house.configPath, 'utf8').replace('name: north', 'name: south')), 'config.invalid', 2],
    ['a mistake in pod.yaml', () => writeFileSync(house.configPath, readFileSync(house.configPath, 'utf8').replace('datasets:', 'datesets:')), 'pod.yaml:5:1', 2],
  ];
  it.each(refusals)('does not start with %s', async (_, spoil, code, exit) => {
    spoil();
    const pod = start();
    expect((await pod.closed).code).toBe(exit);
    expect(pod.stderr).toContain(code);
    expect(pod.stdout).toBe('');
  });

  it('does not start with an audit that was changed', async () => {
    const pod = start();
    await pod.ready();
    await pod.kill('SIGTERM');
    const sql = new DatabaseSync(join(house.home, 'store.sqlite'));
    sql.exec('drop trigger audit_no_update; update audit set at = at - 1 where seq = 2');
    sql.close();
    const next = start();
    expect((await next.closed).code).toBe(11);
    expect(next.stderr).toMatch(/audit\[2\].*audit\.broken/);
  });

  it('does not start twice on one folder', async () => {
    await start().ready();
    const second = start();
    expect((await second.closed).code).toBe(10);
    expect(second.stderr).toContain('conflict.state');
  });
});
