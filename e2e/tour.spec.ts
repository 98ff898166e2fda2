import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandOf, descendantsOf } from './processes.ts';

const script = fileURLToPath(new URL('../apps/tour/dist/main.js', import.meta.url));
const names = ['enrol-pods', 'assign-roles', 'federated-training', 'metrics-only-evaluation', 'denied-training', 'column-average', 'incompatible-pods', 'offline-pod', 'remote-frame', 'refused-rows', 'reviewed-rows', 'sql', 'private-sql', 'dp-training', 'budget-exhausted'];
const shared = fileURLToPath(new URL('../../shared/data', import.meta.url));
const hospitals = ['cleveland', 'hungarian', 'switzerland', 'va'].map((hospital) => `heart_disease_${hospital}.csv`);
const hasHospitals = hospitals.every((name) => existsSync(join(shared, name)));
if (!hasHospitals) console.warn('Skipped: the four hospitals of UCI Heart Disease are not in ../shared/data.');

interface Told {
  readyMs: number;
  hub: string;
  steps: ({ name: string; ok: boolean; ms: number; says: string } & Record<string, unknown>)[];
}

interface Group {
  key: string | null;
  rows: number;
  mean: number;
}

/** What the steps about queries tell, whatever the data is. */
function expectQueries(steps: Told['steps'], pods: number): void {
  const of = (name: string) => steps.find((step) => step.name === name)!;
  const groups = of('remote-frame')['groups'] as Group[];
  expect(of('remote-frame')['pods']).toHaveLength(pods);
  expect(of('sql')).toMatchObject({ sql: expect.stringContaining('SELECT') as string, column: of('remote-frame')['column'] });
  const bySql = of('sql')['groups'] as Group[];
  expect(bySql.map(({ key, rows }) => [key, rows]).sort()).toEqual(groups.map(({ key, rows }) => [key, rows]).sort());
  for (const { key, mean } of bySql) expect(mean).toBeCloseTo(groups.find((group) => group.key === key)!.mean, 9);
  expect(of('refused-rows')).toMatchObject({ code: 'policy.denied', request: { id: expect.stringMatching(/^req_/) as string, state: 'denied' } });
  expect((of('refused-rows')['explained'] as string[]).filter((line) => line.includes('✗')).length).toBeGreaterThanOrEqual(2);
  expect((of('refused-rows')['wouldPass'] as string[]).join('\n')).toMatch(/Aggregates over groups/);
  expect(of('reviewed-rows')).toMatchObject({ rows: 5, audit: { action: 'query.released', modeller: 'researcher@podnet.example', approver: expect.stringContaining('custodian@podnet.example') as string } });
}

interface Noisy {
  value: number;
  plusMinus: number | null;
  exact: number | null;
}
interface NoisyGroup {
  key: string | null;
  n: Noisy;
  mean?: Noisy;
}

/** What the steps about noise tell. A tour that is not the first asks the question again for nothing, and has a new period of the budget to train in. */
function expectPrivacy(steps: Told['steps'], pods: number, time: 'first' | 'later'): NoisyGroup[] {
  const of = (name: string) => steps.find((step) => step.name === name)!;
  const groups = of('private-sql')['groups'] as NoisyGroup[];
  for (const { n, mean } of groups) {
    for (const { value, plusMinus, exact } of [n, ...(mean ? [mean] : [])]) {
      if (plusMinus !== null && exact !== null) expect(Math.abs(value - exact)).toBeLessThanOrEqual(3 * plusMinus);
    }
    expect(n.plusMinus).toBeGreaterThan(0);
  }
  // Somewhere there is noise.
  expect(groups.some(({ n, mean }) => n.value !== n.exact || mean?.value !== mean?.exact)).toBe(true);
  const [first, left] = [time === 'first', time === 'first' ? 0 : 1];
  const spent = of('private-sql')['spent'] as { epsilon: number; leftAfter: number }[];
  expect(spent.map(({ epsilon, leftAfter }) => [epsilon, leftAfter])).toEqual(Array.from({ length: pods }, () => (first ? [1, 2] : [0, 3])));
  expect(of('private-sql')['newPeriod']).toHaveLength(first ? 0 : pods);
  expect(of('dp-training')).toMatchObject({ steps: 16, rounds: 4, privacy: { epsilon: 2, delta: 1e-5 }, test: { noisy: true } });
  expect(of('dp-training')['noiseMultiplier']).toBeGreaterThan(1);
  const exhausted = of('budget-exhausted');
  expect(exhausted['code']).toBe('policy.budget-exhausted');
  expect((exhausted['left'] as { epsilon: number }[]).map(({ epsilon }) => epsilon)).toEqual(Array.from({ length: pods }, () => left));
  expect((exhausted['explained'] as string[]).join('\n')).toContain(`Epsilon ${left} of 3 is left; the task would cost 3.`);
  const again = exhausted['again'] as { rows: { n: number }[]; spent: { epsilon: number }[] };
  expect(again.rows.map(({ n }) => n)).toEqual(groups.map(({ n }) => n.value));
  expect(again.spent.map(({ epsilon }) => epsilon)).toEqual(Array.from({ length: pods }, () => 0));
  return groups;
}

