import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { podConfig, type DatasetConfig, type PostgresSource } from '@podnet/contracts';
import { copyRows, openEngine, probeDatabase, type Engine } from '@podnet/engine';
import { isFault } from '@podnet/errors';
import { settled } from '../apps/pod/src/snapshots/settled.ts';
import { findSnapshot, forgetSnapshots } from '../apps/pod/src/snapshots/snapshot.ts';
import { SnapshotKeeper } from '../apps/pod/src/snapshots/snapshot-keeper.ts';
import { takeSnapshot } from '../apps/pod/src/snapshots/take-snapshot.ts';
import { brittleWay, openClinic, password, type Clinic } from './clinic-database.ts';

/** A database as a source of rows: what is read, what is refused, and what is never told. */
const canary = 'canary-cell-71be';
let clinic: Clinic;
let engine: Engine;
let home: string;
beforeAll(async () => {
  [clinic, engine] = await Promise.all([openClinic(), openEngine()]);
}, 120_000);
afterAll(() => clinic.close());
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'podnet-source-'));
  await clinic.owner.query(`drop schema clinic cascade; create schema clinic; grant usage on schema clinic to reader, writer;
    alter default privileges in schema clinic grant select on tables to reader, writer; alter default privileges in schema clinic grant insert on tables to writer;
    create table clinic.visits (id int primary key, weight float8, note text);
    insert into clinic.visits select i, i + 0.5, '${canary}-' || i from generate_series(1, 100) i`);
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const read = (source: object, rest: object = {}): DatasetConfig =>
  podConfig.parse({ version: 1, name: 'clinic', hub: 'http://localhost', datasets: [{ name: 'visits', source: { postgres: { url_env: 'CLINIC_DB_URL', ...source } }, ...rest }] }).datasets[0]!;
const workOf = (source: object, user: 'reader' | 'writer' = 'reader', ignore: string[] = []) => ({ source: (read(source).source as { postgres: PostgresSource }).postgres, url: clinic.urlOf(user), ignore });
const environment = (user: 'reader' | 'writer' = 'reader', port?: number) => ({ environment: { CLINIC_DB_URL: clinic.urlOf(user, port) } });
const place = () => ({ baseDir: home, home });

function columnOf(dataset: DatasetConfig, name: string): number[] {
  const set = settled(dataset, place());
  const { columns } = engine.inspect(set, home);
  const column = engine.load(set, home, columns.filter((each) => each.name === name)).table.columns[0]!;
  return [...(column.kind === 'number' ? column.values : column.codes)];
}

/** The code of a fault that keeps what it must not tell. */
async function faultOf(work: () => unknown): Promise<{ code: string; at: string | undefined }> {
  try {
    await work();
  } catch (error) {
    if (!isFault(error)) throw error;
    const told = JSON.stringify([error.message, error.details, String(error.cause ?? ''), error.stack]);
    for (const secret of [password, canary, 'postgresql://reader', 'clinic.visits']) expect(told.toLowerCase()).not.toContain(secret.toLowerCase());
    return { code: error.code, at: error.details.at };
  }
  throw new Error('no fault');
}

