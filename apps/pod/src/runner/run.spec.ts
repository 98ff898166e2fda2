import { startRun } from './run.ts';
import type { RunnerPool } from './runner-pool.ts';

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
