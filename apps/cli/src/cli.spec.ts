import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deviceFile } from '@podnet/contracts';
import { fingerprint, makeKeys, publicHalf } from '@podnet/envelope';
import { fileStore } from '@podnet/sdk/node';
import { commands } from './commands/index.ts';
import { complete } from './commands/completion.ts';
import { makeContext } from './context.ts';
import { readSetting } from './settings.ts';

const built = fileURLToPath(new URL('../dist/main.js', import.meta.url));
let folder: string;

beforeAll(() => {
  if (!existsSync(built)) throw new Error('Build first: npm run build.');
  folder = mkdtempSync(join(tmpdir(), 'podnet-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function podnet(args: string[], environment: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [built, ...args], { encoding: 'utf8', cwd: folder, input: '', env: { PATH: process.env['PATH'] ?? '', HOME: folder, ...environment } });
  return { status, stdout, stderr };
}

describe('the command line', () => {
  it('says what it can do, and ends well', () => {
    for (const args of [['--help'], ['task', '--help'], ['task', 'run', '--help'], ['help', 'grants']]) {
      const { status, stdout } = podnet(args);
      expect({ args, status, says: stdout.startsWith('Usage: podnet') }).toEqual({ args, status: 0, says: true });
    }
    expect(podnet(['--version'])).toMatchObject({ status: 0, stdout: '0.1.0\n' });
  });

  const refusals: [string, string[], number, RegExp][] = [
    ['an unknown command, with the one that was meant', ['pods', 'lst'], 2, /Did you mean list/],
    ['an unknown option, with the one that was meant', ['pods', 'list', '--jsn'], 2, /Did you mean --json/],
    ['a missing argument', ['task', 'run'], 2, /missing required argument/],
    ['no hub', ['pods', 'list'], 2, /No hub is named/],
    ['a hub that does not answer', ['pods', 'list', '--hub', 'http://127.0.0.1:9'], 12, /does not answer/],
    ['an address that is none', ['pods', 'list', '--hub', 'file:///etc/passwd'], 2, /not an http/],
    ['a question without a terminal', ['login', '--hub', 'http://127.0.0.1:9'], 2, /no terminal to ask at/],
    ['a task file that is not there', ['task', 'run', 'none.yaml', '--hub', 'http://127.0.0.1:9'], 2, /cannot be read/],
    ['a token file with no such shell', ['completion', 'tcsh'], 2, /no completion for this shell/],
  ];

  it.each(refusals)('refuses %s', (_, args, exit, says) => {
    const plain = podnet(args);
    expect(plain.status).toBe(exit);
    expect(plain.stdout).toBe('');
    expect(plain.stderr).toMatch(says);
    expect(plain.stderr).not.toMatch(/\n\s+at .*:\d+:\d+/);
    const json = podnet([...args, '--json']);
    expect(json.status).toBe(exit);
    const answer = JSON.parse(json.stdout) as { ok: boolean; error: { code: string } };
    expect(answer.ok).toBe(false);
    expect(typeof answer.error.code).toBe('string');
  });

  it('names line and column of a mistake in a task file', () => {
    writeFileSync(join(folder, 'task.yaml'), 'version: 1\npods: [a/b]\nprotocol: { name: results-only }\nalgorithm: { name: column-average, colums: [x] }\n');
    const { status, stderr } = podnet(['task', 'run', 'task.yaml', '--hub', 'http://127.0.0.1:9']);
    expect(status).toBe(2);
    expect(stderr).toContain('task.yaml:4:');
    expect(stderr).toContain('Did you mean columns?');
  });

  it('has no colours where a program reads', () => {
    // eslint-disable-next-line no-control-regex -- escape sequences are what must not be there
    expect(podnet(['config', 'explain']).stdout).not.toMatch(/\u001b/);
  });
});

describe('keys of this machine for a pod', () => {
  const hub = 'http://127.0.0.1:9';
  const flags = (): string[] => ['--hub', hub, '--home', join(folder, 'keys')];
  it('are exported by their public halves, without their fingerprint, and no hub is asked', async () => {
    const keys = await makeKeys();
    const print = await fingerprint(publicHalf(keys));
    expect(podnet(['keys', 'export', ...flags()])).toMatchObject({ status: 3, stdout: '' });
    await fileStore(join(folder, 'keys', '127.0.0.1_9')).save('device', { id: 'dev_01hzzzzzzzzzzzzzzzzzzzzzzz', name: 'laptop', keys });
    const { status, stdout, stderr } = podnet(['keys', 'export', ...flags()]);
    expect([status, JSON.parse(stdout)]).toEqual([0, { v: 1, name: 'laptop', keys: publicHalf(keys) }]);
    expect([stdout.includes(print), stderr.includes(print)]).toEqual([false, true]);
    const out = join(folder, 'laptop.json');
    expect(podnet(['keys', 'export', '--out', out, '--json', ...flags()])).toMatchObject({ status: 0, stdout: `${JSON.stringify({ ok: true, data: { file: out, fingerprint: print } })}\n` });
    expect(deviceFile.parse(JSON.parse(readFileSync(out, 'utf8'))).name).toBe('laptop');
    expect(podnet(['keys', 'export', '--out', out, ...flags()])).toMatchObject({ status: 10 });
  });

  it('are handed to the pod’s program, as every command of a custodian is', () => {
    const pod = join(folder, 'elsewhere.yaml');
    for (const words of [['list'], ['add', 'laptop.json'], ['add', 'laptop.json', 'K7QD'], ['remove', 'K7QD']]) {
      const { status, stdout } = podnet(['pod', 'devices', ...words, '--config', pod, '--json']);
      expect({ words, status, code: (JSON.parse(stdout) as { error: { code: string } }).error.code }).toEqual({ words, status: 2, code: 'config.invalid' });
    }
    expect(podnet(['pod', 'devices', 'list'])).toMatchObject({ status: 2, stdout: '' });
    expect(podnet(['pod', 'devices', '--help']).stdout).toMatch(/add .*\n(.*\n)*.*remove/);
  });
});

describe('every command', () => {
  it.each(commands.map((command) => [command.path, command] as const))('%s has a sentence and an example that is itself', (path, command) => {
    expect(command.says.length).toBeGreaterThan(10);
    expect(command.examples.length).toBeGreaterThan(0);
    expect(command.examples.every(({ line }) => line.includes(`podnet ${path}`))).toBe(true);
  });
});

describe('completion', () => {
  const context = makeContext({}, new AbortController().signal);
  it.each([
    [['ta'], ['task']],
    [['task', 'a'], ['attach']],
    [['pod', 'de'], ['devices']],
    [['pod', 'devices', ''], ['add', 'list', 'remove']],
    [['pod', 'devices', 'add', '--c'], ['--config']],
    [['grants', 'assign', 'a@b.c', 'pod', '--role', 'm'], ['metrics-only']],
    [['completion', ''], ['bash', 'fish', 'pwsh', 'zsh']],
    [['grants', 'assign', '--rea'], ['--reason']],
    [['nonsense', ''], []],
  ])('of %j is %j', async (words, found) => {
    expect(await complete(commands, words, context)).toEqual(found);
  });
});

describe('a setting', () => {
  const sources = (flags: object, environment: object) => ({ flags, environment: environment as NodeJS.ProcessEnv, folder });
  it('comes from the flag, then the environment, then the project, then the user', () => {
    const home = join(folder, 'home');
    expect(readSetting('hub', sources({}, { PODNET_HOME: home }))).toBeUndefined();
    writeFileSync(join(folder, '.podnet.json'), JSON.stringify({ hub: 'http://project' }));
    expect(readSetting('hub', sources({}, { PODNET_HOME: home }))?.value).toBe('http://project');
    expect(readSetting('hub', sources({}, { PODNET_HUB: 'http://environment' }))?.value).toBe('http://environment');
    expect(readSetting('hub', sources({ hub: 'http://flag' }, { PODNET_HUB: 'http://environment' }))?.value).toBe('http://flag');
    rmSync(join(folder, '.podnet.json'));
  });

  it('is refused when its file holds something else', () => {
    writeFileSync(join(folder, '.podnet.json'), JSON.stringify({ hubb: 'x' }));
    expect(() => readSetting('hub', sources({}, {}))).toThrow('something other than the settings');
    rmSync(join(folder, '.podnet.json'));
  });
});
