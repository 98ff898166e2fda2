import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { limits, podConfig, type DatasetConfig } from '@podnet/contracts';
import { isFault } from '@podnet/errors';
import type polars from 'nodejs-polars';
import { fingerprintOf, openEngine, sourceFiles, withFiles, type Engine } from './index.ts';

const pl = createRequire(import.meta.url)('nodejs-polars') as typeof polars;
let engine: Engine;
let outside: string;
let folder: string;
beforeAll(async () => {
  engine = await openEngine();
});
beforeEach(() => {
  outside = mkdtempSync(join(tmpdir(), 'several-'));
  folder = join(outside, 'pod');
  mkdirSync(join(folder, 'visits'), { recursive: true });
});
afterEach(() => rmSync(outside, { recursive: true, force: true }));

const dataset = (source: unknown, rest: Partial<DatasetConfig> = {}): DatasetConfig =>
  podConfig.parse({ version: 1, name: 'north', hub: 'http://localhost', datasets: [{ name: 'visits', source, ...rest }] }).datasets[0]!;
const csv = (name: string, ...lines: string[]): void => writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
const names = (set: DatasetConfig): string[] => sourceFiles(set, folder).map((file) => file.slice(folder.length + 1));
const numbers = (set: DatasetConfig, name: string): number[] => {
  const column = engine.load(set, folder, engine.inspect(set, folder).columns.filter((each) => each.name === name)).table.columns[0]!;
  return [...(column.kind === 'number' ? column.values : column.codes)];
};
function faultOf(work: () => unknown): { code: string; at: string | undefined; says: string } {
  try {
    work();
  } catch (error) {
    if (isFault(error)) return { code: error.code, at: error.details.at, says: error.message };
    throw error;
  }
  throw new Error('no fault');
}

