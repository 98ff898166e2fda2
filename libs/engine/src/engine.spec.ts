import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { podConfig, type DatasetConfig, type PublishedColumn } from '@podnet/contracts';
import { isFault } from '@podnet/errors';
import fc from 'fast-check';
import { contentHashOf, fingerprintOf, openEngine, sourceFiles, type Engine } from './index.ts';

let folder: string;
let engine: Engine;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'engine-'));
  engine = await openEngine();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const dataset = (file: string, rest: Partial<DatasetConfig> = {}): DatasetConfig =>
  podConfig.parse({ version: 1, name: 'north', hub: 'http://localhost', datasets: [{ name: 'people', source: file.endsWith('.parquet') ? { parquet: file } : { csv: file }, ...rest }] }).datasets[0]!;

let files = 0;
function csv(text: string | Uint8Array, rest: Partial<DatasetConfig> = {}): DatasetConfig {
  const file = `f[${(files += 1)}].csv`;
  writeFileSync(join(folder, file), text);
  return dataset(file, rest);
}

const lines = (header: string, rows: readonly string[]): string => `${[header, ...rows].join('\n')}\n`;
const times = (count: number, row: string): string[] => Array.from({ length: count }, () => row);
const codeOf = (work: () => unknown): string => {
  try {
    work();
    return 'none';
  } catch (error) {
    return isFault(error) ? error.code : String(error);
  }
};
const kindsOf = (set: DatasetConfig): Record<string, string> => Object.fromEntries(engine.inspect(set, folder).columns.map((column) => [column.name, column.kind]));
const columnOf = (set: DatasetConfig, name: string): PublishedColumn => engine.inspect(set, folder).columns.find((column) => column.name === name)!;
const read = (set: DatasetConfig, ...names: string[]) => engine.load(set, folder, names.map((name) => columnOf(set, name)));
const numbers = (set: DatasetConfig, name: string): unknown[] => {
  const column = read(set, name).table.columns[0]!;
  return column.kind === 'number' ? [...column.values] : [...column.codes];
};

