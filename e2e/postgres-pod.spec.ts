import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { podConfig, readYaml } from '@podnet/contracts';
import type { House, Person } from '@podnet/launch';
import { col, len } from '@podnet/sdk';
import { podAt } from '@podnet/sdk/node';
import { stringify } from 'yaml';
import { openClinic, password, type Clinic } from './clinic-database.ts';
import { Shell } from './command-line.ts';
import { assign, temporaryHouse } from './temporary-house.ts';

/** A pod beside its custodian's database, from the first look to the last row. */
const canary = 'canary-cell-40ad';
const variable = 'PODNET_SPEC_CLINIC_URL';
let clinic: Clinic;
let house: House;
let home: string;
let close: () => Promise<void>;
let custodian: Person;
let shell: Shell;

beforeAll(async () => {
  [clinic, { house, home, close }] = await Promise.all([openClinic(), temporaryHouse()]);
  await clinic.owner.query(`create table clinic.visits (id int primary key, weight float8, seen timestamptz, note text);
    insert into clinic.visits select i, i, now(), '${canary}-' || i from generate_series(1, 60) i`);
  await house.admin();
  custodian = await house.person('custodian');
  const folder = join(home, 'shell');
  mkdirSync(folder);
  shell = new Shell(folder, { PODNET_HOME: join(folder, 'keys'), [variable]: clinic.urlOf('reader') });
}, 120_000);
afterAll(async () => {
  delete process.env[variable];
  shell?.close();
  await close();
  await clinic.close();
});

const yaml = (source: object, ignore = ['note']): string => stringify({ version: 1, name: 'ward', hub: house.hubUrl, home: './home', datasets: [{ name: 'visits', source, ignore }] });
const postgres = { postgres: { url_env: variable, table: 'clinic.visits' } };
const configPath = (): string => house.pods.get('ward')!.configPath;
const podHome = (): string => join(configPath(), '..', 'home');

async function average(): Promise<{ mean: number; count: number }> {
  const task = await custodian.podnet.tasks.submit({ version: 1, pods: ['ward/visits'], protocol: { name: 'results-only' }, algorithm: { name: 'column-average', columns: ['weight'] }, limits: { deadline: '1m' } });
  const { summary } = await task.outcome();
  return (summary as { columns: { mean: number; count: number }[] }).columns[0]!;
}

