import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { House, Person } from '@podnet/launch';
import { col, isFault, len, type RemoteLazyFrame } from '@podnet/sdk';
import type polars from 'nodejs-polars';
import { stringify } from 'yaml';
import { assign, temporaryHouse } from './temporary-house.ts';

/** A question may be as large, as deep and as greedy as it likes: it ends in a code, and the pod goes on serving. */
const pl = createRequire(import.meta.url)('nodejs-polars') as typeof polars;
const rows = 6_000_000;
const memory = '512MiB';

let house: House;
let close: () => Promise<void>;
let custodian: Person;
let modeller: Person;
let frame: RemoteLazyFrame;

/** Numbers of 576 MB: more than the memory of a runner beside what it needs to be there at all. */
function writeRows(path: string): void {
  const column = (of: (at: number) => number): Float64Array => Float64Array.from({ length: rows }, (_value, at) => of(at));
  const names = Array.from({ length: 10 }, (_value, at) => `x${at}`);
  const columns = Object.fromEntries(names.map((name, at) => [name, column((row) => Math.imul(row + 1, 2_654_435_761 + at) / 2 ** 32)]));
  pl.DataFrame({ id: column((row) => row), half: column((row) => row % 2), ...columns }).writeParquet(path, { compression: 'snappy', rowGroupSize: 100_000 } as Parameters<ReturnType<typeof pl.DataFrame>['writeParquet']>[0]);
}

beforeAll(async () => {
  let home: string;
  ({ house, home, close } = await temporaryHouse({ PODNET_ATTEMPTS_PER_MINUTE: '10000' }));
  await house.admin();
  custodian = await house.person('custodian');
  modeller = await house.person('modeller');
  const path = join(home, 'rows.parquet');
  writeRows(path);
  const policy = { safe_zone: { aggregation: { min_size: 10 } }, unsafe_handling: 'reject' };
  const open = { safe_zone: 'always', difference: 'off' };
  const yaml = (memory: string): string => stringify({
    version: 1, name: 'north', hub: house.hubUrl, home: './home', runner: { memory, concurrency: 1 },
    datasets: [{ name: 'records', source: { parquet: path }, policy }, { name: 'open', source: { parquet: path }, ignore: Array.from({ length: 10 }, (_value, at) => `x${at}`), policy: open }],
  });
  // To publish a file takes all of it at once; what was published is known when the pod is back.
  const pod = await house.addPod(custodian, 'north', yaml('4GiB'));
  await pod.running!.stop();
  writeFileSync(pod.configPath, yaml(memory));
  await house.startPod('north');
  await assign(custodian, modeller, 'general-modeller', ['north']);
  frame = modeller.podnet.frame('records', { pods: ['north'] });
}, 240_000);
afterAll(() => close());

/** What a question ends in: its rows, or the code and everything that is said of it. */
async function endOf(ask: () => Promise<{ rows: readonly (readonly unknown[])[] }>): Promise<{ rows: readonly (readonly unknown[])[] } | { codes: string[]; checks: string }> {
  try {
    return { rows: (await ask()).rows };
  } catch (error) {
    if (!isFault(error)) throw error;
    const said = JSON.stringify([error.message, error.details]);
    return { codes: [...new Set([error.code, ...[...said.matchAll(/\b(?:runner|usage|policy|data|plan|task)\.[a-z-]+/g)].map(([code]) => code)])], checks: failedOf(error.details) };
  }
}

async function endsIn(code: string, ask: () => Promise<{ rows: readonly (readonly unknown[])[] }>): Promise<void> {
  const end = await endOf(ask);
  expect(end).toEqual({ codes: expect.arrayContaining([code]), checks: expect.any(String) });
}

let asked = 0;
/** Another question each time: an answer from the store would prove nothing. */
async function serves(): Promise<void> {
  asked += 1;
  expect(await endOf(() => frame.select(col('half').add(asked).mean().alias('mean')).fetch())).toEqual({ rows: [[0.5 + asked]] });
}

describe('a query', () => {
  afterEach(serves, 60_000);

  it('over a file that is larger than the memory is streamed', async () => {
    const { rows: [[n] = []] } = (await endOf(() => frame.filter(col('x1').gt(0)).groupBy('half').agg(col('x3').mean().alias('mean'), len().alias('rows')).select(col('rows').sum()).fetch())) as { rows: number[][] };
    expect(n).toBeGreaterThan(rows / 10);
  }, 60_000);

  it('that needs more memory than there is ends in a code', async () => {
    const pairs = frame.select('half', 'x1').join(frame.select('half', 'x2'), { on: 'half' });
    await endsIn('runner.memory', () => pairs.groupBy('x1').agg(col('x2').mean().alias('mean')).select(len()).fetch());
  }, 120_000);

  it('with a cross join of far too many rows ends before it begins', async () => {
    await endsIn('usage.too-large', () => frame.select('x1').join(frame.select('x2'), { how: 'cross' }).select(col('x1').mean()).fetch());
  }, 60_000);

  it.each([
    ['thirty thousand nested terms', `SELECT SUM(${'('.repeat(30_000)}x1${' + 1)'.repeat(30_000)}) AS s FROM data`],
    ['ten thousand columns', `SELECT ${Array.from({ length: 10_000 }, (_value, at) => `SUM(x1) AS c${at}`).join(', ')} FROM data`],
  ])('of %s ends in a code', async (_what, text) => {
    const end = await endOf(() => modeller.podnet.sql(text, { dataset: 'records', pods: ['north'] }).fetch());
    expect('codes' in end ? end.codes.join(' ') : end).toMatch(/usage\.(?:too-deep|too-large|invalid)/);
  }, 60_000);

  it('as large as a plan may be is answered, or ends in a code', async () => {
    const sums = Array.from({ length: 1_500 }, (_value, at) => col(`x${at % 10}`).mul(at).sum().alias(`c${at}`));
    const end = await endOf(() => frame.select(...sums).fetch());
    expect('codes' in end ? end.codes.join(' ') : `${end.rows.length} row`).toMatch(/^1 row$|usage\.too-large|runner\.(?:memory|deadline)/);
  }, 120_000);

  it('with more rows than may leave a pod says so to who might have them, and to nobody else', async () => {
    const open = modeller.podnet.frame('open', { pods: ['north'] });
    await endsIn('usage.too-large', () => open.select('id').fetch());
    const [small, large] = [await refused(frame.select('x1').head(20)), await refused(frame.select('x1'))];
    expect(small).toContain('policy.');
    expect(large).toBe(small);
  }, 120_000);
});

/** All that is said of a refusal. */
async function refused(question: RemoteLazyFrame): Promise<string> {
  const end = await endOf(() => question.fetch());
  if ('rows' in end) throw new Error('It was answered.');
  return JSON.stringify(end);
}

/** What did not pass, in words. */
const failedOf = (details: object): string => JSON.stringify(((details as { verdicts?: { checks: { passed: boolean }[] }[] }).verdicts ?? []).map(({ checks }) => checks.filter(({ passed }) => !passed)));