describe('rows of a database', () => {
  it('are read with their types, exactly', async () => {
    await clinic.owner.query(`
      create type clinic.mood as enum ('well', 'ill'); create domain clinic.age as int check (value > 0);
      create table clinic.kinds (big int8 primary key, small int2, n numeric(30, 10), f float8, b bool, d date, ts timestamp, tz timestamptz, t text, v varchar(9), c char(4), u uuid, m clinic.mood, j jsonb,
        tm time, iv interval, a clinic.age);
      insert into clinic.kinds values
        (-9007199254740993, -3, 1.25, 1e300, true, '2024-02-29', '2024-02-29 23:59:59.999999', '2024-03-01 01:00+02', 'ä''"', '', 'q', '00000000-0000-4000-8000-000000000001', 'ill', '{"a": [1]}', '10:00', '1 day', 7),
        (2, null, 'NaN', 'Infinity', false, 'infinity', '0044-03-15 BC', '12024-01-01Z', null, null, null, null, null, null, null, null, null)`);
    const dataset = read({ table: 'clinic.kinds' });
    await takeSnapshot(dataset, home, environment());
    const set = settled(dataset, place());
    const { columns } = engine.inspect(set, home);
    const kinds = Object.fromEntries(columns.map(({ name, kind, times }) => [name, times ? `${kind} with times` : kind]));
    expect(kinds).toEqual({
      big: 'integer', small: 'integer', n: 'number', f: 'number', b: 'boolean', d: 'date', ts: 'date with times', tz: 'date with times', a: 'integer',
      t: 'text', v: 'text', c: 'text', u: 'text', m: 'text', j: 'text', tm: 'text', iv: 'text',
    });
    const instants = (name: string): (string | null)[] => columnOf(dataset, name).map((days) => (Number.isNaN(days) ? null : new Date(Math.round(days * 86_400_000)).toISOString()));
    expect(Object.fromEntries(['small', 'n', 'f', 'b', 'a'].map((name) => [name, columnOf(dataset, name)]))).toEqual({
      small: [-3, NaN], n: [1.25, NaN], f: [1e300, NaN], b: [1, 0], a: [7, NaN],
    });
    expect([instants('d'), instants('ts'), instants('tz')]).toEqual([['2024-02-29T00:00:00.000Z', null], ['2024-02-29T23:59:59.999Z', null], ['2024-02-29T23:00:00.000Z', null]]);
    // Texts, and whole numbers beyond what a double holds, are in the copy as they are.
    const words = read({ table: 'clinic.kinds' }, { columns: { t: { domain: ['ä\'"'] }, m: { domain: ['well', 'ill'] }, big: { domain: ['-9007199254740993', 2] } } });
    expect([columnOf(words, 't'), columnOf(words, 'm'), columnOf(words, 'big')]).toEqual([[0, -1], [1, -1], [0, 1]]);
  });

  it('have the kinds of the database, whatever rows come, unless the custodian says otherwise', async () => {
    await clinic.owner.query(`create table clinic.still (id int, weight float8, seen timestamp, "__proto__" float8); insert into clinic.still values (1, 2, null, 1)`);
    const kindsOf = (set: DatasetConfig): unknown => engine.inspect(settled(set, place()), home).columns.map(({ kind }) => kind);
    await takeSnapshot(read({ table: 'clinic.still' }), home, environment());
    expect(kindsOf(read({ table: 'clinic.still' }))).toEqual(['integer', 'number', 'date', 'number']);
    expect(kindsOf(read({ table: 'clinic.still' }, { columns: { id: { domain: [1] }, weight: { type: 'integer' } } }))).toEqual(['category', 'integer', 'date', 'number']);
  });

  it.each([
    ['a list', `array[1]`],
    ['a row', `row(1, 2)`],
    ['bytes', `'\\x00'::bytea`],
    ['a shape', `point(1, 2)`],
  ])('with %s are refused by the name of the column, unless it is ignored', async (_, value) => {
    const query = `select 1 as id, ${value} as odd`;
    expect(await faultOf(() => copyRows(workOf({ query }), home))).toEqual({ code: 'data.unreadable', at: 'odd' });
    expect(await copyRows(workOf({ query }, 'reader', ['odd']), home)).toMatchObject({ rows: 1 });
  });

  it('come in the order of the primary key, from one state, in several batches and files', async () => {
    await clinic.owner.query(`create table clinic.big (id int primary key, filler text); insert into clinic.big select i, repeat(md5(i::text), 60) from generate_series(20000, 1, -1) i`);
    const copied = await copyRows(workOf({ table: 'clinic.big' }), home);
    expect([copied.rows, copied.files.length]).toEqual([20_000, 2]);
    const set = { ...read({ table: 'clinic.big' }), source: { parquet: copied.files.map(({ name }) => name) } };
    const { table } = engine.load(set, home, [{ name: 'id', kind: 'integer' }]);
    expect([...(table.columns[0] as { values: Float64Array }).values]).toEqual(Array.from({ length: 20_000 }, (_, i) => i + 1));
  });

  it('may be none', async () => {
    expect(await copyRows(workOf({ query: 'select 1 as a where false' }), home)).toMatchObject({ rows: 0, files: [{ name: '000000.parquet' }] });
  });

  it('are not copied beyond a size', async () => {
    await clinic.owner.query(`create table clinic.large as select i, md5(random()::text) || md5(random()::text) as a from generate_series(1, 40000) i`);
    expect(await faultOf(() => copyRows(workOf({ table: 'clinic.large', max_size: '1MiB' }), home))).toEqual({ code: 'data.unreadable', at: 'source.postgres.max_size' });
  });
});

