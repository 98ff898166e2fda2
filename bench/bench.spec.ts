import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { catalogue } from './figures/catalogue.mjs';
import { measureApart } from './runner/apart.mjs';
import { runBench } from './runner/bench.mjs';
import { row } from './runner/row.mjs';
import { median, quantile } from './runner/statistics.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'podnet-bench-spec-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const place = (file: string): string => path.join(folder, file);
const runner = (file: string): string => JSON.stringify(new URL(`./runner/${file}`, import.meta.url).href);

/** A figure whose file holds the given lines. */
function figure(name: string, ...lines: string[]) {
  writeFileSync(place(`${name}.mjs`), lines.join('\n'));
  return { name, says: `Says ${name}`, module: pathToFileURL(place(`${name}.mjs`)).href };
}
const measuring = (name: string, fields: object) => figure(name, `import { row } from ${runner('row.mjs')};`, `export const measure = () => [row(${JSON.stringify({ name, ...fields })})];`);

async function bench(args: string[], figures: ReturnType<typeof figure>[]) {
  const said = { out: '', talk: '' };
  const to = (key: 'out' | 'talk') => ({ write: (text: string) => void (said[key] += text) });
  const status = await runBench(args, { catalogue: figures, out: to('out'), talk: to('talk') });
  return { status, ...said };
}

describe('a run of the benches', () => {
  it('prints a table and writes the same rows as JSON', async () => {
    const figures = [
      measuring('fast', { value: 12_345.6, unit: '1/s', aim: '> 10000', versus: { name: 'another', value: 6_172.8 } }),
      measuring('slow', { value: 70.04, unit: 'ms', aim: '< 60' }),
      measuring('unjudged', { value: 0.5, unit: 's' }),
    ];
    const { status, out } = await bench(['--json', place('rows.json')], figures);
    expect(status).toBe(0);
    expect(out.trim().split('\n').map((line) => line.trim().split(/\s{2,}/))).toEqual([
      ['figure', 'value', 'unit', 'aim', 'versus'],
      [expect.stringMatching(/^─+$/)],
      ['fast', '12 346', '1/s', '> 10000', '✓', '2.00 × another (6 173 1/s)'],
      ['slow', '70', 'ms', '< 60', '✗'],
      ['unjudged', '0.5', 's', '–', '✓'],
    ]);
    expect(JSON.parse(readFileSync(place('rows.json'), 'utf8'))).toEqual([
      { name: 'fast', value: 12_345.6, unit: '1/s', aim: '> 10000', ok: true, versus: { name: 'another', value: 6_172.8, unit: '1/s', ratio: 2 } },
      { name: 'slow', value: 70.04, unit: 'ms', aim: '< 60', ok: false },
      { name: 'unjudged', value: 0.5, unit: 's', aim: null, ok: true },
    ]);
  });

  it('measures only what is named', async () => {
    const trace = (name: string) => figure(name, `import { writeFileSync } from 'node:fs';`, `export const measure = () => (writeFileSync(${JSON.stringify(place(`${name}.ran`))}, ''), []);`);
    const { status } = await bench(['--only', 'b'], [trace('a'), trace('b')]);
    expect([status, existsSync(place('a.ran')), existsSync(place('b.ran'))]).toEqual([0, false, true]);
  });

  it('says which figure could not be measured and why, and measures the others', async () => {
    const { status, out, talk } = await bench([], [figure('broken', 'export const measure = () => { throw new Error("no pod"); };'), measuring('whole', { value: 1, unit: 's' })]);
    expect(status).toBe(1);
    expect(talk).toContain('could not be measured: no pod');
    expect(out).toMatch(/^broken +not measured.*✗$/m);
    expect(out).toMatch(/^whole +1 .*✓$/m);
  });

  it.each([
    ['an unknown figure', ['--only', 'c'], 'There is no figure "c". There are: a, b.'],
    ['an unknown option', ['--fast'], "Unknown option '--fast'"],
    ['a word too many', ['a'], "Unexpected argument 'a'"],
  ])('refuses %s', async (_, args, says) => {
    const { status, out, talk } = await bench(args, ['a', 'b'].map((name) => measuring(name, { value: 1, unit: 's' })));
    expect([status, out]).toEqual([2, '']);
    expect(talk).toContain(says);
  });
});

describe('a figure', () => {
  const closing = (name: string, then: string) =>
    figure(
      name,
      `import { writeFileSync } from 'node:fs';`,
      `import { onEnd } from ${runner('opened.mjs')};`,
      'export async function measure({ folder }) {',
      `  onEnd(() => writeFileSync(${JSON.stringify(place(`${name}.closed`))}, folder));`,
      `  onEnd(() => { throw new Error('cannot be closed'); });`,
      `  ${then}`,
      '}',
    );

  it.each([
    ['ends', 'return [];', undefined],
    ['fails', 'throw new Error("no pod");', 'no pod'],
    ['takes too long', 'setInterval(() => undefined, 1000); await new Promise(() => undefined);', 'it took more than 2 s'],
    ['ends its own process', 'process.exit(3);', 'its process ended with status 3'],
  ])('that %s leaves nothing open and no folder behind', async (what, then, says) => {
    const name = what.replaceAll(' ', '-');
    const measured = measureApart(closing(name, then), { limitMs: 2_000 });
    if (says === undefined) expect(await measured).toEqual([]);
    else await expect(measured).rejects.toThrow(says);
    // Who ends at once has no time to close anything; its folder goes all the same.
    expect(existsSync(place(`${name}.closed`))).toBe(!then.includes('exit'));
    expect(readdirSync(os.tmpdir()).filter((file) => file.startsWith(`podnet-bench-${name}-`))).toEqual([]);
  });

  it('of the catalogue has a name of its own and a file', () => {
    expect(catalogue.length).toBeGreaterThanOrEqual(6);
    expect(new Set(catalogue.map(({ name }) => name)).size).toBe(catalogue.length);
    for (const { module } of catalogue) expect(existsSync(fileURLToPath(module))).toBe(true);
  });
});

describe('a row', () => {
  it.each([
    ['< 60', 59.9, true],
    ['< 60', 60, false],
    ['> 60', 60, false],
    ['≥ 0.8', 0.8, true],
    ['≤ 2', 2.1, false],
    [null, 1, true],
    ['< 60', Number.NaN, false],
    [null, Number.NaN, false],
  ])('with the aim %s is judged at %d: %s', (aim, value, ok) => {
    expect(row({ name: 'x', value, unit: 's', aim } as never).ok).toBe(ok);
  });

  it.each(['60', '== 60', '< fast'])('does not take %j for an aim', (aim) => {
    expect(() => row({ name: 'x', value: 1, unit: 's', aim } as never)).toThrow('An aim reads like');
  });
});

describe('statistics', () => {
  it.each([
    [[3, 1, 2], 2, 3],
    [[4, 1, 3, 2], 2.5, 4],
    [[7], 7, 7],
    [Array.from({ length: 100 }, (_, i) => 100 - i), 50.5, 95],
  ])('of %j', (values, middle, high) => {
    expect([median(values), quantile(values, 0.95)]).toEqual([middle, high]);
  });
});
