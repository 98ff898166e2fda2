import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { podDataset, type DatasetConfig } from '@podnet/contracts';
import { isFault } from '@podnet/errors';
import type { LocalLog } from '../log/local-log.ts';
import { inspectDataset } from './inspect.ts';
import { RunnerPool } from './runner-pool.ts';

const memoryBytes = 160 * 2 ** 20;
const silent: LocalLog = { note: () => undefined, raw: () => undefined, failure: () => undefined, close: () => undefined };
const rows = 1_700_000;

let folder: string;
let pool: RunnerPool;

/** Larger than what a runner may take. Every note is another one. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'inspect-'));
  const path = join(folder, 'large.csv');
  const file = openSync(path, 'w');
  for (let from = 0; from < rows; from += 50_000) {
    writeSync(file, (from === 0 ? 'age,score,city,day,note\n' : '') + Array.from({ length: 50_000 }, (_, i) => `${(from + i) % 90},${(from + i) / 7},${(from + i) % 3 ? 'oslo' : 'rome'},2026-01-${10 + (i % 9)}T10:00:00Z,the note of row ${from + i} and of no other one which tells nothing\n`).join(''));
  }
  closeSync(file);
  expect(statSync(path).size).toBeGreaterThan(memoryBytes);
  pool = new RunnerPool({ concurrency: 1, memoryBytes, files: [path], log: silent });
}, 60_000);
afterAll(async () => {
  await pool.stop();
  rmSync(folder, { recursive: true, force: true });
});

const large = (more: object = {}): DatasetConfig => podDataset.parse({ name: 'large', source: { csv: 'large.csv' }, ...more });

describe('a file that is larger than the memory of a runner', () => {
  it('is published like any other', async () => {
    const { columns, contentHash } = await inspectDataset(pool, large(), folder);
    expect(columns).toEqual([
      { name: 'age', kind: 'integer' },
      { name: 'score', kind: 'number' },
      { name: 'city', kind: 'category', domain: { source: 'observed', values: ['oslo', 'rome'] } },
      { name: 'day', kind: 'date', times: true },
      { name: 'note', kind: 'text' },
    ]);
    expect(contentHash).toMatch(/^[\w-]{43}$/);
  }, 60_000);

  it('ends in a code where it cannot be, and the next one is looked at', async () => {
    const error = await inspectDataset(pool, large({ columns: { note: { type: 'category' } } }), folder).catch((caught: unknown) => caught);
    expect(isFault(error) && error.code).toBe('runner.memory');
    expect((await inspectDataset(pool, large(), folder)).columns).toHaveLength(5);
  }, 60_000);
});