describe('a query', () => {
  it.each([
    ['two statements', `select 1; drop table clinic.visits`],
    ['something that is no SELECT', `insert into clinic.visits values (1000)`],
    ['a change in a part', `with gone as (delete from clinic.visits returning id) select * from gone`],
    ['a table that it makes', `select * into clinic.mine from clinic.visits`],
    ['a lock', `select * from clinic.visits for update`],
    ['the end of its transaction', `commit`],
    ['no SQL', `select from where '${canary}'`],
  ])('is refused with %s', async (_, query) => {
    expect(await faultOf(() => copyRows(workOf({ query }, 'writer'), home))).toEqual({ code: 'config.invalid', at: 'source.postgres.query' });
  });

  it('cannot write through a function, even as a user who may', async () => {
    await clinic.owner.query(`create function clinic.sly() returns int language sql security definer as $$ insert into clinic.visits values (1000) returning id $$`);
    expect((await faultOf(() => copyRows(workOf({ query: 'select clinic.sly() as id' }, 'writer'), home))).code).toBe('config.invalid');
    expect((await faultOf(() => copyRows(workOf({ query: `select set_config('transaction_read_only', 'off', false) as a, clinic.sly() as id` }, 'writer'), home))).code).toMatch(/^(data\.unreadable|config\.invalid)$/);
    expect((await clinic.owner.query('select from clinic.visits where id = 1000')).rowCount).toBe(0);
  });

  it.each([
    ['fails on a value', `select note::int as a from clinic.visits`, 'data.unreadable'],
    ['names a table that is not there', `select * from clinic.nowhere`, 'data.unreadable'],
    ['names a column twice', `select id, id from clinic.visits`, 'data.duplicate-column'],
    ['may not read', `select rolpassword from pg_authid`, 'data.unreadable'],
  ])('that %s is told without its words', async (_, query, code) => {
    expect((await faultOf(() => copyRows(workOf({ query }), home))).code).toBe(code);
  });
});

describe('the name of a table', () => {
  it.each([`visits; drop table clinic.visits`, `clinic.visits--`, `(select 1) x`, `clinic."vis"its"`, `a.b.c.d`, `"a`, ``, `pg_sleep(1)`, `visits where true`])('is not %s', (table) => {
    expect(() => read({ table })).toThrow();
  });

  it('is only ever a name, whatever stands in quotes', async () => {
    const odd = `x"; drop table clinic.visits; --`;
    await clinic.owner.query(`create table clinic."x""; drop table clinic.visits; --" as select 7 as id`);
    const dataset = read({ table: `clinic."${odd.replaceAll('"', '""')}"` });
    await takeSnapshot(dataset, home, environment());
    expect(columnOf(dataset, 'id')).toEqual([7]);
    expect((await clinic.owner.query('select from clinic.visits')).rowCount).toBe(100);
    expect(await copyRows(workOf({ table: 'CLINIC.Visits' }), home)).toMatchObject({ rows: 100 });
  });
});

