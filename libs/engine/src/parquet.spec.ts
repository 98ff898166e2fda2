import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { podConfig } from '@podnet/contracts';
import type polars from 'nodejs-polars';
import { openEngine } from './index.ts';

const pl = createRequire(import.meta.url)('nodejs-polars') as typeof polars;
let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'engine-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('a Parquet file is read by its own types, and agrees with the CSV of the same table', async () => {
  const rows = Array.from({ length: 24 }, (_, i) => i);
  const frame = pl
    .DataFrame({
      whole: rows.map((i) => (i === 3 ? null : i)),
      real: rows.map((i) => (i === 2 ? NaN : i + 0.5)),
      flag: rows.map((i) => i % 2 === 0),
      word: rows.map((i) => (i % 2 === 0 ? 'even' : 'odd')),
      day: rows.map((i) => new Date(i * 86_400_000)),
      list: rows.map((i) => [i]),
      level: rows.map((i) => i % 2),
      schema: rows.map((i) => i * 2),
    })
    .withColumn(pl.col('level').cast(pl.Float64));
  frame.writeParquet(join(folder, 'a.parquet'));
  frame.drop('list').writeCSV(join(folder, 'a.csv'));
  const [parquet, csv] = podConfig.parse({
    version: 1, name: 'n', hub: 'http://localhost',
    datasets: [
      { name: 'p', source: { parquet: 'a.parquet' }, columns: { level: { type: 'category' } } },
      { name: 'c', source: { csv: 'a.csv' }, columns: { level: { type: 'category' } } },
    ],
  }).datasets;
  const engine = await openEngine();
  const published = engine.inspect(parquet!, folder).columns;
  expect(published).toEqual([
    { name: 'whole', kind: 'integer' },
    { name: 'real', kind: 'number' },
    { name: 'flag', kind: 'boolean' },
    { name: 'word', kind: 'category', domain: { source: 'observed', values: ['even', 'odd'] } },
    { name: 'day', kind: 'date', times: true },
    { name: 'list', kind: 'text' },
    { name: 'level', kind: 'category', domain: { source: 'observed', values: ['0', '1'] } },
    { name: 'schema', kind: 'integer' },
  ]);
  const usable = published.filter((column) => column.name !== 'list');
  expect(engine.inspect(csv!, folder).columns).toEqual(usable);
  const fromParquet = engine.load(parquet!, folder, usable);
  expect(engine.load(csv!, folder, usable)).toEqual(fromParquet);
  const values = Object.fromEntries(fromParquet.table.columns.map((column) => [column.name, column.kind === 'number' ? [...column.values.slice(0, 4)] : [...column.codes.slice(0, 4)]]));
  expect(values).toEqual({ whole: [0, 1, 2, NaN], real: [0.5, 1.5, NaN, 3.5], flag: [1, 0, 1, 0], word: [0, 1, 0, 1], day: [0, 1, 2, 3], level: [0, 1, 0, 1], schema: [0, 2, 4, 6] });
});
