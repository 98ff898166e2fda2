import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { isFaultCode } from '@podnet/errors';
import type { House, Person } from '@podnet/launch';
import { isFault, type TaskFile } from '@podnet/sdk';
import { Shell } from './command-line.ts';
import { countRows, dump } from './hub-database.ts';
import { assign, cloudPods, cloudTask, podYaml, temporaryHouse } from './temporary-house.ts';

/** Whatever comes in is a code, a sentence and a place: never a stack, never a value of the data, never half a state. */
const canary = 'canary-value-5b21c8';
let house: House;
let home: string;
let close: () => Promise<void>;
let custodian: Person;
let modeller: Person;
let shell: Shell;

beforeAll(async () => {
  ({ house, home, close } = await temporaryHouse({ PODNET_ATTEMPTS_PER_MINUTE: '10000' }));
  await house.admin();
  custodian = await house.person('custodian');
  modeller = await house.person('modeller');
  await cloudPods(house, home, custodian, ['north']);
  await assign(custodian, modeller, 'general-modeller', ['north']);
  const folder = join(home, 'shell');
  mkdirSync(folder);
  shell = new Shell(folder, { PODNET_HOME: join(folder, 'keys'), PODNET_PASSWORD: modeller.password });
  expect((await shell.run(['login', '--hub', house.hubUrl, '--email', modeller.email])).exit).toBe(0);
}, 120_000);
afterAll(async () => {
  shell?.close();
  await close();
});

/** Nothing was written that a task leaves behind. */
async function leavesNothing(work: () => Promise<void>): Promise<void> {
  const before = await countRows(home, 'Task', 'Assignment', 'Mail');
  await work();
  expect(await countRows(home, 'Task', 'Assignment', 'Mail')).toEqual(before);
}

