import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { House, Person } from '@podnet/launch';
import { stringify } from 'yaml';
import { Shell, type Said } from './command-line.ts';
import { assign, temporaryHouse } from './temporary-house.ts';

/** The built command line of a General Modeller, over two pods whose policies reject and review. */
let house: House;
let home: string;
let close: () => Promise<void>;
let modeller: Person;
let shell: Shell;

const rows = (of: number): string => Array.from({ length: 60 }, (_, i) => `${['a', 'b'][i % 2]},${of + i}`).join('\n');

beforeAll(async () => {
  ({ house, home, close } = await temporaryHouse());
  await house.admin();
  const custodian = await house.person('custodian');
  modeller = await house.person('modeller');
  for (const [i, handling] of ['reject', 'review'].entries()) {
    const file = join(home, `${handling}.csv`);
    writeFileSync(file, `ward,cost\n${rows(i * 100)}\n`);
    await house.addPod(custodian, handling, stringify({
      version: 1, name: handling, hub: house.hubUrl, home: './home',
      datasets: [{ name: 'visits', source: { csv: file }, columns: { ward: { type: 'category', domain: ['a', 'b'] }, cost: { type: 'number' } }, policy: { safe_zone: { aggregation: { min_size: 10 } }, unsafe_handling: handling } }],
    }));
  }
  await assign(custodian, modeller, 'general-modeller', ['reject', 'review']);
  shell = new Shell(home, { PODNET_HOME: join(home, 'cli') });
  const signedIn = await shell.run(['login', '--hub', house.hubUrl, '--email', modeller.email], { PODNET_PASSWORD: modeller.password });
  if (signedIn.exit !== 0) throw new Error(signedIn.err);
}, 120_000);
afterAll(async () => {
  shell?.close();
  await close();
});

const ask = (...args: string[]): Promise<Said> => shell.run(args);
const dataOf = ({ out }: Said): Record<string, unknown> => (JSON.parse(out) as { data: Record<string, unknown> }).data;
const grouped = 'SELECT ward, count(*) AS n, avg(cost) AS mean FROM visits GROUP BY ward ORDER BY ward';

test('a SELECT over every pod is pooled, shown as a table and drawn', async () => {
  const told = await ask('query', grouped, '--dataset', 'visits', '--plot', '-');
  expect([told.exit, told.err.includes('✗')]).toEqual([0, false]);
  expect(told.out).toMatch(/ward +n +mean/);
  expect(told.out).toMatch(/a +60 +79/);
  expect(told.out).toMatch(/b +█+/);
  const { tables } = dataOf(await ask('query', grouped, '--dataset', 'visits', '--json')) as { tables: { rows: unknown[][] }[] };
  expect(tables[0]!.rows).toEqual([['a', 60, 79], ['b', 60, 80]]);
}, 60_000);

test('the answer of each pod stands under its name', async () => {
  const { tables } = dataOf(await ask('query', grouped, '--dataset', 'visits', '--each', '--json')) as { tables: { pod: string; rows: unknown[][] }[] };
  expect(tables.map(({ pod, rows: of }) => [pod, of[0]])).toEqual([['reject', ['a', 30, 29]], ['review', ['a', 30, 129]]]);
}, 60_000);

test('a picture is written, and only as what its name says', async () => {
  const target = join(home, 'histogram.png');
  const told = await ask('histogram', 'cost', '--dataset', 'visits', '--breaks', '0,60,160', '--plot', target, '--json');
  expect([told.exit, dataOf(told)['file']]).toEqual([0, target]);
  expect(readFileSync(target).subarray(1, 4).toString()).toBe('PNG');
  const svg = join(home, 'answer.svg');
  expect((await ask('query', grouped, '--dataset', 'visits', '--plot', svg)).exit).toBe(0);
  expect(readFileSync(svg, 'utf8')).toMatch(/^<svg/);
  const wrong = await ask('query', grouped, '--dataset', 'visits', '--plot', join(home, 'answer.jpg'));
  expect([wrong.exit, existsSync(join(home, 'answer.jpg'))]).toEqual([2, false]);
}, 60_000);

test('rows are refused with every reason, its place and what would pass, and a way to ask', async () => {
  const told = await ask('query', 'SELECT * FROM data LIMIT 5', '--pods', 'reject/visits');
  expect(told.exit).toBe(5);
  expect(told.err).toMatch(/✗ .*at least 10 privacy units/);
  expect(told.err).toMatch(/\(at \$/);
  expect(told.err).toContain('What would pass:');
  expect(told.err).toMatch(/podnet request query tsk_\S+ --pod reject/);
  const dry = await ask('query', 'SELECT * FROM data LIMIT 5', '--pods', 'reject/visits', '--can-i');
  expect([dry.exit, dry.out.includes('✗')]).toEqual([5, true]);
}, 60_000);

test('who does not wait for a custodian leaves with 6', async () => {
  expect((await ask('query', 'SELECT * FROM data LIMIT 5', '--pods', 'review/visits', '--no-wait')).exit).toBe(6);
}, 60_000);

test('a plan is explained without asking anybody, and a mistake is shown where it stands', async () => {
  const told = await ask('query', grouped, '--dataset', 'visits', '--explain');
  expect([told.exit, told.out.includes('group by ward')]).toEqual([0, true]);
  const wrong = await ask('query', 'SELECT nobody FROM data', '--dataset', 'visits');
  expect([wrong.exit, wrong.err.includes('sql:1:8')]).toEqual([2, true]);
  expect((await ask('query', 'SELECT 1')).exit).toBe(2);
}, 60_000);

test('an answer can be kept at the pods under a name, and nothing leaves', async () => {
  const told = await ask('query', 'SELECT * FROM data WHERE cost > 10', '--pods', 'reject/visits', '--keep', 'dear', '--hours', '1', '--json');
  expect([told.exit, dataOf(told)['kept']]).toEqual([0, 'dear']);
}, 60_000);