describe('a bad file', () => {
  const bad: [string, string, () => DatasetConfig][] = [
    ['that is not there', 'data.unreadable', () => dataset('nowhere.csv')],
    ['that is a folder', 'data.unreadable', () => dataset('.')],
    ['without a byte', 'data.empty', () => csv('')],
    ['of blank lines', 'data.empty', () => csv('\n\r\n\n')],
    ['with a header and no rows', 'data.empty', () => csv('a,b\n')],
    ['with a header and a blank line', 'data.empty', () => csv('a,b\n\n\n')],
    ['in Latin-1', 'data.wrong-encoding', () => csv(Buffer.from('name\nJos\u00e9\n', 'latin1'))],
    ['in UTF-16 with a mark', 'data.wrong-encoding', () => csv(Buffer.from('\ufeffa,b\n1,2\n', 'utf16le'))],
    ['in UTF-16 without a mark', 'data.wrong-encoding', () => csv(Buffer.from('a,b\n1,2\n', 'utf16le'))],
    ['that breaks off inside a character', 'data.wrong-encoding', () => csv(Buffer.from('a\n\u20ac').subarray(0, 4))],
    ['with a column named twice', 'data.duplicate-column', () => csv('a,b,a\n1,2,3\n')],
    ['with a column named twice, once in quotes', 'data.duplicate-column', () => csv('a,"a"\n1,2\n')],
    ['with more cells than the header', 'data.unreadable', () => csv('a,b\n1,2,3\n')],
    ['with a quote that is never closed', 'data.unreadable', () => csv('a,b\n"1,2\n3,4\n')],
    ['with a header quote that is never closed', 'data.unreadable', () => csv('a,"b\n1,2\n')],
    ['with a column without a name', 'data.unreadable', () => csv('a,,c\n1,2,3\n')],
    ['with an invisible character in a name', 'data.unreadable', () => csv('a,b\u202e\n1,2\n')],
    ['without a configured column', 'data.missing-column', () => csv('a\n1\n', { columns: { b: { type: 'number' } } })],
    ['without an ignored column', 'data.missing-column', () => csv('a\n1\n', { ignore: ['b'] })],
    ['without the split column', 'data.missing-column', () => csv('a\n1\n', { split: { column: 'b', train: [1], validation: [], test: [] } })],
    ['with every column ignored', 'data.empty', () => csv('a\n1\n', { ignore: ['a'] })],
    ['that says Parquet and is not', 'data.unreadable', () => (writeFileSync(join(folder, 'x.parquet'), 'a,b\n1,2\n'), dataset('x.parquet'))],
  ];
  it.each(bad)('%s is %s', (_, code, make) => {
    const set = make();
    expect(codeOf(() => engine.inspect(set, folder))).toBe(code);
  });

  it('never shows a cell in its sentence or place', () => {
    for (const text of ['a,b\n"s3cr3t"x,2\n', 'a,b\ns3cr3t,2,3\n', 'a,b\n"s3cr3t,2\n']) {
      try {
        engine.inspect(csv(text), folder);
        throw new Error('no fault');
      } catch (error) {
        expect(isFault(error) && JSON.stringify(error.toBody())).not.toContain('s3cr3t');
        expect(isFault(error)).toBe(true);
      }
    }
  });

  it('is found by a configuration that contradicts itself', () => {
    const rows = lines('a', times(12, '1'));
    const one = { split: { train: 100, validation: 0, test: 0, seed: 1 } };
    expect(codeOf(() => engine.inspect(csv(rows, { ...one, columns: { a: { type: 'number', domain: [1] } } }), folder))).toBe('config.invalid');
    expect(codeOf(() => engine.inspect(csv(rows, { ...one, columns: { a: { domain: [1, '1.0'] } } }), folder))).toBe('config.invalid');
    expect(codeOf(() => engine.inspect(csv(rows, { split: { column: 'a', train: [1], validation: ['1.0'], test: [] } }), folder))).toBe('config.invalid');
  });
});

describe('inference', () => {
  const cases: [string, readonly string[], string][] = [
    ['whole numbers', ['1', '2', '-3'], 'integer'],
    ['whole numbers with a point', ['1.0', '2', ''], 'integer'],
    ['numbers', ['1.5', '2', 'NA'], 'number'],
    ['numbers in exponents', ['1e3', '2.5E-2'], 'number'],
    ['numbers and infinities', ['1', 'inf', '-Infinity'], 'number'],
    ['whole numbers beyond a double', ['9007199254740993', '1'], 'number'],
    ['truth values', ['true', 'False', '?'], 'boolean'],
    ['days', ['2020-01-31', ''], 'date'],
    ['days and times', ['2020-01-31T10:00:00Z', '2020-01-31 10:00'], 'date'],
    ['words that ten rows carry', times(10, 'red'), 'category'],
    ['words that fewer rows carry', ['red', 'green'], 'text'],
    ['nothing at all', ['', 'NA', 'null', '?', 'NaN'], 'text'],
    ['numbers and a word', ['1', '2', 'many'], 'text'],
    ['more than fifty words', Array.from({ length: 51 * 10 }, (_, i) => `w${i % 51}`), 'text'],
    ['fifty words', Array.from({ length: 50 * 10 }, (_, i) => `w${i % 50}`), 'category'],
  ];
  it.each(cases)('of %s', (_, cells, kind) => {
    expect(kindsOf(csv(lines('a,b', cells.map((cell) => `${cell},x`))))).toMatchObject({ a: kind });
  });

  it('is not asked where the custodian has spoken', () => {
    const set = csv(lines('a,b,c', times(12, '1,2,3')), { columns: { a: { type: 'category' }, b: { type: 'text' }, c: { domain: [3, 4] } } });
    expect(kindsOf(set)).toEqual({ a: 'category', b: 'text', c: 'category' });
    expect(columnOf(set, 'c').domain).toEqual({ source: 'declared', values: ['3', '4'] });
  });

  it('passes over ignored columns as if they were not there', () => {
    const set = csv(lines('a,secret', times(12, '1,s3cr3t')), { ignore: ['secret'] });
    expect(JSON.stringify(engine.inspect(set, folder))).not.toMatch(/secret|s3cr3t/);
  });
});

