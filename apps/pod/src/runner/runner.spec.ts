import { kill } from 'node:process';
import { fileURLToPath } from 'node:url';
import { packBody } from '@podnet/envelope';
import { startAgent, type Agent } from '../agent/agent.ts';
import { openLocalLog, type LocalLog } from '../log/local-log.ts';
import { openStore, type Store } from '../store/store.ts';
import { PodHouse, type SubmittedTask } from '../testing/pod-house.ts';
import { RunnerPool } from './runner-pool.ts';

const oddRunner = fileURLToPath(new URL('../testing/odd-runner.mjs', import.meta.url));
const columns = ['fine', 'loop', 'heap', 'buffers', 'abort', 'killed', 'exit', 'uncaught', 'thief'];
const csv = [columns.join(','), ...Array.from({ length: 20 }, (_, i) => columns.map(() => i).join(','))].join('\n');

let house: PodHouse;
let agent: Agent;
let store: Store;
let pool: RunnerPool;
let log: LocalLog;

/** A pod with two runners of 300 MiB. */
async function live({ deadline = '30s' } = {}): Promise<void> {
  house = await PodHouse.build({ csv, yaml: `runner: { concurrency: 2, deadline: ${deadline}, memory: 300MiB }\n` });
  const yaml = house.file;
  yaml.config.datasets[0]!.ignore = [];
  yaml.config.datasets[0]!.columns = {};
  log = openLocalLog(house.home);
  store = openStore(house.home);
  pool = new RunnerPool({ concurrency: 2, memoryBytes: 300 * 2 ** 20, files: [`${house.folder}/people.csv`], log, entry: oddRunner });
  const ready = Promise.withResolvers<void>();
  agent = await startAgent({ file: yaml, pins: house.pins, keys: house.keys, store, pool, log, version: '0.0.0', onReady: ready.resolve });
  await ready.promise;
}

async function bury(): Promise<void> {
  await agent.stop(0);
  store.close();
  log.close();
  await house.clear();
}

let isShared = false;
afterEach(async () => {
  if (!isShared) await bury();
});

const average = (column: string): SubmittedTask => ({ payload: { algorithm: { name: 'column-average', version: 1, params: { columns: [column] } } } });
const ended = async (column: string) => house.hub.ended(await house.submit(average(column)));

describe('a runner that', () => {
  beforeAll(async () => {
    isShared = true;
    await live();
  });
  afterAll(async () => {
    isShared = false;
    await bury();
  });

  const crashes = ['abort', 'killed', 'exit', 'uncaught'];
  it.each(crashes)('dies of %s is tried three times, then its task is parked with a reason; others flow', async (column) => {
    const bad = await house.submit(average(column));
    expect((await ended('fine')).state).toBe('done');
    expect(await house.hub.ended(bad)).toMatchObject({ state: 'parked', code: 'runner.parked', result: null });
    expect(store.audit.entries().filter((entry) => entry.action === 'assignment.crashed' && entry.subject === bad)).toHaveLength(3);
    expect((await ended('fine')).state).toBe('done');
    // What it cried out stays here.
    expect(JSON.stringify(house.hub.assignments.get(bad))).not.toContain('canary');
  });

  it('never comes back is ended at the deadline; others flow meanwhile', async () => {
    const bad = await house.submit({ payload: { ...average('loop').payload, limits: { deadlineAt: Date.now() + 4_000, minPods: 1, onPodLoss: 'wait' } } });
    expect((await ended('fine')).state).toBe('done');
    expect(await house.hub.ended(bad)).toMatchObject({ state: 'failed', code: 'task.deadline' });
    expect((await ended('fine')).state).toBe('done');
  });

  it.each(['heap', 'buffers'])('takes too much memory (%s) is ended; others flow', async (column) => {
    const bad = await house.submit(average(column));
    expect((await ended('fine')).state).toBe('done');
    expect(await house.hub.ended(bad)).toMatchObject({ state: 'failed', code: 'runner.memory' });
    expect((await ended('fine')).state).toBe('done');
  });
});

describe('the custodian’s own deadline', () => {
  it('ends a runner that takes longer, whatever the task says', async () => {
    await live({ deadline: '2s' });
    expect(await ended('loop')).toMatchObject({ state: 'failed', code: 'runner.deadline' });
  });
});

describe('a task with rounds', () => {
  const training: SubmittedTask = {
    payload: {
      protocol: { name: 'federated-averaging', version: 1, params: { rounds: 2, epochs: 1, validation: false } },
      algorithm: { name: 'model-training', version: 1, params: { features: ['fine'], target: 'loop' } },
      model: { name: 'linear-regression', version: 1, params: {} },
    },
  };
  const inside = () => pool as unknown as { busy: Map<{ pid: number }, unknown>; idle: Map<unknown, unknown> };
  const pids = (): number[] => [...inside().busy.keys()].map((runner) => runner.pid);

  it('gives its runner to others while it waits, and begins anew under a later epoch when it is asked again', async () => {
    await live();
    const waiting = await Promise.all([house.submit(training), house.submit(training)]);
    await house.hub.when(() => waiting.every((id) => house.hub.assignments.get(id)!.state === 'running') && pids().length === 2, 'both wait for their modeller');
    const before = new Set(pids());
    expect((await ended('fine')).state).toBe('done');
    await house.hub.when(() => pids().length === 1, 'one was put aside');
    expect(before).toContain(pids()[0]);
    // A question opens it again; it does not answer what it has forgotten, but says that it begins anew.
    for (const id of waiting) {
      const frame = await (await house.channel(id)).seal('to-pod', 0, packBody({ json: { phase: 'measure', mark: 'm', prepared: 'p' }, arrays: {} }));
      expect(await house.hub.ask('pod:frame', { assignmentId: id, step: 0, body: frame })).toMatchObject({ data: { taken: true } });
    }
    await house.hub.when(() => waiting.filter((id) => house.hub.assignments.get(id)!.state === 'running' && house.hub.assignments.get(id)!.epoch === 2).length === 1, 'it begins anew');
    expect(pids()).toHaveLength(2);
  });

  it('is not counted as crashed when its resting runner is killed', async () => {
    await live();
    const id = await house.submit(training);
    await house.hub.when(() => house.hub.assignments.get(id)!.state === 'running' && inside().idle.size === 1, 'it waits');
    for (const pid of pids()) kill(pid, 'SIGKILL');
    await house.hub.when(() => pids().length === 0, 'the runner is gone');
    expect(store.assignments.find(id)).toMatchObject({ state: 'open', crashes: 0 });
    expect((await ended('fine')).state).toBe('done');
  });
});

describe('a runner process', () => {
  it('has nothing of the agent’s surroundings, reads and writes no file but its datasets and starts nothing', async () => {
    process.env['PODNET_CANARY'] = 'canary-secret';
    try {
      await live();
      expect((await ended('thief')).state).toBe('done');
      const { readFileSync } = await import('node:fs');
      await house.hub.when(() => process.platform !== 'linux' || (pool as unknown as { free: { pid: number }[] }).free.length > 0, 'a runner rests');
      for (const { pid } of (pool as unknown as { free: { pid: number }[] }).free) {
        if (process.platform !== 'linux') break;
        expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).not.toContain('canary-secret');
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        expect(line).toContain('--permission');
        expect(line).toContain('people.csv');
        expect(line).not.toMatch(/keys\.json|--allow-child-process|--allow-fs-write|--allow-worker/);
      }
    } finally {
      delete process.env['PODNET_CANARY'];
    }
  });
});