describe('the address of a database', () => {
  it('never stands in the file, and is not told when it does', () => {
    const url = clinic.urlOf('reader');
    for (const source of [{ table: 'visits', url }, { url_env: url, table: 'visits' }, { table: url }, {}, { table: 'a', query: 'select 1' }]) {
      const parsed = podConfig.safeParse({ version: 1, name: 'clinic', hub: 'http://localhost', datasets: [{ name: 'visits', source: { postgres: { url_env: 'CLINIC_DB_URL', ...source } } }] });
      expect(parsed.success).toBe(false);
      expect(JSON.stringify(parsed.error)).not.toContain(password);
    }
  });

  it.each([
    ['is not set', undefined, 'config.invalid', 'source.postgres.url_env'],
    ['is empty', '', 'config.invalid', 'source.postgres.url_env'],
    ['is no address', password, 'config.invalid', 'source.postgres.url_env'],
    ['is that of something else', `https://reader:${password}@example.org`, 'config.invalid', 'source.postgres.url_env'],
    ['leads nowhere', `postgresql://reader:${password}@127.0.0.1:1/podnet`, 'data.unreadable', undefined],
    ['names nobody', 'stranger', 'data.unreadable', undefined],
    ['has another password', 'wrong', 'data.unreadable', undefined],
    ['names another database', 'elsewhere', 'data.unreadable', undefined],
    ['asks for TLS that is not there', 'tls', 'data.unreadable', undefined],
  ])('that %s is refused without a word of it', async (_, given, code, at) => {
    const url = { stranger: clinic.urlOf('reader').replace('reader', 'stranger'), wrong: clinic.urlOf('reader').replace(password, `${password}x`), elsewhere: `${clinic.urlOf('reader')}x`, tls: `${clinic.urlOf('reader')}?sslmode=require` }[given ?? ''] ?? given;
    expect(await faultOf(() => takeSnapshot(read({ table: 'clinic.visits' }), home, { environment: { CLINIC_DB_URL: url } }))).toEqual({ code, at });
    expect(readdirSync(join(home, 'snapshots', 'visits'))).toEqual([]);
  });
});

describe('a user', () => {
  const canWrite = async (user: 'reader' | 'writer'): Promise<boolean> => (await probeDatabase(workOf({ table: 'clinic.visits' }, user))).canWrite;

  it('who can only read is told from one who can write', async () => {
    expect([await canWrite('reader'), await canWrite('writer')]).toEqual([false, true]);
  });

  it('who can make tables, or go back to a greater role, can write', async () => {
    await clinic.owner.query('grant create on schema clinic to reader');
    expect(await canWrite('reader')).toBe(true);
    await clinic.owner.query('revoke create on schema clinic from reader; grant reader to writer');
    try {
      const url = `${clinic.urlOf('writer')}?options=-c%20role%3Dreader`;
      expect((await probeDatabase({ ...workOf({ table: 'clinic.visits' }), url })).canWrite).toBe(true);
    } finally {
      await clinic.owner.query('revoke reader from writer');
    }
  });
});

