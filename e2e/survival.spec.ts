import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { House, Person } from '@podnet/launch';
import type { Outcome } from '@podnet/sdk';
import { assign, cloudPods, cloudTask, temporaryHouse } from './temporary-house.ts';

const pods = ['north', 'south'];
const rounds = 60;
let house: House;
let home: string;
let close: () => Promise<void>;
let modeller: Person;
let undisturbed: Outcome;

beforeAll(async () => {
  ({ house, home, close } = await temporaryHouse());
  await house.admin();
  const custodian = await house.person('custodian');
  modeller = await house.person('modeller');
  await cloudPods(house, home, custodian, pods);
  await assign(custodian, modeller, 'general-modeller', pods);
  undisturbed = await (await modeller.podnet.tasks.submit(cloudTask(pods, rounds))).outcome();
}, 120_000);
afterAll(() => close());

/** Runs the same task, and disturbs it when a round is reached. */
async function disturbed(round: number, disturb: () => Promise<unknown>): Promise<Outcome> {
  const handle = await modeller.podnet.tasks.submit(cloudTask(pods, rounds));
  let disturbance: Promise<unknown> | undefined;
  const outcome = await handle.outcome({
    onEvent: (event) => {
      if (event.type === 'progress' && event.done >= round) disturbance ??= disturb();
    },
  });
  expect(disturbance).toBeDefined();
  await disturbance;
  return outcome;
}

const bits = (outcome: Outcome): string => Buffer.from(outcome.arrays['weights']!.buffer).toString('hex');

describe('a federated training', () => {
  it('is the same whenever it is run with the same seed', async () => {
    const again = await (await modeller.podnet.tasks.submit(cloudTask(pods, rounds))).outcome();
    expect(bits(again)).toBe(bits(undisturbed));
    expect(again.summary).toEqual(undisturbed.summary);
  }, 60_000);

  it('ends in the same result when the hub is killed in the middle', async () => {
    const outcome = await disturbed(10, async () => {
      await house.hub.kill();
      await house.startHub();
    });
    expect(bits(outcome)).toBe(bits(undisturbed));
  }, 120_000);

  it('ends in the same result when a pod is killed in the middle', async () => {
    const outcome = await disturbed(10, async () => {
      await house.pods.get('south')!.running!.kill();
      await house.startPod('south');
    });
    expect(bits(outcome)).toBe(bits(undisturbed));
  }, 120_000);

  it('ends in the same result when the modeller’s process is killed and another takes the task up', async () => {
    // A process of its own that prints each round, so that it can be killed in one.
    const script = join(home, 'modeller.mjs');
    const sdk = fileURLToPath(new URL('../libs/sdk/dist/', import.meta.url));
    writeFileSync(
      script,
      `import { connect } from ${JSON.stringify(`${sdk}index.js`)};
       import { fileStore } from ${JSON.stringify(`${sdk}node/index.js`)};
       const podnet = connect({ hub: ${JSON.stringify(house.hubUrl)}, store: fileStore(${JSON.stringify(join(home, 'people/modeller'))}) });
       const handle = await podnet.tasks.submit(${JSON.stringify(cloudTask(pods, 400))});
       console.log(handle.taskId);
       await handle.outcome({ onEvent: (event) => event.type === 'progress' && console.log(event.done) });`,
    );
    const reference = await (await modeller.podnet.tasks.submit(cloudTask(pods, 400))).outcome();
    const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const taskId = await new Promise<string>((resolve) => {
      let id = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        for (const line of text.split('\n').filter(Boolean)) {
          if (line.startsWith('tsk_')) id = line;
          else if (Number(line) >= 50) {
            child.kill('SIGKILL');
            resolve(id);
          }
        }
      });
    });
    expect((await modeller.podnet.tasks.show(taskId)).state).toBe('open');
    const outcome = await (await house.again('modeller').tasks.attach(taskId)).outcome();
    expect(bits(outcome)).toBe(bits(reference));
    // Whoever asks afterwards gets the very same.
    expect(bits(await modeller.podnet.tasks.result(taskId))).toBe(bits(reference));
  }, 120_000);

  it('ends in the same result for two who drive it at the same time, and for whoever asks afterwards', async () => {
    const handle = await modeller.podnet.tasks.submit(cloudTask(pods, rounds));
    const other = await house.again('modeller').tasks.attach(handle.taskId);
    const [one, two] = await Promise.all([handle.outcome(), other.outcome()]);
    expect([bits(one), bits(two)]).toEqual([bits(undisturbed), bits(undisturbed)]);
    expect(bits(await modeller.podnet.tasks.result(handle.taskId))).toBe(bits(undisturbed));
  }, 120_000);

  it('ends in the same result when its runner is killed in the middle', async () => {
    const outcome = await disturbed(10, async () => {
      const { killRunnersOf } = await import('./processes.ts');
      expect(killRunnersOf(house.pods.get('north')!.running!.pid)).toBeGreaterThan(0);
    });
    expect(bits(outcome)).toBe(bits(undisturbed));
  }, 120_000);
});