async function published(wanted: (columns: string[], version: string) => boolean): Promise<{ columns: string[]; version: string }> {
  for (let tries = 0; ; tries += 1) {
    const { schemas } = await custodian.podnet.pods.show('ward');
    const found = schemas.map(({ columns, version }) => ({ columns: columns.map(({ name, kind, times }) => `${name} ${kind}${times ? ' with times' : ''}`), version }))[0];
    if (found && wanted(found.columns, found.version)) return found;
    if (tries > 150) throw new Error(`What is published: ${JSON.stringify(found)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

const everything = (folder: string): string => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && !entry.name.endsWith('.parquet')).map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1')).join('\n');

describe('podnet pod init', () => {
  it('describes a table of a database, without reading a row', async () => {
    const { exit, out } = await shell.run(['pod', 'init', '--postgres-env', variable, '--table', 'clinic.visits', '--name', 'ward', '--hub', house.hubUrl, '--json']);
    expect([exit, JSON.parse(out)]).toEqual([0, { ok: true, data: expect.objectContaining({ dataset: 'visits', columns: 4 }) }]);
    const text = readFileSync(join(shell.folder, 'pod.yaml'), 'utf8');
    expect(readYaml(text, podConfig, 'pod.yaml').datasets[0]!.source).toEqual({ postgres: { url_env: variable, table: 'clinic.visits', max_size: '2GiB' } });
    expect(text).toContain('#   weight: { type: number }');
    expect(text).not.toMatch(new RegExp(`${canary}|${password}|reader`));
  });

  it.each([
    ['a query', `select id, weight from clinic.visits where note <> 'a: {b}, c'`, 0],
    ['a query that writes', 'delete from clinic.visits', 2],
  ])('takes %s as it is', async (_, query, status) => {
    const { exit, out } = await shell.run(['pod', 'init', '--postgres-env', variable, '--query', query, '--name', 'ward', '--hub', house.hubUrl, '--config', 'query.yaml', '--yes', '--json']);
    expect([exit, (JSON.parse(out) as { ok: boolean }).ok]).toEqual([status, status === 0]);
    if (status === 0) expect(readYaml(readFileSync(join(shell.folder, 'query.yaml'), 'utf8'), podConfig, 'query.yaml').datasets[0]!.source).toMatchObject({ postgres: { query } });
  });

  it('describes several files as one dataset', async () => {
    for (const year of [2024, 2025]) writeFileSync(join(shell.folder, `visits-${year}.csv`), 'a,b\n1,2\n');
    const { exit } = await shell.run(['pod', 'init', 'visits-*.csv', '--name', 'ward', '--hub', house.hubUrl, '--config', 'files.yaml', '--json']);
    expect(exit).toBe(0);
    expect(readYaml(readFileSync(join(shell.folder, 'files.yaml'), 'utf8'), podConfig, 'files.yaml').datasets[0]).toMatchObject({ name: 'visits', source: { csv: 'visits-*.csv' } });
  });

  it('wants one of the two', async () => {
    for (const args of [[], ['visits-*.csv', '--postgres-env', variable]]) expect((await shell.run(['pod', 'init', ...args, '--name', 'ward', '--hub', house.hubUrl, '--config', 'none.yaml'])).exit).toBe(2);
  });
});

describe('a pod with a database', () => {
  it('publishes its columns and computes over its rows', async () => {
    process.env[variable] = clinic.urlOf('reader');
    await house.addPod(custodian, 'ward', yaml(postgres));
    expect((await published(() => true)).columns).toEqual(['id integer', 'weight number', 'seen date with times']);
    await assign(custodian, custodian, 'super-modeller', ['ward']).catch(() => undefined);
    expect(await average()).toMatchObject({ mean: 30.5, count: 60 });
  }, 60_000);

  it('goes on with new rows once they are copied, and not before', async () => {
    const { version } = await published(() => true);
    await clinic.owner.query(`insert into clinic.visits select i, 1000, now(), 'x' from generate_series(101, 160) i`);
    expect(await average()).toMatchObject({ mean: 30.5, count: 60 });
    const said = await shell.run(['dataset', 'refresh', 'visits', '--config', configPath(), '--json']);
    expect(JSON.parse(said.out)).toEqual({ ok: true, data: { dataset: 'visits', rows: 120, changed: true } });
    const next = await published((_, now) => now !== version);
    expect(await average()).toMatchObject({ mean: 515.25, count: 120 });
    expect(JSON.parse((await shell.run(['dataset', 'refresh', 'visits', '--config', configPath(), '--json'])).out)).toMatchObject({ data: { changed: false } });
    expect((await published(() => true)).version).toBe(next.version);
  }, 60_000);

  it('refuses to refresh what is no database, or not there', async () => {
    expect((await shell.run(['dataset', 'refresh', 'nothing', '--config', configPath()])).exit).toBe(4);
    const files = join(shell.folder, 'files.yaml');
    mkdirSync(join(shell.folder, '.podnet-pod'), { mode: 0o700 });
    expect((await shell.run(['dataset', 'refresh', 'visits', '--config', files])).exit).toBe(10);
  });

  const doctor = async (environment: Record<string, string> = {}): Promise<Record<string, boolean>> => {
    const { out } = await shell.run(['pod', 'doctor', '--config', configPath(), '--json'], environment);
    expect(out).not.toContain(password);
    const { findings } = (JSON.parse(out) as { data: { findings: { check: string; passed: boolean; says: string }[] } }).data;
    return Object.fromEntries(findings.filter(({ check }) => /^(database|data):/.test(check)).map(({ passed, says }) => [says, passed]));
  };

  it('is looked at by the doctor: reached, and by a user who only reads', async () => {
    expect(await doctor()).toEqual({ 'The database answers with 4 columns.': true, 'Its user can only read.': true, '3 columns are published.': true });
  });

  it('has a doctor who warns of a user that can write', async () => {
    expect(Object.entries(await doctor({ [variable]: clinic.urlOf('writer') })).find(([says]) => says.startsWith('Its user could change the database'))?.[1]).toBe(false);
  });

  it('has a doctor who tells a database that is not there', async () => {
    expect(await doctor({ [variable]: clinic.urlOf('reader', 1) })).toEqual({ 'The database cannot be reached. (data.unreadable)': false, '3 columns are published.': true });
    expect(Object.values(await doctor({ [variable]: '' }))).toEqual([false, true]);
  });

  it('starts without its database, with the copy it has', async () => {
    await house.pods.get('ward')!.running!.stop();
    process.env[variable] = clinic.urlOf('reader', 1);
    await house.startPod('ward');
    expect(await average()).toMatchObject({ count: 120 });
    expect(readFileSync(join(podHome(), 'pod.log'), 'utf8')).toContain('snapshot.failed');
  }, 60_000);

  it('writes neither the address nor a cell anywhere but in the copy', () => {
    const written = everything(join(configPath(), '..'));
    expect(written).toContain('snapshot.taken');
    for (const secret of [password, canary]) expect(written).not.toContain(secret);
  });

  it('keeps no copy of a dataset that is gone', async () => {
    await house.pods.get('ward')!.running!.stop();
    expect(existsSync(join(podHome(), 'snapshots', 'visits'))).toBe(true);
    writeFileSync(join(podHome(), '..', 'a-1.csv'), 'weight\n1\n2\n');
    writeFileSync(join(podHome(), '..', 'a-2.csv'), `weight\n${'3\n'.repeat(20)}`);
    writeFileSync(configPath(), yaml({ csv: 'a-*.csv' }, []));
    await house.startPod('ward');
    expect(existsSync(join(podHome(), 'snapshots', 'visits'))).toBe(false);
    expect(await average()).toMatchObject({ mean: 63 / 22, count: 22 });
  }, 60_000);

  it('takes up a file that comes while it runs', async () => {
    const { version } = await published(() => true);
    writeFileSync(join(podHome(), '..', 'a-3.csv'), 'weight\n100\n');
    await published((_, now) => now !== version);
    expect(await average()).toMatchObject({ count: 23 });
  }, 60_000);
});

describe('podnet dataset add, beside a pod that runs', () => {
  const list = async (): Promise<string[]> => (await podAt(configPath()).datasets.list()).map(({ name, from }) => `${name} ${from}`);
  const add = async (...args: string[]) => {
    const { exit, out, err } = await shell.run(['dataset', 'add', ...args, '--config', configPath(), '--json']);
    for (const secret of [password, canary, 'reader:']) expect(out + err).not.toContain(secret);
    return { exit, ...(JSON.parse(out) as { data?: { name: string; columns: number; policy: string }; error?: { code: string; at?: string } }) };
  };
  const serves = async (name: string, columns: string[]): Promise<void> => {
    for (let tries = 0; ; tries += 1) {
      const found = (await custodian.podnet.pods.show('ward')).schemas.find(({ dataset }) => dataset === name);
      if (found) return expect(found.columns.map((column) => column.name)).toEqual(columns);
      if (tries > 150) throw new Error(`${name} is not published`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  };
  const countOf = async (dataset: string): Promise<unknown> => (await custodian.podnet.frame(`ward/${dataset}`).select(len()).fetch()).rows[0]![0];

  it('serves a table under its policy, although the pod itself does not reach the database', async () => {
    const policy = join(shell.folder, 'policy.yaml');
    writeFileSync(policy, 'privacy_unit: id\nsafe_zone: { aggregation: { min_size: 20 } }\nunsafe_handling: reject\n');
    const { exit, data } = await add('--postgres', variable, '--table', 'clinic.visits', '--name', 'admissions', '--policy', policy, '--ignore', 'note');
    expect([exit, data]).toEqual([0, expect.objectContaining({ name: 'admissions', columns: 3, policy: expect.stringMatching(/^[\w-]{43}$/) as string })]);
    await serves('admissions', ['id', 'weight', 'seen']);
    expect(await countOf('admissions')).toBe(120);
    const refused = await custodian.podnet.frame('ward/admissions').filter(col('id').lt(10)).select(len()).fetch().catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'policy.denied' });
  }, 60_000);

  it('goes on with new rows once they are copied', async () => {
    await clinic.owner.query(`insert into clinic.visits select i, 1000, now(), 'x' from generate_series(201, 230) i`);
    const refresh = async (): Promise<unknown> => JSON.parse((await shell.run(['dataset', 'refresh', 'admissions', '--config', configPath(), '--json'])).out);
    expect(await refresh()).toEqual({ ok: true, data: { dataset: 'admissions', rows: 150, changed: true } });
    expect(await refresh()).toEqual({ ok: true, data: { dataset: 'admissions', rows: 150, changed: false } });
    // Before a task is judged the pod looks at its files.
    expect(await countOf('admissions')).toBe(150);
  }, 90_000);

  it('serves a query by the name that it is given', async () => {
    const query = ['--postgres', variable, '--query', 'select id, weight from clinic.visits where id < 100 order by id'];
    expect(await add(...query)).toMatchObject({ exit: 2, error: { at: '--name' } });
    expect((await add(...query, '--name', 'early', '--refresh', '1h')).exit).toBe(0);
    await serves('early', ['id', 'weight']);
  }, 60_000);

  it.each<[string, number, () => string[]]>([
    ['an address in the place of a variable', 2, () => ['--postgres', clinic.urlOf('reader'), '--table', 'clinic.visits']],
    ['a variable that is not set', 2, () => ['--postgres', 'PODNET_SPEC_NOTHING', '--table', 'clinic.visits', '--name', 'other']],
    ['neither table nor query', 2, () => ['--postgres', variable]],
    ['a table and a file', 2, () => ['visits-2024.csv', '--postgres', variable, '--table', 'clinic.visits']],
    ['a table without a database', 2, () => ['visits-2024.csv', '--table', 'clinic.visits']],
    ['a query that writes', 2, () => ['--postgres', variable, '--query', 'delete from clinic.visits', '--name', 'gone']],
    ['a policy that names no column', 2, () => ['--postgres', variable, '--table', 'clinic.visits', '--name', 'other', '--policy', 'slip.yaml']],
    ['a name that is taken', 10, () => ['--postgres', variable, '--table', 'clinic.visits', '--name', 'early']],
  ])('refuses %s, and nothing is left of it', async (_what, status, args) => {
    writeFileSync(join(shell.folder, 'slip.yaml'), 'privacy_unit: idd\n');
    const before = await list();
    const { exit, error } = await add(...args());
    expect({ exit, error }).toMatchObject({ exit: status, error: { code: expect.any(String) as string } });
    expect(await list()).toEqual(before);
    expect(readdirSync(join(podHome(), 'copies'))).toEqual([]);
  }, 30_000);

  it('is a typed call for programs, with the same codes', async () => {
    const { datasets } = podAt(configPath(), { environment: { ...process.env, [variable]: clinic.urlOf('reader', 1) } });
    // A port where nobody is.
    await expect(datasets.add({ postgres: { urlEnv: variable, table: 'clinic.visits' }, name: 'other' })).rejects.toMatchObject({ code: 'data.unreadable' });
    expect(await datasets.add({ file: join(shell.folder, 'visits-2024.csv'), name: 'few' })).toMatchObject({ name: 'few', columns: 2, warnings: [] });
    expect((await datasets.list()).map(({ name, from, policy }) => [name, from, policy.from])).toEqual([['visits', 'pod.yaml', 'default'], ['admissions', 'added', 'set'], ['early', 'added', 'set'], ['few', 'added', 'set']]);
    await expect(datasets.refresh('few')).rejects.toMatchObject({ code: 'conflict.state' });
    for (const name of ['few', 'early', 'admissions']) await datasets.remove(name);
    await expect(datasets.remove('few')).rejects.toMatchObject({ code: 'dataset.unknown' });
    expect(await list()).toEqual(['visits pod.yaml']);
  }, 60_000);

  it('writes neither the address nor a cell anywhere', () => {
    const written = everything(join(configPath(), '..'));
    expect(written).toContain('dataset.added');
    for (const secret of [password, canary]) expect(written).not.toContain(secret);
  });
});