describe('an observed domain', () => {
  it('shows only values that ten rows carry, numbers before texts', () => {
    const set = csv(lines('a', [...times(10, 'x'), ...times(9, 'rare'), ...times(10, '10'), ...times(10, '9')]), { columns: { a: { type: 'category' } } });
    expect(columnOf(set, 'a').domain).toEqual({ source: 'observed', values: ['9', '10', 'x'] });
  });

  it('counts every spelling of a value together', () => {
    const set = csv(lines('a', [...times(4, '1.0'), ...times(3, '1'), ...times(3, ' 1'), ...times(10, 'x')]), { columns: { a: { type: 'category' } } });
    expect(columnOf(set, 'a').domain!.values).toEqual(['1', 'x']);
    expect(numbers(set, 'a')).toEqual([...times(10, '').map(() => 0), ...times(10, '').map(() => 1)]);
  });

  it('reads rare values as missing', () => {
    const set = csv(lines('a', [...times(10, 'x'), 'rare']), { columns: { a: { type: 'category' } } });
    expect(numbers(set, 'a')).toEqual([...times(10, '').map(() => 0), -1]);
  });

  it('holds for every mixture of values', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', '1', '1.0', '2', ''), { minLength: 1, maxLength: 60 }), (cells) => {
        const set = csv(lines('v,w', cells.map((cell) => `${cell},1`)), { columns: { v: { type: 'category' } } });
        const canonical = cells.map((cell) => (cell === '1.0' ? '1' : cell));
        const carried = (value: string) => canonical.filter((each) => each === value).length;
        const domain = columnOf(set, 'v').domain!.values;
        expect(domain).toEqual(['1', '2', 'a', 'b'].filter((value) => carried(value) >= 10));
        expect(numbers(set, 'v')).toEqual(canonical.map((value) => domain.indexOf(value)));
      }),
      { numRuns: 25 },
    );
  });
});

describe('a declared domain', () => {
  it('keeps its order, and reads what is outside as missing with a warning to the custodian', () => {
    const set = csv('a,b\nlow,1\nhigh,2\nodd,3\n,4\n', { columns: { a: { domain: ['high', 'low'] } } });
    const { columns, warnings } = engine.inspect(set, folder);
    expect(columns[0]!.domain).toEqual({ source: 'declared', values: ['high', 'low'] });
    expect(numbers(set, 'a')).toEqual([1, 0, -1, -1]);
    expect(warnings.map((warning) => warning.code)).toEqual(['data.value-not-in-domain']);
    expect(JSON.stringify(warnings)).not.toContain('odd');
  });

  it('serves a column where no value of it occurs', () => {
    const set = csv('a,b\nx,1\ny,2\n', { columns: { a: { domain: ['p', 'q'] } } });
    expect(numbers(set, 'a')).toEqual([-1, -1]);
  });
});

