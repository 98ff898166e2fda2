import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { podConfig } from '@podnet/contracts';
import { isFault } from '@podnet/errors';
import fc from 'fast-check';
import type polars from 'nodejs-polars';
import { loadPolars, type Polars } from '../polars.ts';
import { openSource, type Source } from '../source.ts';
import { unitStatistics, UnitStatisticsMemory } from './unit-statistics.ts';

const native = createRequire(import.meta.url)('nodejs-polars') as typeof polars;
let pl: Polars;
let folder: string;
let files = 0;
beforeAll(async () => {
  pl = await loadPolars();
  folder = mkdtempSync(join(tmpdir(), 'units-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const open = (source: { csv: string } | { parquet: string }): Source =>
  openSource(pl, podConfig.parse({ version: 1, name: 'n', hub: 'http://localhost', datasets: [{ name: 'd', source }] }).datasets[0]!, folder, new Map());
function csv(header: string, rows: readonly string[]): Source {
  const file = `f${(files += 1)}.csv`;
  writeFileSync(join(folder, file), `${[header, ...rows].join('\n')}\n`);
  return open({ csv: file });
}

describe('the units of a dataset', () => {
  it.each([
    ['each has one row', ['a,1', 'b,2', 'c,3'], { units: 3, mostRows: 1 }],
    ['one has more than the others', ['a,1', 'b,2', 'a,3', 'a,4'], { units: 2, mostRows: 3 }],
    ['spaces around an id are not of it', ['a,1', ' a ,2'], { units: 1, mostRows: 2 }],
    ['rows without an id are one unit together', [',1', 'NA,2', '?,3', 'a,4'], { units: 2, mostRows: 3 }],
    ['numbers are told apart as they are written', ['1,1', '1.0,2', '01,3'], { units: 3, mostRows: 1 }],
    ['there are no rows', [], { units: 0, mostRows: 0 }],
  ])('are counted when %s', (_, rows, counts) => {
    expect(unitStatistics(pl, csv('who,x', rows), 'who')).toEqual(counts);
  });

  it('are the rows when nothing names them', () => {
    expect(unitStatistics(pl, csv('who,x', ['a,1', 'a,2']), null)).toEqual({ units: 2, mostRows: 1 });
    expect(unitStatistics(pl, csv('who,x', []), null)).toEqual({ units: 0, mostRows: 0 });
  });

  it('are counted in a Parquet file by their own types, but not in lists', () => {
    native.DataFrame({ who: [1, 2, 1, null], list: [[1], [1], [2], [3]] }).writeParquet(join(folder, 'a.parquet'));
    const source = open({ parquet: 'a.parquet' });
    expect(unitStatistics(pl, source, 'who')).toEqual({ units: 3, mostRows: 2 });
    for (const [column, code] of [['list', 'schema.wrong-kind'], ['nobody', 'data.missing-column']]) {
      try {
        unitStatistics(pl, source, column!);
        throw new Error('no fault');
      } catch (error) {
        expect(isFault(error) && error.code).toBe(code);
      }
    }
  });

  it('never have more rows than the greatest number says', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('', 'a', 'b', 'c', '1', '2'), { minLength: 1, maxLength: 60 }), (ids) => {
        const rows = new Map<string, number>();
        for (const id of ids) rows.set(id, (rows.get(id) ?? 0) + 1);
        expect(unitStatistics(pl, csv('who,x', ids.map((id) => `${id},1`)), 'who')).toEqual({ units: rows.size, mostRows: Math.max(...rows.values()) });
      }),
      { numRuns: 30 },
    );
  });
});

describe('what was counted', () => {
  it('is remembered for one state of a dataset, and counted again for the next', () => {
    const memory = new UnitStatisticsMemory();
    let looks = 0;
    const ask = (version: string, unit: string | null): unknown => memory.of({ dataset: 'd', version, unit }, () => ({ units: (looks += 1), mostRows: 1 })).units;
    expect([ask('1', 'who'), ask('1', 'who'), ask('2', 'who'), ask('1', 'who'), ask('1', null), ask('1', 'null')]).toEqual([1, 1, 2, 1, 3, 4]);
  });

  it('is not remembered when counting failed', () => {
    const memory = new UnitStatisticsMemory();
    const column = { dataset: 'd', version: '1', unit: 'who' };
    expect(() => memory.of(column, () => { throw new Error('once'); })).toThrow('once');
    expect(memory.of(column, () => ({ units: 1, mostRows: 1 })).units).toBe(1);
  });
});
