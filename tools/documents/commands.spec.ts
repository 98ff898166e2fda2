import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { settingNames } from '../../apps/hub/src/settings.ts';
import type { Values } from '../../apps/cli/src/command.ts';
import { commands } from '../../apps/cli/src/commands/index.ts';
import { buildProgram } from '../../apps/cli/src/program.ts';
import { readOptions } from '../../apps/tour/src/options.ts';
import { run as runPod } from '../../apps/pod/src/commands/run.ts';
import { podnetArguments, shellWords, type CommandLine } from './command-lines.ts';
import { codes, fences, pages, root } from './markdown.ts';

const shell = new Set(['sh', 'bash', 'console']);
const lines: CommandLine[] = pages().flatMap((page) => [
  ...fences(page).filter(({ language }) => shell.has(language)).flatMap((fence) => fence.lines.map(({ number, text }) => ({ file: page.file, number, words: shellWords(text) }))),
  // `podnet pods show` in a sentence names a command, mostly without its arguments.
  ...codes(page).filter((code) => /^podnet [a-z]/.test(code)).map((code) => ({ file: page.file, number: 0, words: shellWords(code) })),
]);
const blocks = lines.filter(({ number }) => number > 0);
const podnetLines = blocks.flatMap((line) => {
  const args = podnetArguments(line.words);
  return args ? [{ place: `${line.file}:${line.number}`, args }] : [];
});

/** What the command line makes of arguments: the command that would run, or what it complains of. */
async function understood(args: readonly string[]): Promise<string> {
  let ran = 'nothing';
  const program = buildProgram(commands, '0', async ({ path: name }, _: Values) => void (ran = name));
  const quiet = { writeOut: () => undefined, writeErr: () => undefined };
  const silence = (command: typeof program): void => {
    command.configureOutput(quiet);
    command.commands.forEach((each) => silence(each as typeof program));
  };
  silence(program);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return ran;
  } catch (error) {
    return `refused: ${(error as Error).message}`;
  }
}

const podHelp: string[] = [];
beforeAll(async () => {
  await runPod(['help'], { isInteractive: false, out: (line) => void podHelp.push(line), say: () => undefined, confirm: async () => false });
});

describe('a line of a document that calls podnet', () => {
  it('is there in the README and in every guide', () => {
    for (const file of ['README.md', 'docs/guides/custodian.md', 'docs/guides/modeller.md', 'docs/guides/admin.md']) expect(podnetLines.filter(({ place }) => place.startsWith(file)).length).toBeGreaterThan(4);
  });

  it.each(podnetLines)('$place is a command with options and arguments that it has', async ({ args }) => {
    const name = await understood(args);
    expect(name.startsWith('refused') ? `podnet ${args.join(' ')}: ${name}` : name).toBe(commands.find(({ path: each }) => `${args.join(' ')} `.startsWith(`${each} `))?.path);
  });

  it.each([
    [['pods', 'sho', 'torgersen']],
    [['pods', 'show', 'torgersen', '--fast']],
    [['pods', 'show']],
    [['grants', 'assign', 'a@example.org', 'torgersen', '--role', 'viewer']],
  ])('would be refused if it were %j', async (args) => {
    expect(await understood(args)).toMatch(/^refused: /);
  });

  it('names the role of a grant as the policy does', async () => {
    const { isRoleName } = await import('@podnet/policy');
    const roles = podnetLines.flatMap(({ args }) => (args.includes('--role') ? [args[args.indexOf('--role') + 1]!] : []));
    expect(roles.length).toBeGreaterThan(3);
    expect(roles.filter((role) => !isRoleName(role))).toEqual([]);
  });

  it('names files that are in the repository, or its own', () => {
    const files = podnetLines.flatMap(({ args }) => args.filter((word) => word.startsWith('examples/')));
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
  });
});

describe('a sentence of a document that names podnet', () => {
  const named = lines.filter(({ number }) => number === 0).map(({ file, words }) => ({ file, says: words.slice(1).filter((word) => !word.startsWith('-')).join(' ') }));

  it.each(named)('$file: podnet $says', ({ says }) => {
    expect(commands.some(({ path: each }) => `${says} `.startsWith(`${each} `) || `${each} `.startsWith(`${says} `))).toBe(true);
  });
});

describe('an example in the help', () => {
  it.each(commands.flatMap(({ path: name, examples }) => examples.map(({ line }) => ({ name, line }))))('$line', async ({ name, line }) => {
    expect(await understood(podnetArguments(shellWords(line))!)).toBe(name);
  });
});

describe('a line of a document that calls something else', () => {
  const npm = blocks.filter(({ words }) => words[0] === 'npm');
  const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };

  it('runs scripts that package.json has', () => {
    const called = npm.map(({ words }) => (words[1] === 'run' ? words.slice(2).find((word) => !word.startsWith('-'))! : words[1]!));
    expect(called).toEqual(expect.arrayContaining(['start', 'test']));
    expect(called.filter((name) => !Object.hasOwn(scripts, name) && name !== 'ci')).toEqual([]);
  });

  it('gives npm start options that the tour has', () => {
    const starts = [...npm.map(({ words }) => words), ...pages().flatMap((page) => codes(page).filter((code) => code.startsWith('npm start')).map(shellWords))];
    const given = starts.filter((words) => words[1] === 'start' && words[2] === '--').map((words) => words.slice(3));
    expect(given.length).toBeGreaterThan(0);
    for (const args of given) expect(() => readOptions(args)).not.toThrow();
  });

  it('runs a pod in Docker with commands and options that the pod has', () => {
    const { services } = parse(readFileSync(path.join(root, 'docker-compose.yml'), 'utf8'), { merge: true }) as { services: Record<string, unknown> };
    const docker = blocks.filter(({ words }) => words[0] === 'docker' && words[1] === 'compose');
    const runs = docker.filter(({ words }) => words[2] === 'run').map(({ words }) => words.slice(3).filter((word) => word !== '--rm'));
    expect(runs.length).toBeGreaterThan(0);
    const help = podHelp.join('\n');
    for (const [service, command, ...rest] of runs) {
      expect(Object.keys(services)).toContain(service);
      expect(help).toMatch(new RegExp(`^  ${command} `, 'm'));
      for (const option of rest.filter((word) => word.startsWith('--'))) expect(help).toContain(option);
    }
    for (const { words } of docker) for (const word of words.slice(3).filter((each) => /^[a-z]+$/.test(each) && words[2] !== 'run' && words[2] !== 'exec')) expect(Object.keys(services)).toContain(word);
  });
});

describe('a variable that a document names', () => {
  const own = ['PODNET_HUB', 'PODNET_HOME', 'PODNET_PASSWORD', 'PODNET_TOKEN', 'PODNET_EMAIL', 'PODNET_DEBUG', 'PODNET_JOIN_CODE'];
  const sources = (folder: string): string => readFileSync(path.join(root, folder), 'utf8');

  it('is one that the hub reads, or the command line, the pod or an example', () => {
    const named = new Set(pages().flatMap(({ text }) => [...text.matchAll(/\b(?:PODNET_[A-Z_]+|DATABASE_URL)\b/g)].map(([name]) => name)));
    expect([...named].filter((name) => !settingNames.includes(name) && !own.includes(name))).toEqual([]);
  });

  it('is read where this spec says', () => {
    const text = ['apps/cli/src/settings.ts', 'apps/cli/src/context.ts', 'apps/cli/src/cli.ts', 'apps/pod/src/commands/join.ts', 'examples/sdk/sign-in.ts'].map(sources).join('\n');
    expect(own.filter((name) => !text.includes(`'${name}'`))).toEqual([]);
  });
});
