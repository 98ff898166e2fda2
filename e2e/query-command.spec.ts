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
let other: Person;
let shell: Shell;

const rows = (of: number): string => Array.from({ length: 60 }, (_, i) => `${['a', 'b'][i % 2]},${of + i}`).join('\n');

beforeAll(async () => {
  ({ house, home, close } = await temporaryHouse());
  await house.admin();
  const custodian = await house.person('custodian');
  modeller = await house.person('modeller');
  other = await house.person('other');
  for (const [i, handling] of ['reject', 'review'].entries()) {
    const file = join(home, `${handling}.csv`);
    writeFileSync(file, `ward,cost\n${rows(i * 100)}\n`);
    await house.addPod(custodian, handling, stringify({
      version: 1, name: handling, hub: house.hubUrl, home: './home',
      datasets: [{ name: 'visits', source: { csv: file }, columns: { ward: { type: 'category', domain: ['a', 'b'] }, cost: { type: 'number' } }, policy: { safe_zone: { aggregation: { min_size: 10 } }, unsafe_handling: handling } }],
    }));
  }
  for (const person of [modeller, other]) await assign(custodian, person, 'general-modeller', ['reject', 'review']);
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

test('an answer can be kept at the pods under a name, asked, listed and deleted, and nothing leaves with it', async () => {
  const pods = ['reject/visits', 'review/visits'];
  const told = await ask('query', 'SELECT * FROM data WHERE cost > 25', '--pods', ...pods, '--keep', 'dear', '--hours', '1', '--json');
  expect([told.exit, dataOf(told)['kept']]).toEqual([0, 'dear']);
  const listed = await ask('frames', 'list', ...pods, '--json');
  expect([listed.exit, listed.out.includes('"rows"')]).toEqual([0, false]);
  const { frames } = dataOf(listed) as { frames: { madeAt: string; expiresAt: string }[] };
  const columns = [{ name: 'ward', type: 'text' }, { name: 'cost', type: 'number' }];
  expect(frames).toEqual(['reject', 'review'].map((pod) => ({ pod, name: 'dear', datasets: ['visits'], columns, stale: false, madeAt: expect.any(String) as unknown, expiresAt: expect.any(String) as unknown })));
  for (const { madeAt, expiresAt } of frames) expect(Math.abs(Date.parse(expiresAt) - Date.parse(madeAt) - 3_600_000)).toBeLessThan(60_000);
  const asked = await ask('query', 'SELECT ward, count(*) AS n FROM dear GROUP BY ward ORDER BY ward', '--frame', 'dear', '--dataset', 'visits', '--json');
  const { tables } = dataOf(asked) as { tables: { rows: unknown[][] }[] };
  // Of reject those from 26 to 59, of review all.
  expect([asked.exit, tables[0]!.rows]).toEqual([0, [['a', 47], ['b', 47]]]);
  const text = await ask('frames', 'list', '--dataset', 'visits');
  expect(text.out).toMatch(/dear +reject +visits .*ward text, cost number/);
  const gone = await ask('frames', 'delete', 'dear', '--pods', 'reject/visits', '--json');
  expect([gone.exit, dataOf(gone)['deleted']]).toEqual([0, [{ name: 'dear', pods: ['reject'], absent: [] }]]);
  const rest = await ask('frames', 'delete', 'dear', 'nobody', '--dataset', 'visits');
  expect([rest.exit, /dear is deleted at review/.test(rest.out), /reject: it was not there/.test(rest.out), /nobody is not deleted/.test(rest.out)]).toEqual([8, true, true, true]);
  expect((await ask('frames', 'list', ...pods)).out).toContain('You keep no frame there.');
  const lost = await ask('query', 'SELECT count(*) FROM data', '--frame', 'dear', '--dataset', 'visits');
  expect([lost.exit, lost.err.includes('No pod keeps a frame dear of yours')]).toEqual([4, true]);
}, 120_000);

test('a frame is its maker’s: another modeller neither lists it nor deletes it, and is told nothing of it', async () => {
  await ask('query', 'SELECT * FROM data', '--pods', 'reject/visits', '--keep', 'mine');
  const place = ['reject/visits'];
  expect(await other.podnet.frames.list(place)).toEqual([]);
  const refusals = await Promise.all(['mine', 'none'].map((name) => other.podnet.frames.delete(name, place).then(() => null, (error: Error) => error.message.replaceAll(name, 'it'))));
  expect(refusals[0]).toContain('dataset.unknown');
  expect(refusals[0]).toBe(refusals[1]);
  expect((dataOf(await ask('frames', 'list', ...place, '--json')) as { frames: { name: string }[] }).frames.map(({ name }) => name)).toEqual(['mine']);
}, 60_000);