let home: string;
let asked: NoisyGroup[] | undefined;
const children = new Set<ChildProcess>();

beforeAll(() => {
  if (!existsSync(script)) throw new Error('Build first: npm run build.');
  home = mkdtempSync(join(tmpdir(), 'podnet-e2e-'));
});
afterAll(() => {
  for (const child of children) if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid!, 'SIGKILL');
  rmSync(home, { recursive: true, force: true });
});

/** A tour under way: what it has printed, and how it ends. */
function tour(...args: string[]) {
  const child = spawn(process.execPath, [script, '--home', join(home, 'demo'), '--json', ...args], { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  children.add(child);
  const said = { out: '', err: '' };
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text));
  const told = new Promise<void>((resolve) => child.stdout.setEncoding('utf8').on('data', (text: string) => ((said.out += text), said.out.includes('\n') && resolve())));
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, said, told, closed };
}

/** Runs a tour to its end. */
async function once(...args: string[]): Promise<Told> {
  const { said, closed } = tour('--once', ...args);
  const exit = await closed;
  expect({ exit, err: exit === 0 ? '' : said.err }).toEqual({ exit: 0, err: '' });
  return JSON.parse(said.out) as Told;
}

describe('the tour', () => {
  it('tells one JSON object with fifteen steps that went well', async () => {
    const { readyMs, steps } = await once();
    expect(steps.map(({ name }) => name)).toEqual(names);
    expect(steps.filter(({ ok }) => !ok)).toEqual([]);
    expect(readyMs).toBeGreaterThan(0);
    expectQueries(steps, 3);
    // Gorman's penguins; the means are those of any reader of the file.
    const species = steps.find(({ name }) => name === 'remote-frame')!['groups'] as Group[];
    expect(species.map(({ key, rows, mean }) => [key, rows, Number(mean.toFixed(6))])).toEqual([['Adelie', 152, 189.953642], ['Chinstrap', 68, 195.823529], ['Gentoo', 124, 217.186992]]);
    asked = expectPrivacy(steps, 3, 'first');
    const exact = asked.map(({ key, n, mean }) => [key, n.exact, Number(mean!.exact!.toFixed(4))]).toSorted();
    expect(exact).toEqual([['Adelie', 152, 3700.6623], ['Chinstrap', 68, 3733.0882], ['Gentoo', 124, 5076.0163]]);
  }, 180_000);

  it('starts quickly for the second time, serves on, and leaves no process behind at Ctrl-C', async () => {
    const { child, said, told, closed } = tour();
    await Promise.race([told, closed]);
    const { readyMs, steps, hub } = JSON.parse(said.out) as Told;
    expect(steps.filter(({ ok }) => !ok)).toEqual([]);
    expect(readyMs).toBeLessThan(10_000);
    // Nothing that the first tour left behind answers in place of the custodian.
    expectQueries(steps, 3);
    expect(expectPrivacy(steps, 3, 'later')).toEqual(asked);
    expect((await fetch(new URL('/health/ready', hub))).status).toBe(200);
    const processes = descendantsOf(child.pid!);
    // The hub, its Postgres with its own, and three pods.
    expect(processes.length).toBeGreaterThanOrEqual(5);
    // As a terminal does: to everybody in the foreground.
    process.kill(-child.pid!, 'SIGINT');
    expect(await closed).toBe(0);
    expect(processes.flatMap((pid) => commandOf(pid) ?? [])).toEqual([]);
  }, 180_000);

  (hasHospitals ? it : it.skip)('takes a folder of files instead, one pod for each', async () => {
    const data = join(home, 'hospitals');
    mkdirSync(data);
    for (const name of hospitals) copyFileSync(join(shared, name), join(data, name));
    const { steps } = await once('--data', data, '--target', 'num', '--positive', '1,2,3,4');
    expect(steps.map(({ name }) => name)).toEqual(names);
    expect(steps.filter(({ ok }) => !ok)).toEqual([]);
    expect(steps[0]!.says).toMatch(/4|four/);
    expectQueries(steps, 4);
    // Nobody declares bounds of these files: groups by their values, no mean, and a training on categories alone.
    expect(expectPrivacy(steps, 4, 'first').map(({ key, n, mean }) => [key, n.exact, mean])).toEqual([['0', 411, undefined], ['1', 265, undefined], ['2', 109, undefined], ['3', 107, undefined], ['4', 28, undefined]]);
  }, 180_000);

  it('names the mistake in its options', async () => {
    const { said, closed } = tour('--once', '--data', join(home, 'nowhere'));
    expect(await closed).toBe(2);
    expect(said.err).toContain('--data');
    expect(said.err).not.toMatch(/\n\s+at .*:\d+:\d+/);
  }, 60_000);
});
