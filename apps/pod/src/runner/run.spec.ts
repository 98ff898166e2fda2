import { startRun } from './run.ts';
import type { FromRunner } from './messages.ts';
import type { RunnerProcess } from './runner-process.ts';
import type { RunnerPool, Tenant } from './runner-pool.ts';

const nothing = (): void => undefined;
/** Everybody waits for ever. */
const busy = { acquire: nothing, release: nothing, rest: nothing, wake: nothing } as unknown as RunnerPool;
const log = { note: nothing, raw: nothing, failure: nothing, close: nothing };

describe('steps of one assignment', () => {
  it('wait in a small number: whoever sends without asking is told to send again', async () => {
    const run = startRun({ pool: busy, work: {} as never, deadlineMs: 60_000, deadlineCode: 'task.deadline', log, onOutput: nothing, onReopened: nothing });
    const body = { json: null, arrays: {} };
    expect([1, 2, 3, 4, 5, 6].map((step) => run.frame(step, body))).toEqual([true, true, true, true, false, false]);
    // One that waits already is not one more.
    expect(run.frame(4, body)).toBe(true);
    run.stop();
    expect(await run.ended).toEqual({ type: 'stopped' });
  });
});

describe('a session that waits for its modeller', () => {
  it.each([
    [null, 1],
    [{ epsilon: 1, delta: 1e-6 }, 0],
  ])('offers its runner to others, and under privacy %p so many times: %i', async (privacy, rests) => {
    let offered = 0;
    const runner = { send: nothing } as unknown as RunnerProcess & { onMessage(message: FromRunner): void };
    const pool = { ...busy, acquire: (tenant: Tenant) => tenant.onRunner(runner), rest: () => void (offered += 1) } as unknown as RunnerPool;
    const run = startRun({ pool, work: { privacy } as never, deadlineMs: 60_000, deadlineCode: 'task.deadline', log, onOutput: nothing, onReopened: nothing });
    runner.onMessage({ type: 'outputs', job: 1, outputs: [] });
    expect(run.rests).toBe(true);
    expect(offered).toBe(rests);
    run.stop();
    await run.ended;
  });
});
