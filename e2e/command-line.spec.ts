import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { Shell, type Running, type Said } from './command-line.ts';
import { cloudTask, twoClouds } from './temporary-house.ts';

/** The first five minutes of an admin, a custodian and a modeller, with the built command line and nothing else. */
const password = 'a long enough password';
let home: string;
const shells: Shell[] = [];
let machine: Shell;
let admin: Shell;
let custodian: Shell;
let modeller: Shell;
let auditor: Shell;
let hub: Running;
let pod: Running;
let url: string;

function shell(name: string, environment: Record<string, string> = {}): Shell {
  const folder = join(home, name);
  mkdirSync(folder, { recursive: true });
  const made = new Shell(folder, { PODNET_HOME: join(folder, 'keys'), PODNET_PASSWORD: password, ...environment });
  shells.push(made);
  return made;
}

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'podnet-e2e-'));
  machine = shell('machine', { PODNET_HUB_HOME: join(home, 'hub'), PODNET_HUB_PORT: '0' });
  [admin, custodian, modeller, auditor] = [shell('ada'), shell('carl'), shell('sara'), shell('max')];
});

afterAll(async () => {
  await pod?.interrupt();
  await hub?.interrupt();
  for (const each of shells) each.close();
  rmSync(home, { recursive: true, force: true });
});

/** The data of a command that went well; stdout is one JSON object and nothing else. */
async function data<T = Record<string, unknown>>(who: Shell, ...args: string[]): Promise<T> {
  const said = await who.run([...args, '--json']);
  expect({ args, exit: said.exit, err: said.err.includes('✗') ? said.err : '' }).toEqual({ args, exit: 0, err: '' });
  const { ok, data: answer } = JSON.parse(said.out) as { ok: boolean; data: T };
  expect(ok).toBe(true);
  return answer;
}

async function well(who: Shell, ...args: string[]): Promise<Said> {
  const said = await who.run(args);
  expect({ args, exit: said.exit, err: said.exit === 0 ? '' : said.err }).toEqual({ args, exit: 0, err: '' });
  return said;
}

function file(who: Shell, name: string, content: string): string {
  writeFileSync(join(who.folder, name), content);
  return name;
}

const training = (rounds: number): string => stringify(cloudTask(['torgersen'], rounds)).replace('torgersen/records', 'torgersen/birds');

describe('an admin', () => {
  it('starts a hub, becomes its first admin with the one-time token, and nobody does after that', async () => {
    hub = await machine.start(['hub', 'start']);
    url = String(hub.ready['url']);
    const token = /^ +(\S+)$/m.exec(hub.said())![1]!;
    expect((await admin.run(['setup', '--hub', url, '--email', 'ada@podnet.example', '--name', 'Ada', '--token-from', file(admin, 'wrong', `${token.slice(0, -4)}AAAA`)])).exit).toBe(3);
    const setUp = ['setup', '--hub', url, '--email', 'ada@podnet.example', '--name', 'Ada', '--token-from', file(admin, 'token', token)];
    const said = await well(admin, ...setUp);
    expect(said.out).toContain('Signed in as Ada <ada@podnet.example>, admin.');
    expect((await custodian.run(setUp.with(-1, file(custodian, 'token', token)))).exit).toBe(10);
    expect(JSON.parse(readFileSync(join(admin.folder, 'keys/config.json'), 'utf8'))).toEqual({ hub: url });
    expect(statSync(join(admin.folder, 'keys', new URL(url).host.replace(':', '_'), 'device.json')).mode & 0o077).toBe(0);
  }, 60_000);

  it('invites people, who make their accounts and their keys', async () => {
    for (const [who, name] of [[custodian, 'Carl'], [modeller, 'Sara'], [auditor, 'Max']] as const) {
      const { token } = await data<{ token: string }>(admin, 'accounts', 'invite', `${name.toLowerCase()}@podnet.example`);
      expect((await well(who, 'accept', '--hub', url, '--name', name, '--token-from', file(who, 'token', token))).out).toContain(`Signed in as ${name}`);
      expect((await who.run(['accept', '--hub', url, '--name', name, '--token-from', 'token'])).exit).not.toBe(0);
    }
    expect((await data<{ accounts: unknown[] }>(admin, 'accounts', 'list')).accounts).toHaveLength(4);
    expect((await modeller.run(['accounts', 'list'])).exit).toBe(5);
  }, 60_000);

  it('signs in again, and not with a wrong password', async () => {
    expect(await modeller.run(['login', '--email', 'sara@podnet.example'], { PODNET_PASSWORD: 'not the password' })).toMatchObject({ exit: 3, out: '' });
    expect((await well(modeller, 'login', '--email', 'sara@podnet.example')).out).toContain('Signed in as Sara');
    // No secret is ever an argument.
    expect((await modeller.run(['login', '--password', password])).exit).toBe(2);
  }, 60_000);
});

