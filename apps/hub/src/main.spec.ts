import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isRunning } from './postgres/process.ts';
import { call } from './testing/call.ts';

/** The built hub, as everybody runs it. */
const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));

interface Process {
  child: ChildProcess;
  out: () => string;
  err: () => string;
  ended: Promise<number | null>;
  /** The address, once it is ready; undefined when it ended instead. */
  ready: Promise<string | undefined>;
}

let home: string;
const running: ChildProcess[] = [];

beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'podnet-main-'));
  await chmod(home, 0o755);
});
afterEach(async () => {
  for (const child of running.splice(0)) if (child.exitCode === null && child.signalCode === null && child.kill('SIGTERM')) await once(child, 'exit');
  await rm(home, { recursive: true, force: true });
});

function run(environment: Record<string, string> = {}, options: string[] = []): Process {
  const child = spawn(process.execPath, [main, ...options], { env: { PATH: process.env['PATH'] ?? '', PODNET_HUB_HOME: home, PODNET_HUB_PORT: '0', ...environment }, stdio: ['pipe', 'pipe', 'pipe'] });
  running.push(child);
  let out = '';
  let err = '';
  child.stdout!.on('data', (chunk: Buffer) => (out += String(chunk)));
  child.stderr!.on('data', (chunk: Buffer) => (err += String(chunk)));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const ready = Promise.race([once(child.stdout!, 'data').then(() => (JSON.parse(out) as { url: string }).url), ended.then(() => undefined)]);
  return { child, out: () => out, err: () => err, ended, ready };
}

const databasePid = async (): Promise<number> => Number((await readFile(path.join(home, 'postgres/cluster/postmaster.pid'), 'utf8')).split('\n')[0]);

describe('the hub as a process', () => {
  it('says in one line that it is ready, tells the setup token on standard error, and leaves nothing running', async () => {
    const hub = run();
    const url = (await hub.ready)!;
    expect(hub.out()).toBe(`${JSON.stringify({ ready: true, url })}\n`);
    expect(hub.err()).toMatch(/^ {2}pns_[A-Za-z0-9_-]{43}$/m);
    expect((await call(url, 'GET', '//health/ready')).status).toBe(200);
    const pid = await databasePid();
    hub.child.kill('SIGTERM');
    expect(await hub.ended).toBe(0);
    expect(isRunning(pid)).toBe(false);
    expect((await stat(path.join(home, 'hub-keys.json'))).mode & 0o777).toBe(0o600);
  });

  it('stops when whoever started it is gone, if told to', async () => {
    const hub = run({}, ['--exit-with-parent']);
    await hub.ready;
    const pid = await databasePid();
    hub.child.stdin!.end();
    expect(await hub.ended).toBe(0);
    expect(isRunning(pid)).toBe(false);
  });

  it('comes back after SIGKILL with everything it had answered', async () => {
    const tokenFile = path.join(home, 'setup-token');
    const first = run({ PODNET_SETUP_TOKEN_FILE: tokenFile });
    const url = (await first.ready)!;
    expect((await stat(tokenFile)).mode & 0o777).toBe(0o600);
    expect(first.err()).not.toContain('pns_');
    const admin = { email: 'ada@example.org', password: 'correct horse battery' };
    const made = await call<{ accessToken: string }>(url, 'POST', '/setup', { json: { token: (await readFile(tokenFile, 'utf8')).trim(), name: 'Ada', ...admin } });
    expect(made.status).toBe(201);
    await expect(stat(tokenFile)).rejects.toThrow('ENOENT');
    first.child.kill('SIGKILL');
    await first.ended;
    const second = run({ PODNET_SETUP_TOKEN_FILE: tokenFile });
    const again = (await second.ready)!;
    expect((await call(again, 'GET', '/me', { token: made.body.accessToken })).body).toMatchObject({ email: admin.email });
    expect((await call(again, 'GET', '/audit/verify', { token: made.body.accessToken })).body).toMatchObject({ ok: true });
    expect(second.err()).not.toContain('pns_');
  });

  it.each<[string, Record<string, string>, string[], string]>([
    ['a setting that is not usable', { PODNET_HUB_PORT: 'canary' }, [], 'PODNET_HUB_PORT'],
    ['an address of another machine', { PODNET_HUB_HOST: '203.0.113.1' }, [], 'PODNET_HUB_HOST'],
    ['an option that nobody knows', {}, ['--canary'], 'one option'],
  ])('ends with status 2 and a fault for %s', async (_, environment, options, named) => {
    const hub = run(environment, options);
    expect(await hub.ended).toBe(2);
    expect(hub.out()).toBe('');
    expect(hub.err()).toContain(named);
    expect(hub.err()).not.toContain('canary');
    expect(hub.err()).not.toMatch(/^\s+at /m);
  });

  it('ends with status 2 when its port is taken, and takes its database down again', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const hub = run({ PODNET_HUB_PORT: String((taken.address() as AddressInfo).port) });
    expect(await hub.ended).toBe(2);
    expect(hub.err()).toContain('PODNET_HUB_PORT');
    await expect(databasePid()).rejects.toThrow('ENOENT');
    taken.close();
  });

  it('says 503 and its reason, not a stack, when the database of its setting cannot be reached', async () => {
    const hub = run({ DATABASE_URL: 'postgresql://u:canary-secret@127.0.0.1:1/none' });
    expect(await hub.ended).toBe(1);
    expect(hub.err()).toContain('internal.unavailable');
    expect(hub.err()).not.toContain('canary');
  });
});