describe('reading', () => {
  it('takes what is no number for missing', () => {
    const set = csv('a,b\n1.5,x\nNA,x\n?,x\ninf,x\nNaN,x\nword,x\n,x\n-2,x\n', { columns: { a: { type: 'number' } } });
    expect(numbers(set, 'a')).toEqual([1.5, NaN, NaN, NaN, NaN, NaN, NaN, -2]);
  });

  it('reads truth values, days and quoted cells', () => {
    const set = csv('t,d,"q ""x"", y"\nyes,1970-01-02,"a,b"\nFALSE,1970-01-01T12:00:00+01:00,"c\nd"\nmaybe,2021-02-30,\n', { columns: { t: { type: 'boolean' }, d: { type: 'date' }, 'q "x", y': { domain: ['a,b', 'c d'] } } });
    expect(numbers(set, 't')).toEqual([1, 0, NaN]);
    expect(numbers(set, 'd')).toEqual([1, 11 / 24, NaN]);
    expect(numbers(set, 'q "x", y')).toEqual([0, -1, -1]);
  });

  it('keeps the order asked for and does not count blank lines', () => {
    const { table } = read(csv('\ufeffa,b\r\n1,2\r\n\r\n3,4\r\n\r\n'), 'b', 'a');
    expect(table.rows).toBe(2);
    expect(table.columns.map((column) => column.name)).toEqual(['b', 'a']);
    expect(table.columns.map((column) => column.kind === 'number' && [...column.values])).toEqual([[2, 4], [1, 3]]);
  });

  it.each([
    ['many columns of few rows', 150, 4],
    ['columns that are too long to be taken over together', 3, 400_000],
  ])('gives each column its own numbers: %s', (_, width, height) => {
    const names = Array.from({ length: width }, (_, j) => `x${j}`);
    const cell = (i: number, j: number): number => (i * 7 + j * 13) % 1_000;
    const rows = Array.from({ length: height }, (_, i) => names.map((_, j) => (i === j ? '' : cell(i, j))).join(','));
    const set = csv(lines(names.join(','), rows), { columns: Object.fromEntries(names.map((name) => [name, { type: 'number' }])) });
    const { table } = engine.load(set, folder, names.toReversed().map((name) => ({ name, kind: 'number' })));
    expect(table.columns.map((column) => column.name)).toEqual(names.toReversed());
    for (const [j, column] of table.columns.toReversed().entries()) {
      const values = column.kind === 'number' ? column.values : new Float64Array(0);
      expect(values).toHaveLength(height);
      expect(values.every((value, i) => (i === j ? Number.isNaN(value) : value === cell(i, j)))).toBe(true);
    }
  });

  it('counts a line without a value in a file of one column', () => {
    expect(read(csv('a\n1\n\n3\n'), 'a').table.rows).toBe(3);
  });

  it('takes every name for a name, whatever it means to somebody', () => {
    const names = ['height', 'columns', 'lazy', 'select', 'text', 'code', 'value', 'c1', '*', '^.*$', '^a', '__proto__', 'constructor', '0', '7', 'literal', 'len', 'ä🦊'];
    const set = csv(lines(names.join(','), Array.from({ length: 12 }, () => names.map((_, i) => (i % 2 === 0 ? `${i}` : `w${i}`)).join(','))), { columns: { columns: { domain: ['w1'] } } });
    const { columns } = engine.inspect(set, folder);
    expect(columns.map((column) => column.name)).toEqual(names);
    const { table } = engine.load(set, folder, columns);
    expect(table.columns.map((column) => [column.name, column.kind === 'number' ? column.values[11] : column.domain[column.codes[11]!]])).toEqual(names.map((name, i) => [name, i % 2 === 0 ? i : `w${i}`]));
  });

  it('refuses a text, and a column that has gone since it was published', () => {
    const set = csv('a,b\nx,1\ny,2\n');
    expect(codeOf(() => read(set, 'a'))).toBe('schema.wrong-kind');
    expect(codeOf(() => engine.load(set, folder, [{ name: 'gone', kind: 'number' }]))).toBe('data.missing-column');
  });
});