describe('a copy', () => {
  const dataset = () => read({ table: 'clinic.visits' });
  const filesOf = (): string[] => findSnapshot(home, dataset())!.files;

  it('is for nobody else to read', async () => {
    await takeSnapshot(dataset(), home, environment());
    for (const path of [join(home, 'snapshots'), join(home, 'snapshots', 'visits'), join(filesOf()[0]!, '..')]) expect(statSync(path).mode & 0o777).toBe(0o700);
    for (const path of [...filesOf(), join(home, 'snapshots', 'visits', 'snapshot.json')]) expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('is another one only when the rows are others; the one before stays for what reads it', async () => {
    expect(await takeSnapshot(dataset(), home, environment())).toMatchObject({ rows: 100, changed: true });
    const first = filesOf();
    expect(await takeSnapshot(dataset(), home, { ...environment(), now: () => 5 })).toMatchObject({ changed: false });
    expect([filesOf(), findSnapshot(home, dataset())!.takenAt]).toEqual([first, 5]);
    await clinic.owner.query('update clinic.visits set weight = 0 where id = 1');
    expect(await takeSnapshot(dataset(), home, environment())).toMatchObject({ changed: true });
    expect(filesOf()).not.toEqual(first);
    expect(statSync(first[0]!).isFile()).toBe(true);
    await clinic.owner.query('delete from clinic.visits where id = 1');
    await takeSnapshot(dataset(), home, environment());
    expect(statSync(first[0]!, { throwIfNoEntry: false })).toBeUndefined();
    expect(readdirSync(join(home, 'snapshots', 'visits'))).toHaveLength(3);
  });

  it('stays what it was when the connection breaks in the middle', async () => {
    await takeSnapshot(dataset(), home, environment());
    const before = filesOf();
    await clinic.owner.query(`insert into clinic.visits select i, 1, repeat('x', 1000) from generate_series(1000, 9000) i`);
    const way = await brittleWay(clinic.port, 3_000_000);
    expect((await faultOf(() => takeSnapshot(dataset(), home, environment('reader', way.port)))).code).toBe('data.unreadable');
    expect(way.passed()).toBeGreaterThan(3_000_000);
    await way.close();
    expect([filesOf(), columnOf(dataset(), 'id').length]).toEqual([before, 100]);
    expect(readdirSync(join(home, 'snapshots', 'visits')).filter((name) => name.startsWith('new-'))).toEqual([]);
    expect(await takeSnapshot(dataset(), home, environment())).toMatchObject({ rows: 8101 });
  });

  it('does not serve another question, nor when it is damaged', async () => {
    await takeSnapshot(dataset(), home, environment());
    expect(findSnapshot(home, read({ query: 'select id from clinic.visits' }))).toBeUndefined();
    expect(findSnapshot(home, read({ table: 'clinic.visits' }, { ignore: ['note'] }))).toBeUndefined();
    expect(findSnapshot(home, read({ table: 'clinic.visits', refresh: '1h' }))).toBeDefined();
    rmSync(filesOf()[0]!);
    expect((await faultOf(() => settled(dataset(), place()))).code).toBe('data.unreadable');
  });

  it('goes when its dataset does', async () => {
    await takeSnapshot(dataset(), home, environment());
    forgetSnapshots(home, [dataset()]);
    expect(findSnapshot(home, dataset())).toBeDefined();
    forgetSnapshots(home, [{ ...dataset(), source: { csv: 'visits.csv' } }]);
    expect(readdirSync(join(home, 'snapshots'))).toEqual([]);
  });

  it('is kept as fresh as its dataset says', async () => {
    let now = 1_000_000;
    const notes: string[] = [];
    let url = clinic.urlOf('reader');
    const datasets = [read({ table: 'clinic.visits', refresh: '1h' })];
    const keeper = new SnapshotKeeper({ place: place(), datasets: () => datasets, now: () => now, environment: { get CLINIC_DB_URL() { return url; } }, log: { note: (event) => void notes.push(event), failure: (event) => void notes.push(event) } });
    mkdirSync(join(home, 'snapshots', 'gone'), { recursive: true });
    await keeper.begin();
    await keeper.look();
    expect([notes, readdirSync(join(home, 'snapshots'))]).toEqual([['snapshot.taken'], ['visits']]);
    now += 3_600_000;
    url = clinic.urlOf('reader', 1);
    await keeper.look();
    await keeper.look();
    expect(notes).toEqual(['snapshot.taken', 'snapshot.failed']);
    expect(keeper.settled(datasets[0]!).source).toEqual({ parquet: filesOf() });
    now += 60_000;
    url = clinic.urlOf('reader');
    await keeper.look();
    expect(notes.at(-1)).toBe('snapshot.taken');
    await keeper.stop();
  });

  it('in the making ends at once when the pod does, and leaves nothing', async () => {
    const asleep = read({ query: 'select pg_sleep(60)::text as a' });
    const keeper = new SnapshotKeeper({ place: place(), datasets: () => [asleep], ...environment(), log: { note: () => undefined, failure: () => undefined } });
    const begun = keeper.begin();
    const sessions = async (): Promise<number> => Number((await clinic.owner.query<{ n: string }>(`select count(*) as n from pg_stat_activity where application_name = 'podnet' and wait_event = 'PgSleep'`)).rows[0]!.n);
    while ((await sessions()) === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    await keeper.stop();
    await begun;
    expect(readdirSync(join(home, 'snapshots', 'visits'))).toEqual([]);
  });

  it('that was never made is missed with the reason', async () => {
    const keeper = new SnapshotKeeper({ place: place(), datasets: () => [dataset()], environment: {}, log: { note: () => undefined, failure: () => undefined } });
    await keeper.begin();
    expect(await faultOf(() => keeper.settled(dataset()))).toEqual({ code: 'config.invalid', at: 'source.postgres.url_env' });
    await keeper.stop();
  });
});