describe('files that a pattern names', () => {
  it('come by their names, however they were written', () => {
    for (const name of ['b.csv', 'a.csv', 'c.txt', '.a.csv', 'B.csv', 'a10.csv', 'a2.csv']) csv(name, 'x', '1');
    expect(names(dataset({ csv: '*.csv' }))).toEqual(['B.csv', 'a.csv', 'a10.csv', 'a2.csv', 'b.csv']);
    expect(names(dataset({ csv: 'a?.csv' }))).toEqual(['a2.csv']);
    expect(names(dataset({ csv: ['b.csv', 'a*.csv'] }))).toEqual(['b.csv', 'a.csv', 'a10.csv', 'a2.csv']);
  });

  it('can lie in folders that a pattern names, and beside the configuration', () => {
    mkdirSync(join(folder, 'years', '2024'), { recursive: true });
    mkdirSync(join(folder, 'years', '2025'));
    csv('years/2025/a.csv', 'x', '1');
    csv('years/2024/b.csv', 'x', '1');
    writeFileSync(join(outside, 'o.csv'), 'x\n1\n');
    expect(names(dataset({ csv: './years/*/*.csv' }))).toEqual(['years/2024/b.csv', 'years/2025/a.csv']);
    expect(sourceFiles(dataset({ csv: '../o*.csv' }), folder)).toEqual([join(outside, 'o.csv')]);
    expect(sourceFiles(dataset({ csv: join(folder, 'years', '202?', '*.csv') }), folder)).toHaveLength(2);
  });

  it('are one file when it is called just like the pattern', () => {
    csv('a*.csv', 'x', '1');
    csv('ab.csv', 'x', '1');
    expect(names(dataset({ csv: 'a*.csv' }))).toEqual(['a*.csv']);
  });

  it('read other letters of a pattern as they are', () => {
    for (const name of ['a[1].csv', 'a1.csv', 'a(b)+.csv', 'axb.csv']) csv(name, 'x', '1');
    expect(names(dataset({ csv: 'a[1]*.csv' }))).toEqual(['a[1].csv']);
    expect(names(dataset({ csv: 'a(b)+*' }))).toEqual(['a(b)+.csv']);
  });

  it('name the same files once they were found, without another look', () => {
    csv('a.csv', 'x', '1');
    csv('b.csv', 'x', '1');
    const found = withFiles(dataset({ csv: '?.csv' }), folder);
    csv('c.csv', 'x', '1');
    expect(names(found)).toEqual(['a.csv', 'b.csv']);
    expect(withFiles(found, folder)).toEqual(found);
  });

  const refused: [string, unknown, () => void, string, string | undefined][] = [
    ['fit no file', { csv: 'visits-*.csv' }, () => undefined, 'data.unreadable', 'visits-*.csv'],
    ['lie in a folder that is not there', { csv: 'nowhere/*.csv' }, () => undefined, 'data.unreadable', undefined],
    ['lie in a file', { csv: 'a.csv/*.csv' }, () => csv('a.csv', 'x', '1'), 'data.unreadable', 'a.csv/*.csv'],
    ['are too many', { csv: '*.csv' }, () => Array.from({ length: limits.filesPerDataset + 1 }, (_, i) => csv(`${i}.csv`, 'x')), 'data.unreadable', undefined],
    ['are named twice', { csv: ['a.csv', '*.csv'] }, () => csv('a.csv', 'x', '1'), 'data.unreadable', 'a.csv'],
    ['are a link out of the folder', { csv: 'visits/*.csv' }, () => (csv('a.csv', 'x', '1'), symlinkSync(join(folder, 'a.csv'), join(folder, 'visits', 'a.csv'))), 'data.unreadable', 'visits/a.csv'],
    ['are a link that leads nowhere', { csv: 'visits/*.csv' }, () => symlinkSync(join(folder, 'gone.csv'), join(folder, 'visits', 'a.csv')), 'data.unreadable', undefined],
    ['lie in a linked folder', { csv: 'visits/*/*.csv' }, () => (mkdirSync(join(outside, 'o')), writeFileSync(join(outside, 'o', 'a.csv'), 'x\n1\n'), symlinkSync(join(outside, 'o'), join(folder, 'visits', 'o'))), 'data.unreadable', 'visits/o/a.csv'],
  ];
  it.each(refused)('are refused when they %s', (_, source, make, code, at) => {
    make();
    for (const look of [() => engine.inspect(dataset(source), folder), () => fingerprintOf(dataset(source), folder)]) expect(faultOf(look)).toMatchObject({ code, at });
  });

  it('may be links inside the folder, and a link that was named itself may lead anywhere', () => {
    writeFileSync(join(outside, 'o.csv'), 'x\n1\n');
    csv('visits/a.csv', 'x', '1');
    symlinkSync('a.csv', join(folder, 'visits', 'b.csv'));
    symlinkSync(join(outside, 'o.csv'), join(folder, 'l.csv'));
    expect(names(dataset({ csv: 'visits/*' }))).toEqual(['visits/a.csv', 'visits/b.csv']);
    expect(numbers(dataset({ csv: 'l.csv' }), 'x')).toEqual([1]);
  });

  it('cannot be looked for through all folders below', () => {
    expect(() => dataset({ csv: '**/*.csv' })).toThrow('each level');
    expect(() => dataset({ csv: [] })).toThrow();
  });
});