describe('a split', () => {
  it('by percentage and seed covers every row once, and repeats', () => {
    const set = csv(lines('a', Array.from({ length: 100 }, (_, i) => String(i))), { split: { train: 60, validation: 20, test: 20, seed: 7 } });
    const { split } = read(set, 'a');
    expect([split.train.length, split.validation.length, split.test.length]).toEqual([60, 20, 20]);
    expect(new Set([...split.train, ...split.validation, ...split.test]).size).toBe(100);
    expect(read(set, 'a').split).toEqual(split);
    expect(engine.inspect(set, folder).parts).toEqual(['train', 'validation', 'test']);
  });

  it('by a column works with an ignored one, and says which part has no row', () => {
    const set = csv('a,fold\n1,1.0\n2,2\n3,\n4,9\n5,1\n', { ignore: ['fold'], split: { column: 'fold', train: [1], validation: [], test: [2, 3] } });
    const { split, table } = read(set, 'a');
    expect([[...split.train], [...split.validation], [...split.test]]).toEqual([[0, 4], [], [1]]);
    expect(table.columns.map((column) => column.name)).toEqual(['a']);
    expect(engine.inspect(set, folder)).toMatchObject({ parts: ['train', 'test'], warnings: [] });
    const empty = csv('a,fold\n1,1\n', { split: { column: 'fold', train: [1], validation: [], test: [2] } });
    expect(engine.inspect(empty, folder).warnings).toMatchObject([{ code: 'data.empty', at: 'split.test' }]);
  });
});

describe('a content hash', () => {
  let fixed: DatasetConfig;
  let first: string;
  beforeAll(() => {
    fixed = csv('a,b\n1,x\n2,y\n');
    first = contentHashOf(fixed, folder);
  });

  it('is that of a file which was written anew', () => {
    const [path] = sourceFiles(fixed, folder);
    const fingerprint = fingerprintOf(fixed, folder);
    renameSync(path!, `${path!}.old`);
    writeFileSync(path!, 'a,b\n1,x\n2,y\n');
    expect(fingerprintOf(fixed, folder)).not.toBe(fingerprint);
    expect(engine.inspect(fixed, folder).contentHash).toBe(first);
  });

  it('is that of the same rows elsewhere, with other words about them', () => {
    const other = csv('a,b\n1,x\n2,y\n', { description: 'People', columns: { a: { description: 'Age' } }, policy: { privacy_unit: 'row' } as DatasetConfig['policy'] });
    expect(contentHashOf(other, folder)).toBe(first);
  });

  it.each<[string, () => DatasetConfig]>([
    ['another cell', () => csv('a,b\n1,x\n2,z\n')],
    ['another order of rows', () => csv('a,b\n2,y\n1,x\n')],
    ['another name', () => ({ ...fixed, name: 'others' })],
    ['a column that is ignored', () => ({ ...fixed, ignore: ['b'] })],
    ['another type', () => ({ ...fixed, columns: { a: { type: 'category' } } })],
    ['another split', () => ({ ...fixed, split: { train: 100, validation: 0, test: 0, seed: 1 } })],
  ])('is another one with %s', (_what, other) => {
    expect(contentHashOf(other(), folder)).not.toBe(first);
  });

  it('tells where one file ends and the next begins', () => {
    const stacked = (...texts: string[]): string => contentHashOf({ ...fixed, source: { csv: texts.map((text) => sourceFiles(csv(text), folder)[0]!) } }, folder);
    expect(new Set([stacked('a,b\n1,x\n', '2,y\n'), stacked('a,b\n', '1,x\n2,y\n'), stacked('2,y\n', 'a,b\n1,x\n')])).toHaveProperty('size', 3);
  });
});

describe('a fingerprint', () => {
  it('changes with the file and with its configuration, and with nothing else', () => {
    const set = csv('a\n1\n');
    const first = fingerprintOf(set, folder);
    expect(fingerprintOf(set, folder)).toBe(first);
    expect(fingerprintOf({ ...set, ignore: ['b'] }, folder)).not.toBe(first);
    writeFileSync(sourceFiles(set, folder)[0]!, 'a\n12\n');
    expect(fingerprintOf(set, folder)).not.toBe(first);
    expect(codeOf(() => fingerprintOf(dataset('gone.csv'), folder))).toBe('data.unreadable');
  });
});
