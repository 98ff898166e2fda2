import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Fault } from '@podnet/errors';
import { openLocalLog } from './local-log.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'pod-log-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('the local log keeps the cause that is kept from everybody else, one line of JSON each', () => {
  const log = openLocalLog(folder, { now: () => 0 });
  log.note('runner.ended', { pid: 7 });
  log.failure('dataset.broken', new Fault('data.unreadable', 'No.', { cause: new Error('line 3: "HIV"\npositive') }));
  log.close();
  const lines = readFileSync(join(folder, 'pod.log'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines).toHaveLength(2);
  expect(lines[0]).toEqual({ at: '1970-01-01T00:00:00.000Z', event: 'runner.ended', pid: 7 });
  expect(lines[1]).toMatchObject({ event: 'dataset.broken', code: 'data.unreadable', cause: expect.stringContaining('HIV') });
});

it('the local log never grows beyond twice its cap and is for its owner only', () => {
  const log = openLocalLog(folder, { maxBytes: 2_000 });
  for (let i = 0; i < 200; i++) log.raw('runner stderr', `${i} `.repeat(50));
  log.close();
  const sizes = ['pod.log', 'pod.log.1'].map((name) => statSync(join(folder, name)));
  for (const { size, mode } of sizes) {
    expect(size).toBeLessThanOrEqual(2_000);
    expect(mode & 0o777).toBe(0o600);
  }
  expect(readFileSync(join(folder, 'pod.log'), 'utf8')).toContain('199 199');
});
