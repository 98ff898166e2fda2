import { jest } from '@jest/globals';
import { makeKeys } from '@podnet/envelope';
import type { Session } from '../client/session.ts';
import { makeCheckpointKeeper } from './checkpoint.ts';
import type { TaskPlan } from './plan.ts';

const taskId = 'tsk_01hzzzzzzzzzzzzzzzzzzzzzzz';
const plan: TaskPlan = { taskId, pods: [] };
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const at = (name: string) => ({ body: { json: name, arrays: {} }, position: 1 });

/** A keeper whose saves take `tookMs` each, with what it has asked for and how often it has saved. */
async function keeperThatTakes(tookMs: number) {
  const asked: string[] = [];
  let saved = 0;
  const call = async (): Promise<void> => {
    saved += 1;
    jest.advanceTimersByTime(tookMs);
  };
  const keeper = makeCheckpointKeeper({ rest: { call } } as unknown as Session, await makeKeys(), plan);
  const state = (name: string) => () => {
    asked.push(name);
    return at(name);
  };
  // Sealing happens on other threads, which know no false time.
  const until = async (count: number): Promise<void> => {
    while (saved < count) await turn();
    for (let i = 0; i < 5; i++) await turn();
  };
  return { keeper, state, asked, until, saves: () => saved };
}

describe('a state that is to be saved soon', () => {
  beforeEach(() => void jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] }));
  afterEach(() => void jest.useRealTimers());

  it('is saved after a moment, and only the newest of several', async () => {
    const { keeper, state, asked, until } = await keeperThatTakes(1);
    keeper.saveSoon(state('first'));
    keeper.saveSoon(state('second'));
    await turn();
    jest.advanceTimersByTime(249);
    await turn();
    expect(asked).toEqual([]);
    jest.advanceTimersByTime(1);
    await until(1);
    expect(asked).toEqual(['second']);
  });

  it('waits longer where saving takes long: a tenth of the time at most goes into it', async () => {
    const { keeper, state, asked, until } = await keeperThatTakes(100);
    await keeper.saveNow(at('begun'));
    keeper.saveSoon(state('next'));
    await turn();
    jest.advanceTimersByTime(899);
    await turn();
    expect(asked).toEqual([]);
    jest.advanceTimersByTime(1);
    await until(2);
    expect(asked).toEqual(['next']);
  });

  it('does not keep waiting what has to be saved now, and is not saved after it', async () => {
    const { keeper, state, asked, saves } = await keeperThatTakes(1);
    keeper.saveSoon(state('old'));
    await turn();
    await keeper.saveNow(at('final'));
    jest.advanceTimersByTime(10_000);
    await turn();
    expect([asked, saves()]).toEqual([[], 1]);
  });
});
