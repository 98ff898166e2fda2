import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const config = path.join(root, '.dependency-cruiser.cjs');
const { forbidden } = createRequire(import.meta.url)(config) as { forbidden: { name: string; from: { pathNot?: string | string[] } }[] };

/** One offender for each rule: the file that offends and what it says. */
const offenders: Record<string, [file: string, text: string]> = {
  'room-libs-errors': ['libs/errors/src/greedy.ts', `import '@podnet/policy';`],
  'room-libs-plan': ['libs/plan/src/curious.ts', `import '@podnet/policy';`],
  'room-libs-learning': ['libs/learning/src/curious.ts', `import '@podnet/policy';`],
  'room-libs-policy': ['libs/policy/src/busy.ts', `import '@podnet/elements';`],
  'room-libs-elements': ['libs/elements/src/wide.ts', `import '@podnet/contracts';`],
  'room-libs-contracts': ['libs/contracts/src/sealed.ts', `import '@podnet/envelope';`],
  'room-libs-envelope': ['libs/envelope/src/knowing.ts', `import type { x } from '@podnet/contracts';`],
  'room-libs-plot': ['libs/plot/src/asking.ts', `import '@podnet/plan';`],
  'room-libs-privacy': ['libs/privacy/src/asking.ts', `import '@podnet/policy';`],
  'room-libs-engine': ['libs/engine/src/ruling.ts', `export * from '@podnet/policy';`],
  'room-libs-sdk': ['libs/sdk/src/heavy.ts', `export const engine = () => import('@podnet/engine');`],
  'room-libs-terminal': ['libs/terminal/src/sending.ts', `import '@podnet/sdk';`],
  'room-libs-launch': ['libs/launch/src/spare.ts', `import '@podnet/spare';`],
  'room-apps-hub': ['apps/hub/src/learned.ts', `import '@podnet/learning';`],
  'room-apps-pod': ['apps/pod/src/asking.ts', `import '@podnet/sdk';`],
  'room-apps-cli': ['apps/cli/src/reading.ts', `import '@podnet/engine';`],
  'room-apps-tour': ['apps/tour/src/spare.ts', `import '@podnet/spare';`],
  ...Object.fromEntries(['libs/errors', 'libs/plan', 'libs/learning', 'libs/policy', 'libs/elements', 'libs/contracts', 'libs/envelope', 'libs/engine', 'libs/sdk',
    'libs/terminal', 'libs/plot', 'libs/privacy', 'libs/launch', 'apps/hub', 'apps/pod', 'apps/cli', 'apps/tour']
    .map((room): [string, [string, string]] => [`spec-${room.replace('/', '-')}`, [`${room}/src/stray.spec.ts`, `import '@podnet/spare';`]])),
  'no-unlisted-room': ['libs/spare/src/own.ts', `import './index.ts';`],
  'no-app-imports-an-app': ['apps/tour/src/short-cut.ts', `import '@podnet/hub';`],
  'by-package-name': ['apps/pod/src/backdoor.ts', `import '../../../libs/errors/src/index.ts';`],
  'elements-do-not-know-each-other': ['libs/elements/src/algorithms/one/pod.ts', `import '../two/pod.ts';`],
  'nest-and-prisma-in-the-hub-only': ['apps/pod/src/nest.ts', `import '@nestjs/common';`],
  'postgres-in-the-hub-and-the-engine-only': ['libs/engine/src/straying.ts', `import 'pg';`],
  'polars-in-the-engine-only': ['apps/pod/src/polars.ts', `import pl from 'nodejs-polars';`],
  'pure-libraries-know-no-machine': ['libs/learning/src/disk.ts', `import 'node:fs';`],
  'no-sources-import-specs': ['libs/engine/src/half.ts', `import './planted.spec.ts';`],
  'no-cycles': ['libs/envelope/src/egg.ts', `import './hen.ts';`],
  'no-unresolvable': ['apps/hub/src/gone.ts', `import './nowhere.ts';`],
  'no-tools-at-run-time': ['apps/hub/src/fast.ts', `import 'fast-check';`],
};