const stack = /\n\s+at .*[:(]\d+:\d+|node:internal|\.js:\d+/;

/** What every refusal is, wherever it is read. */
function expectRefusal({ code, detail }: { code?: unknown; detail?: unknown }, text: string): void {
  expect(isFaultCode(code) && code !== 'internal.unexpected' ? 'of the table' : code).toBe('of the table');
  expect(detail).toMatch(/^\S.{5,300}$/u);
  expect(text).not.toMatch(stack);
  expect(text).not.toContain(canary);
}

const task = cloudTask(['north'], 2);
const yaml = stringify(task);
const deep = (depth: number): string => `${'['.repeat(depth)}1${']'.repeat(depth)}`;
const changed = (change: (task: Record<string, Record<string, unknown>>) => void): string => {
  const copy = structuredClone(task) as unknown as Record<string, Record<string, unknown>>;
  change(copy);
  return stringify(copy);
};

describe('a task file through the command line', () => {
  const rows: [string, string | Uint8Array, number, string, RegExp][] = [
    ['an unknown key', `${yaml}colour: ${canary}\n`, 2, 'usage.unknown-key', /^task\.yaml:\d+:1$/],
    ['an unknown parameter, with the one that was meant', yaml.replace('rounds:', 'round:'), 2, 'usage.unknown-key', /^task\.yaml:\d+:\d+$/],
    ['a wrong type', yaml.replace('rounds: 2', `rounds: ${canary}`), 2, 'usage.invalid', /^task\.yaml:\d+:\d+$/],
    ['a number that is none', yaml.replace('rounds: 2', 'rounds: .nan'), 2, 'usage.invalid', /^task\.yaml:\d+:\d+$/],
    ['infinity', yaml.replace('rounds: 2', 'rounds: .inf'), 2, 'usage.invalid', /^task\.yaml:\d+:\d+$/],
    ['infinity in depth', changed(({ algorithm }) => (algorithm!['optimiser'] = { learningRate: -Infinity })), 2, 'usage.invalid', /^task\.yaml:\d+:\d+$/],
    ['epsilon that is none', changed((copy) => (copy['privacy'] = { epsilon: NaN, delta: 1e-5 })), 2, 'usage.invalid', /^task\.yaml:\d+:\d+$/],
    ['an unknown protocol', yaml.replace('federated-averaging', 'federated-averging'), 2, 'usage.invalid', /^task\.yaml:\d+:\d+$/],
    ['no pods', changed((copy) => (copy['pods'] = [] as never)), 2, 'usage.invalid', /^task\.yaml:\d+:\d+$/],
    ['too many pods', changed((copy) => (copy['pods'] = Array.from({ length: 101 }, (_, i) => `p${i}/records`) as never)), 2, 'usage.invalid', /^task\.yaml:\d+:\d+$/],
    ['an unknown pod', yaml.replace('north/', 'nowhere/'), 4, 'access.not-found', /^pods\[0\]$/],
    ['an unknown dataset', yaml.replace('/records', '/recordz'), 4, 'dataset.unknown', /^pods\[0\]$/],
    ['an unknown column', yaml.replace('- b', '- c'), 2, 'schema.incompatible', /^algorithm\.features\[1\]$/],
    ['a column of the wrong kind', yaml.replace('target: kind', 'target: a').replace('- a', '- kind'), 2, 'schema.wrong-kind', /./],
    ['more pods than are named', changed(({ limits }) => (limits!['minPods'] = 3)), 2, 'usage.invalid', /limits\.minPods/],
    ['a key that is there twice', `${yaml}version: 1\n`, 2, 'usage.malformed', /^task\.yaml:\d+:1$/],
    ['a key that changes objects', `${yaml}__proto__: { polluted: true }\n`, 2, 'usage.unknown-key', /^task\.yaml:\d+:1$/],
    ['nothing', '', 2, 'usage.invalid', /task\.yaml/],
    ['no YAML', `{ ${canary}`, 2, 'usage.malformed', /^task\.yaml:\d+:\d+$/],
    ['deep nesting', `pods: ${deep(1_000)}\n`, 2, 'usage.too-deep', /task\.yaml/],
    ['very deep nesting', `pods: ${deep(100_000)}\n`, 2, 'usage.too-deep', /task\.yaml/],
    ['aliases upon aliases', `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d]\n`, 2, 'usage.malformed', /task\.yaml/],
    ['more than 256 KiB', `${yaml}# ${'x'.repeat(256 * 1024)}\n`, 2, 'usage.too-large', /task\.yaml/],
    ['10 MB of JSON', JSON.stringify({ ...task, label: 'x'.repeat(10 << 20) }), 2, 'usage.too-large', /task\.yaml/],
    ['UTF-16', Buffer.from(`\ufeff${yaml}`, 'utf16le'), 2, 'usage.malformed', /task\.yaml/],
    ['Latin-1', Buffer.from(`${yaml}label: gr\u00fcn\n`, 'latin1'), 2, 'usage.malformed', /task\.yaml/],
  ];

  it.each(rows)('is refused for %s', async (_, content, exit, code, at) => {
    writeFileSync(join(shell.folder, 'task.yaml'), content);
    await leavesNothing(async () => {
      const said = await shell.run(['task', 'run', 'task.yaml', '--json']);
      const { ok, error } = JSON.parse(said.out) as { ok: boolean; error: { code: string; detail: string; at?: string } };
      expect({ ok, exit: said.exit, code: error.code }).toEqual({ ok: false, exit, code });
      expect(error.at).toMatch(at);
      expectRefusal(error, said.out + said.err);
    });
  }, 60_000);
});

describe('a task given to the SDK', () => {
  const rows: [string, unknown, string][] = [
    ['nothing', undefined, 'usage.invalid'],
    ['a text', canary, 'usage.invalid'],
    ['a list', [task], 'usage.invalid'],
    ['a number that is none', { ...task, protocol: { ...task.protocol, rounds: NaN } }, 'usage.invalid'],
    ['infinity', { ...task, algorithm: { ...task.algorithm, seed: Infinity } }, 'usage.invalid'],
    ['a function', { ...task, model: () => canary }, 'usage.invalid'],
    ['a foreign key', JSON.parse(`{"__proto__":{"admin":true},${JSON.stringify(task).slice(1)}`), 'usage.unknown-key'],
    ['terminal escapes', { ...task, label: '\u001b]52;c;aGk=\u0007' }, 'usage.invalid'],
    ['weights for a pod that is not there', { ...task, protocol: { ...task.protocol, weights: { south: 2 } } }, 'usage.invalid'],
    ['a pod twice', { ...task, pods: ['north/records', { pod: 'north', dataset: 'records' }] }, 'usage.invalid'],
    ['a path for a name', { ...task, pods: ['../north/records'] }, 'usage.invalid'],
    ['a model that does not fit', { ...task, model: { name: 'linear-regression' } }, 'schema.wrong-kind'],
    ['thousands of columns that nobody has', { ...task, algorithm: { ...task.algorithm, features: Array.from({ length: 3_000 }, (_, i) => `${i} ${'x'.repeat(150)}`) } }, 'schema.incompatible'],
  ];
  it.each(rows)('is refused for %s', async (_, given, code) => {
    await leavesNothing(async () => {
      const refusal: unknown = await modeller.podnet.tasks.submit(given as TaskFile).catch((error: unknown) => error);
      expect(isFault(refusal) ? refusal.code : refusal).toBe(code);
      if (isFault(refusal)) expectRefusal(refusal.toBody(), JSON.stringify(refusal.toBody()));
    });
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  }, 30_000);

  it('is refused above 256 KiB once it is sealed', async () => {
    const names = Array.from({ length: 700 }, (_, i) => `${i} ${'x'.repeat(190)}`);
    const rows = Array.from({ length: 20 }, (_, row) => names.map((_, column) => (row * 7 + column) % 11).join());
    await house.addPod(custodian, 'wide', podYaml(home, house.hubUrl, { name: 'wide', csv: `${[names.join(), ...rows].join('\n')}\n` }));
    await assign(custodian, modeller, 'general-modeller', ['wide']);
    await leavesNothing(async () => {
      await expect(modeller.podnet.tasks.submit({ ...task, pods: ['wide/records'], algorithm: { ...task.algorithm, features: names.slice(1), target: names[0]! }, model: { name: 'linear-regression' } } as TaskFile)).rejects.toMatchObject({ code: 'usage.too-large' });
    });
  }, 60_000);
});

describe('a call of the hub’s REST interface', () => {
  const json = 'application/json';
  const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
  const rows: [string, { method?: string; path: string; type?: string; body?: string | Uint8Array }, number, string][] = [
    ['an unknown key', { path: '/pods', body: `{"name":"south","${canary.replaceAll('-', '_')}":1}` }, 400, 'usage.unknown-key'],
    ['a wrong type', { path: '/pods', body: '{"name":5}' }, 400, 'usage.invalid'],
    ['a name that is a path', { path: '/pods', body: '{"name":"../../etc"}' }, 400, 'usage.invalid'],
    ['nothing', { path: '/pods', body: '' }, 400, 'usage.malformed'],
    ['no JSON', { path: '/pods', body: `{"name": ${canary}` }, 400, 'usage.malformed'],
    ['NaN', { path: '/grants', body: '{"epsilonLimit":NaN}' }, 400, 'usage.malformed'],
    ['a number beyond all bounds', { path: '/grants', body: '{"epsilonLimit":1e999}' }, 400, 'usage.malformed'],
    ['a key that is there twice', { path: '/pods', body: '{"name":"south","name":"north"}' }, 400, 'usage.malformed'],
    ['a key that changes objects', { path: '/pods', body: '{"name":"south","__proto__":{"admin":true}}' }, 400, 'usage.malformed'],
    ['deep nesting', { path: '/pods', body: deep(10_000) }, 400, 'usage.too-deep'],
    ['10 MB', { path: '/pods', body: JSON.stringify({ name: 'x'.repeat(10 << 20) }) }, 413, 'usage.too-large'],
    ['a task above 256 KiB', { path: '/tasks', body: JSON.stringify({ manifest: 'x'.repeat(257 * 1024), payloads: [] }) }, 413, 'usage.too-large'],
    ['UTF-16', { path: '/pods', body: Buffer.from('\ufeff{"name":"south"}', 'utf16le') }, 400, 'usage.malformed'],
    ['Latin-1', { path: '/pods', body: Buffer.from('{"name":"s\u00fcd"}', 'latin1') }, 400, 'usage.malformed'],
    ['a byte order mark', { path: '/pods', body: utf8('\ufeff{"name":"south"}') }, 400, 'usage.malformed'],
    ['NUL', { path: '/pods', body: '{"name":"a\\u0000b"}' }, 400, 'usage.malformed'],
    ['a lone surrogate', { path: '/pods', body: '{"name":"\\ud800"}' }, 400, 'usage.malformed'],
    ['a form', { path: '/pods', type: 'application/x-www-form-urlencoded', body: 'name=south' }, 400, 'usage.unsupported'],
    ['an id of another kind', { method: 'GET', path: '/pods/tsk_0' }, 400, 'usage.invalid'],
    ['a query that nobody knows', { method: 'GET', path: '/tasks?limit=1&include=results' }, 400, 'usage.unknown-key'],
    ['a path that nobody knows', { method: 'GET', path: `/secrets/${canary}` }, 404, 'access.not-found'],
    ['a broken path', { method: 'GET', path: '/pods/%E0%A4%A' }, 400, 'usage.malformed'],
    ['a task that is none', { path: '/tasks', body: JSON.stringify({ manifest: 'a.b.c', payloads: [{ podId: 'pod_01k00000000000000000000000', payload: 'a.b.c.d.e' }] }) }, 400, 'envelope.malformed'],
  ];
  it.each(rows)('is refused for %s', async (_, { method = 'POST', path, type = json, body }, status, code) => {
    const token = await modeller.podnet.session.token();
    await leavesNothing(async () => {
      const response = await fetch(`${house.hubUrl}/api/v1${path}`, { method, headers: { authorization: `Bearer ${token}`, 'idempotency-key': 'bad-input-key', ...(method === 'GET' ? {} : { 'content-type': type }) }, ...(method === 'GET' ? {} : { body: body as BodyInit }) });
      const text = await response.text();
      const problem = JSON.parse(text) as { code: string; detail: string };
      expect({ status: response.status, code: problem.code, type: response.headers.get('content-type') }).toEqual({ status, code, type: 'application/problem+json' });
      expectRefusal(problem, text);
      expect(text.length).toBeLessThan(5_000);
    });
  }, 30_000);
});

describe('a file that a pod is to serve', () => {
  const good = `a,b\n${Array.from({ length: 20 }, (_, i) => `${i},${canary}`).join('\n')}\n`;
  const rows: [name: string, content: string | Uint8Array | undefined, code: string, more?: object][] = [
    ['utf-16', Buffer.from(`\ufeff${good}`, 'utf16le'), 'data.wrong-encoding'],
    ['latin-1', Buffer.from(`${good}1,gr\u00fcn\n`, 'latin1'), 'data.wrong-encoding'],
    ['a-column-twice', good.replace('a,b', 'a,a'), 'data.duplicate-column'],
    ['a-declared-column-missing', good, 'data.missing-column', { columns: { c: { type: 'number' } } }],
    ['an-ignored-column-missing', good, 'data.missing-column', { ignore: ['c'] }],
    ['an-empty-file', '', 'data.empty'],
    ['a-header-alone', 'a,b\n', 'data.empty'],
    ['no-file', undefined, 'data.unreadable'],
    ['ragged-rows', `${good}1,2,3,${canary}\n`, 'data.unreadable'],
    ['an-open-quote', `"a,b\n1,${canary}\n`, 'data.unreadable'],
    ['binary', Buffer.from(Array.from({ length: 4_000 }, (_, i) => (i * 7919) % 256)), 'data.wrong-encoding'],
    ['no-parquet', 'PAR1 but not really', 'data.unreadable', { source: { parquet: './no-parquet' } }],
  ];

  it('is told with its code by the doctor and at the start, is not published, and no value of it is said', async () => {
    const folder = join(home, 'files');
    mkdirSync(folder);
    for (const [name, content] of rows) if (content !== undefined) writeFileSync(join(folder, name), content);
    writeFileSync(join(folder, 'good'), good);
    const datasets = [...rows, ['good', good, '']].map(([name, , , more]) => ({ name, source: { csv: join(folder, String(name)) }, ...(more as object | undefined) }));
    for (const dataset of datasets) if ('parquet' in dataset.source) dataset.source = { parquet: join(folder, dataset.name as string) } as never;
    const config = stringify({ version: 1, name: 'south', hub: house.hubUrl, home: './home', datasets });

    const pod = await house.addPod(custodian, 'south', config);
    const notices = readFileSync(join(pod.folder, 'pod.log'), 'utf8');
    const doctor = await shell.run(['pod', 'doctor', '--config', pod.configPath, '--json']);
    const { data } = JSON.parse(doctor.out) as { data: { findings: { check: string; passed: boolean; says: string; fix?: string }[] } };
    expect(doctor.exit).toBe(1);
    const told = Object.fromEntries(data.findings.filter(({ check }) => check.startsWith('data:')).map(({ check, passed, says, fix }) => [check.slice(5), passed ? '' : `${fix ? '' : 'no fix: '}${/\(([\w.-]+)\)$/.exec(says)?.[1] ?? says}`]));
    expect(told).toEqual(Object.fromEntries([...rows.map(([name, , code]) => [name, code]), ['good', '']]));
    for (const [name, , code] of rows) expect(notices).toContain(`The dataset ${name} is not published (${code})`);
    const { schemas } = await custodian.podnet.pods.show('south');
    expect(schemas.map(({ dataset }) => dataset)).toEqual(['good']);
    for (const text of [notices, doctor.out, doctor.err]) {
      expect(text).not.toContain(canary);
      expect(text).not.toMatch(stack);
    }
    expect(await dump(home)).toContain('"good"');
  }, 90_000);

  it('and the same holds for pod init, which writes no file then', async () => {
    for (const [name, , code] of rows.filter(([, content, , more]) => content !== undefined && !more)) {
      writeFileSync(join(shell.folder, `${name}.csv`), readFileSync(join(home, 'files', name)));
      const said = await shell.run(['pod', 'init', `${name}.csv`, '--name', 'west', '--config', `${name}.yaml`, '--json']);
      const { error } = JSON.parse(said.out) as { error: { code: string; detail: string } };
      expect({ name, code: error.code, exit: said.exit }).toEqual({ name, code, exit: 2 });
      expectRefusal(error, said.out + said.err);
      expect(() => readFileSync(join(shell.folder, `${name}.yaml`))).toThrow('ENOENT');
    }
  }, 90_000);
});

describe('a pod.yaml', () => {
  const config = { version: 1, name: 'west', hub: 'http://127.0.0.1:9', home: './home', datasets: [{ name: 'records', source: { csv: './x.csv' } }] };
  const rows: [string, string | Uint8Array, string, RegExp][] = [
    ['an unknown key', stringify({ ...config, colour: canary }), 'usage.unknown-key', /pod\.yaml:\d+:1/],
    ['a wrong type', stringify({ ...config, ceiling: { min_rows: canary } }), 'config.invalid', /pod\.yaml:\d+:\d+/],
    ['shares that are not a whole', stringify({ ...config, datasets: [{ ...config.datasets[0], split: { train: 50, test: 20 } }] }), 'config.invalid', /pod\.yaml:\d+:\d+/],
    ['infinity', stringify({ ...config, ceiling: { epsilon: Infinity } }), 'config.invalid', /pod\.yaml:\d+:\d+/],
    ['a dataset twice', stringify({ ...config, datasets: [config.datasets[0], config.datasets[0]] }), 'config.invalid', /pod\.yaml:\d+:\d+/],
    ['an address that is none', stringify({ ...config, hub: 'file:///etc/passwd' }), 'config.invalid', /pod\.yaml:\d+:\d+/],
    ['deep nesting', deep(50_000), 'usage.too-deep', /pod\.yaml/],
    ['UTF-16', Buffer.from(stringify(config), 'utf16le'), 'config.invalid', /pod\.yaml/],
    ['nothing', '', 'config.invalid', /pod\.yaml/],
  ];
  it.each(rows)('is refused for %s', async (_, content, code, at) => {
    writeFileSync(join(shell.folder, 'pod.yaml'), content);
    const said = await shell.run(['pod', 'start']);
    expect({ exit: said.exit, out: said.out }).toEqual({ exit: 2, out: '' });
    expect(said.err).toContain(`(${code})`);
    expect(said.err).toMatch(at);
    expect(said.err).not.toMatch(stack);
    expect(said.err).not.toContain(canary);
  }, 30_000);
});