describe('several files as one dataset', () => {
  it('are read one after the other, with the columns of the first, whatever their order', () => {
    csv('2.csv', 'b,a', '20,2', '', '30,3');
    csv('1.csv', 'a,b', '1,10');
    csv('3.csv', 'a,b', '4,');
    const set = dataset({ csv: '?.csv' });
    expect(engine.inspect(set, folder).columns).toEqual([{ name: 'a', kind: 'integer' }, { name: 'b', kind: 'integer' }]);
    expect([numbers(set, 'a'), numbers(set, 'b')]).toEqual([[1, 2, 3, 4], [10, 20, 30, NaN]]);
  });

  it.each([
    ['lacks a column', ['a,b', '1,2'], ['a', '1'], 'data.missing-column', '2.csv: b'],
    ['has one more', ['a', '1'], ['a,b', '1,2'], 'data.missing-column', '2.csv: b'],
    ['names a column in other letters', ['a,b', '1,2'], ['A,b', '1,2'], 'data.missing-column', '2.csv: a'],
    ['names a column twice', ['a', '1'], ['a,a', '1,2'], 'data.duplicate-column', '2.csv: a'],
    ['is empty', ['a', '1'], [], 'data.empty', '2.csv'],
  ])('are refused when one %s, with its name', (_, first, second, code, at) => {
    csv('1.csv', ...first);
    csv('2.csv', ...second);
    expect(faultOf(() => engine.inspect(dataset({ csv: '?.csv' }), folder))).toMatchObject({ code, at });
  });

  it('name the one that is not UTF-8, and the one that is a folder', () => {
    csv('1.csv', 'a', '1');
    writeFileSync(join(folder, '2.csv'), Buffer.from('a\n\u00e4\n', 'latin1'));
    expect(faultOf(() => engine.inspect(dataset({ csv: '?.csv' }), folder))).toMatchObject({ code: 'data.wrong-encoding', at: '2.csv' });
    expect(faultOf(() => engine.inspect(dataset({ csv: ['1.csv', 'visits'] }), folder))).toMatchObject({ code: 'data.unreadable', at: 'visits' });
  });

  it('may have a header without rows among them', () => {
    csv('1.csv', 'a');
    csv('2.csv', 'a', '5');
    expect(numbers(dataset({ csv: '?.csv' }), 'a')).toEqual([5]);
  });

  it('of Parquet agree on numbers and times of different widths, and forget what is nested', () => {
    const at = (...days: number[]): Date[] => days.map((day) => new Date(day * 86_400_000));
    pl.DataFrame({ n: [1, 2], f: [1, 2], t: at(1, 2), l: [[1], [2]] }).withColumns(pl.col('n').cast(pl.Int32), pl.col('f').cast(pl.Int64), pl.col('t').cast(pl.Date)).writeParquet(join(folder, '1.parquet'));
    pl.DataFrame({ f: [2.5], n: [3], t: at(3.5), l: [['x']] }).withColumns(pl.col('n').cast(pl.Int64), pl.col('t').cast(pl.Datetime('us'))).writeParquet(join(folder, '2.parquet'));
    const set = dataset({ parquet: '*.parquet' });
    expect(engine.inspect(set, folder).columns).toEqual([{ name: 'n', kind: 'integer' }, { name: 'f', kind: 'number' }, { name: 't', kind: 'date', times: true }, { name: 'l', kind: 'text' }]);
    expect([numbers(set, 'n'), numbers(set, 'f'), numbers(set, 't')]).toEqual([[1, 2, 3], [1, 2, 2.5], [1, 2, 3.5]]);
  });

  it('of Parquet are refused when one holds a column as something else', () => {
    pl.DataFrame({ n: [1, 2] }).writeParquet(join(folder, '1.parquet'));
    pl.DataFrame({ n: ['s3cr3t'] }).writeParquet(join(folder, '2.parquet'));
    expect(faultOf(() => engine.inspect(dataset({ parquet: '*.parquet' }), folder))).toEqual({ code: 'data.unreadable', at: '2.parquet: n', says: 'The file holds a column as text that 1.parquet holds as number.' });
  });

  it('have another fingerprint when one changes, comes or goes', () => {
    const set = dataset({ csv: '*.csv' });
    const seen = new Set<string>();
    const look = (): number => seen.add(fingerprintOf(set, folder)).size;
    csv('a.csv', 'x', '1');
    csv('b.csv', 'x', '1');
    expect([look(), look()]).toEqual([1, 1]);
    csv('b.csv', 'x', '12');
    expect(look()).toBe(2);
    csv('c.csv', 'x', '1');
    expect(look()).toBe(3);
    rmSync(join(folder, 'a.csv'));
    expect(look()).toBe(4);
  });
});

describe('a date', () => {
  it.each([
    ['days', ['2024-01-01', '', '2024-02-03'], undefined],
    ['a time among days', ['2024-01-01', '2024-02-03 10:00'], true],
    ['an offset', ['2024-01-01T10:00:00+02:00'], true],
  ])('says whether it has times: %s', (_, cells, times) => {
    csv('a.csv', 'd,x', ...cells.map((cell) => `${cell},1`));
    for (const columns of [{}, { d: { type: 'date' } }] as DatasetConfig['columns'][]) expect(engine.inspect(dataset({ csv: 'a.csv' }, { columns }), folder).columns[0]).toEqual({ name: 'd', kind: 'date', ...(times ? { times } : {}) });
  });
});