/** What offends nobody. */
const innocents: Record<string, string> = {
  'libs/elements/src/algorithms/two/pod.ts': `import '@podnet/errors';`,
  'libs/elements/src/registry.ts': `import './algorithms/one/pod.ts';\nimport './algorithms/two/pod.ts';`,
  'libs/envelope/src/hen.ts': `import './egg.ts';`,
  'libs/engine/src/planted.spec.ts': `import '@podnet/launch';\nimport 'fast-check';\nimport 'node:fs';`,
  'libs/engine/src/postgres/session.ts': `import 'pg';`,
  'libs/engine/src/polars.ts': `import pl from 'nodejs-polars';\nimport 'node:fs';`,
  'apps/hub/src/main.ts': `import '@nestjs/common';\nimport '@podnet/contracts';\nimport type { x } from '@podnet/errors';`,
  'apps/tour/src/main.ts': `import '@podnet/sdk';`,
};

const libraries = ['errors', 'plan', 'learning', 'policy', 'elements', 'contracts', 'envelope', 'engine', 'sdk', 'terminal', 'plot', 'privacy', 'launch', 'spare'];
const apps = ['hub', 'pod', 'cli', 'tour'];

let tree: string;

beforeAll(() => {
  tree = mkdtempSync(path.join(os.tmpdir(), 'podnet-architecture-'));
  const dependencies = { '@nestjs/common': '1.0.0', 'nodejs-polars': '1.0.0', pg: '1.0.0' };
  write('package.json', JSON.stringify({ name: 'tree', private: true, type: 'module', workspaces: ['libs/*', 'apps/*'], dependencies, devDependencies: { 'fast-check': '1.0.0' } }));
  for (const [group, names] of [['libs', libraries], ['apps', apps]] as const) {
    for (const name of names) {
      write(`${group}/${name}/package.json`, JSON.stringify({ name: `@podnet/${name}`, type: 'module', exports: { '.': { '@podnet/source': './src/index.ts', default: './dist/index.js' } } }));
      write(`${group}/${name}/src/index.ts`, 'export const x = 1;');
      mkdirSync(path.join(tree, 'node_modules/@podnet'), { recursive: true });
      symlinkSync(path.join('../..', group, name), path.join(tree, 'node_modules/@podnet', name));
    }
  }
  for (const name of ['@nestjs/common', 'nodejs-polars', 'pg', 'fast-check']) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, main: 'index.js' }));
    write(`node_modules/${name}/index.js`, '');
  }
  for (const [file, text] of [...Object.values(offenders), ...Object.entries(innocents)]) write(file, `${text}\nexport {};\n`);
});

afterAll(() => rmSync(tree, { recursive: true, force: true }));

function write(file: string, text: string): void {
  mkdirSync(path.dirname(path.join(tree, file)), { recursive: true });
  writeFileSync(path.join(tree, file), text);
}

interface Violation {
  rule: { name: string };
  from: string;
}

/** What dependency-cruiser finds under a root, as `rule file` lines. */
async function violations(): Promise<string[]> {
  const program = path.join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const args = [program, '--config', config, '--output-type', 'json', 'libs', 'apps'];
  const stdout = await new Promise<string>((resolve) => {
    execFile(process.execPath, args, { cwd: tree, maxBuffer: 64 * 1024 * 1024 }, (_error, output) => resolve(output));
  });
  const { summary } = JSON.parse(stdout) as { summary: { violations: Violation[] } };
  return summary.violations.map(({ rule, from }) => `${rule.name} ${from}`);
}

describe('the architecture', () => {
  it('has an offender planted for every rule', () => {
    expect(Object.keys(offenders).sort()).toEqual(forbidden.map(({ name }) => name).sort());
  });

  it('catches every offender, and nobody else', async () => {
    const found = await violations();
    const planted = Object.entries(offenders).map(([rule, [file]]) => `${rule} ${file}`);
    expect(planted.filter((line) => !found.includes(line))).toEqual([]);
    const offending = new Set(Object.values(offenders).map(([file]) => file));
    expect(found.filter((line) => !offending.has(line.split(' ')[1] ?? ''))).toEqual([]);
  });

  it('has a line for every room of the repository', () => {
    const rooms = ['libs', 'apps'].flatMap((group) => readdirSync(path.join(root, group)).map((name) => `${group}/${name}`));
    const known = new Set(forbidden.map(({ name }) => name));
    expect(rooms.filter((room) => !known.has(`room-${room.replace('/', '-')}`))).toEqual([]);
  });
});