describe('a custodian', () => {
  let joinCode: string;
  let fingerprints: string[];

  it('describes a file, and the description holds no value of it', async () => {
    file(custodian, 'birds.csv', twoClouds(120, 1));
    const said = await data<{ columns: number }>(custodian, 'pod', 'init', 'birds.csv', '--name', 'torgersen');
    expect(said.columns).toBe(3);
    const yaml = readFileSync(join(custodian.folder, 'pod.yaml'), 'utf8');
    expect(yaml).toContain('name: torgersen');
    expect(yaml).not.toMatch(/yes|\bno\b/);
    // A file that is there is not written over.
    expect((await custodian.run(['pod', 'init', 'birds.csv', '--name', 'torgersen'])).exit).toBe(10);
    // The custodian declares the domain, as the comments advise.
    writeFileSync(join(custodian.folder, 'pod.yaml'), yaml.replace(/^ +# columns:\n/m, '    columns:\n      kind: { type: category, domain: [no, yes] }\n'));
  }, 60_000);

  it('stops where a fingerprint is not the one that was given, and nothing is stored', async () => {
    joinCode = (await data<{ joinCode: string }>(custodian, 'pods', 'register', 'torgersen')).joinCode;
    const { fingerprint } = await data<{ fingerprint: string }>(admin, 'hub', 'show');
    const { device } = await data<{ device: { fingerprint: string } }>(custodian, 'whoami');
    fingerprints = ['--hub-fingerprint', fingerprint, '--custodian-fingerprint', device.fingerprint];
    const other = await data<{ device: { fingerprint: string } }>(modeller, 'whoami');
    for (const wrong of [fingerprints.with(1, `${fingerprint.slice(0, -1)}${fingerprint.endsWith('A') ? 'B' : 'A'}`), fingerprints.with(3, other.device.fingerprint)]) {
      const said = await custodian.run(['pod', 'join', joinCode, ...wrong]);
      expect(said).toMatchObject({ exit: 11, out: '' });
      expect(said.err).toContain('enrolment.fingerprint-mismatch');
      expect(existsSync(join(custodian.folder, '.podnet-pod'))).toBe(false);
      // The code was good once.
      expect(await custodian.run(['pod', 'join', joinCode, ...fingerprints])).toMatchObject({ exit: 5 });
      joinCode = (await data<{ joinCode: string }>(custodian, 'pods', 'join-code', 'torgersen')).joinCode;
    }
    expect((await custodian.run(['pod', 'start'])).exit).not.toBe(0);
  }, 60_000);

  it('joins, confirms the pod by its fingerprint, looks at it with the doctor and starts it', async () => {
    const joined = await data<{ podFingerprint: string }>(custodian, 'pod', 'join', joinCode, ...fingerprints);
    const { device } = await data<{ device: { fingerprint: string } }>(modeller, 'whoami');
    expect((await custodian.run(['pods', 'confirm', 'torgersen', device.fingerprint])).exit).toBe(11);
    expect((await well(custodian, 'pods', 'confirm', 'torgersen', joined.podFingerprint)).out).toContain('torgersen is active');
    const doctor = await well(custodian, 'pod', 'doctor');
    expect(doctor.out).toMatch(/^PASS/m);
    expect(doctor.out).not.toMatch(/^FAIL/m);
    pod = await custodian.start(['pod', 'start']);
    expect(pod.ready).toMatchObject({ name: 'torgersen' });
    expect((await data<{ online: boolean }>(custodian, 'pods', 'show', 'torgersen')).online).toBe(true);
  }, 60_000);

  it('gives roles, and the pod exists for nobody else', async () => {
    expect((await modeller.run(['pods', 'show', 'torgersen'])).exit).toBe(4);
    await well(custodian, 'grants', 'assign', 'sara@podnet.example', 'torgersen', '--role', 'general-modeller', '--reason', 'Study 12');
    await well(custodian, 'grants', 'assign', 'max@podnet.example', 'torgersen', '--role', 'metrics-only', '--reason', 'Quality report');
    // What deserves a warning is asked about, and there is nobody to answer.
    expect((await custodian.run(['grants', 'assign', 'max@podnet.example', 'torgersen', '--role', 'super-modeller', '--reason', 'Everything'])).exit).toBe(2);
    expect((await modeller.run(['grants', 'assign', 'sara@podnet.example', 'torgersen', '--role', 'viewer', '--reason', 'Me'])).exit).toBe(5);
    const { grants } = await data<{ grants: { role: string }[] }>(custodian, 'grants', 'list', '--pod', 'torgersen');
    expect(grants.map(({ role }) => role).sort()).toEqual(['general-modeller', 'metrics-only']);
    expect((await well(modeller, 'pods', 'show', 'torgersen')).out).toContain('kind');
  }, 60_000);
});

describe('a modeller', () => {
  let taskId: string;

  it('asks what would be permitted: exit status 0, or 5 with every reason', async () => {
    file(modeller, 'task.yaml', training(5));
    file(auditor, 'task.yaml', training(5));
    const permitted = await well(modeller, 'can-i', 'task.yaml');
    expect(permitted.out).toContain('torgersen · birds: permitted');
    const denied = await auditor.run(['can-i', 'task.yaml']);
    expect(denied.exit).toBe(5);
    expect(denied.out).toMatch(/✓ /);
    expect(denied.out).toMatch(/✗ /);
    expect(denied.out).toContain('What would pass:');
    expect((await data<{ tasks: unknown[] }>(auditor, 'task', 'list')).tasks).toEqual([]);
  }, 60_000);

  it('runs a task: metrics as text or as one JSON object, progress on stderr', async () => {
    const text = await well(modeller, 'task', 'run', 'task.yaml', '--out', 'results');
    expect(text.out).toMatch(/accuracy/);
    expect(text.out).not.toContain('Round 1');
    expect(text.err).toContain('torgersen: done');
    const outcome = await data<{ taskId: string; saved?: string; arrays: { weights: number[] }; summary: { test: { metrics: { accuracy: number } } } }>(modeller, 'task', 'run', 'task.yaml');
    taskId = outcome.taskId;
    expect(outcome.arrays.weights.every(Number.isFinite)).toBe(true);
    expect(outcome.summary.test.metrics.accuracy).toBeGreaterThan(0.7);
    const saved = /Written to (\S+)/.exec(text.out)![1]!;
    expect((JSON.parse(readFileSync(join(modeller.folder, saved), 'utf8')) as typeof outcome).arrays).toEqual(outcome.arrays);
  }, 60_000);

  it('finds the task again: list, show, result, watch', async () => {
    const { tasks } = await data<{ tasks: { taskId: string; state: string }[] }>(modeller, 'task', 'list', '--state', 'completed');
    expect(tasks.map((task) => task.taskId)).toContain(taskId);
    expect((await well(modeller, 'task', 'show', taskId)).out).toMatch(/completed[\s\S]*torgersen +birds +done/);
    expect((await well(modeller, 'task', 'result', taskId)).out).toMatch(/accuracy/);
    expect((await well(modeller, 'task', 'watch', taskId)).out).toMatch(/^completed/);
    expect((await auditor.run(['task', 'show', taskId])).exit).toBe(4);
  }, 60_000);

  it('is told why a task is denied, on stderr, with each check and what would pass', async () => {
    const denied = await auditor.run(['task', 'run', 'task.yaml']);
    expect(denied).toMatchObject({ exit: 5, out: '' });
    expect(denied.err).toMatch(/✓ [\s\S]*✗ [\s\S]*What would pass:/);
    const json = await auditor.run(['task', 'run', 'task.yaml', '--json']);
    expect(JSON.parse(json.out)).toMatchObject({ ok: false, error: { code: 'policy.denied', verdicts: [{ decision: 'deny', podName: 'torgersen' }] } });
  }, 60_000);

  it('leaves a task with Ctrl-C, status 130, and takes it up again', async () => {
    file(modeller, 'long.yaml', training(600));
    const child = modeller.spawn(['task', 'run', 'long.yaml']);
    let said = '';
    let out = '';
    child.stdout!.setEncoding('utf8').on('data', (text: string) => (out += text));
    const begun = new Promise<void>((resolve) => child.stderr!.setEncoding('utf8').on('data', (text: string) => ((said += text), /Round/.test(said) && resolve())));
    const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
    await Promise.race([begun, closed]);
    child.kill('SIGINT');
    expect(await closed).toBe(130);
    expect(out).toBe('');
    const id = /Task (tsk_\S+)/.exec(said)![1]!;
    expect(said).toContain(`podnet task attach ${id}`);
    expect((await data<{ state: string }>(modeller, 'task', 'show', id)).state).toBe('open');
    const { summary } = await data<{ summary: { rounds: unknown[] } }>(modeller, 'task', 'attach', id);
    expect(summary.rounds).toHaveLength(600);
    expect((await data<{ state: string }>(modeller, 'task', 'show', id)).state).toBe('completed');
  }, 90_000);
});

describe('in the end', () => {
  it('a revoked role is no role', async () => {
    const { grants } = await data<{ grants: { id: string; role: string }[] }>(custodian, 'grants', 'list', '--email', 'max@podnet.example');
    // A question is asked, and there is nobody to answer it.
    expect((await custodian.run(['grants', 'revoke', grants[0]!.id])).exit).toBe(2);
    await well(custodian, 'grants', 'revoke', grants[0]!.id, '--yes');
    expect((await auditor.run(['can-i', 'task.yaml'])).exit).toBe(4);
  }, 60_000);

  it('a pod that is away is said to be, with status 12', async () => {
    expect(await pod.interrupt()).toBe(0);
    while ((await data<{ online: boolean }>(custodian, 'pods', 'show', 'torgersen')).online);
    const asked = await modeller.run(['can-i', 'task.yaml']);
    expect(asked.exit).toBe(12);
    expect(asked.out).toContain('torgersen is offline');
  }, 60_000);

  it('the audit tells what happened and verifies, and people sign out', async () => {
    expect((await well(admin, 'audit', 'verify')).out).toMatch(/^\d+ entries, unbroken/);
    expect((await modeller.run(['audit', 'verify'])).exit).toBe(5);
    const { entries } = await data<{ entries: { action: string }[] }>(admin, 'audit', 'list', '--limit', '1000');
    const actions = new Set(entries.map(({ action }) => action));
    for (const action of ['pod.registered', 'grant.assigned', 'grant.revoked', 'task.submitted', 'task.completed']) expect(actions).toContain(action);
    await well(modeller, 'logout');
    expect((await modeller.run(['pods', 'list'])).exit).toBe(3);
  }, 60_000);
});
