import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { command, optionalText, text, type Answer, type Values } from '../command.ts';
import type { Context } from '../context.ts';

/** The hub and the pod are programs of their own, which answer in the shape of every command: everything is handed through. */
export async function program(app: 'hub' | 'pod', args: string[]): Promise<Answer> {
  const script = fileURLToPath(new URL(`../../../${app}/dist/main.js`, import.meta.url));
  const child = spawn(process.execPath, [script, ...args], { stdio: 'inherit' });
  // The terminal sends Ctrl-C to both; this one waits for the other to end in good order.
  const term = (): void => void child.kill('SIGTERM');
  process.on('SIGTERM', term);
  const stay = (): void => undefined;
  process.on('SIGINT', stay);
  try {
    const exit = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => resolve(code ?? (signal ? 128 + constants.signals[signal] : 1)));
    });
    return { data: undefined, silent: true, ...(exit ? { exit } : {}) };
  } finally {
    process.off('SIGTERM', term);
    process.off('SIGINT', stay);
  }
}

const config = { flags: '--config <file>', says: 'pod.yaml (default: in this folder)', completes: 'file' } as const;
const passOn = (context: Context): string[] => (context.flags.json ? ['--json'] : []);
export const podProgram = (args: string[], context: Context): Promise<Answer> => program('pod', [...args, ...passOn(context)]);
const given = (values: Values, name: string, flag: string): string[] => (typeof values[name] === 'string' ? [flag, values[name]] : []);

export const podInit = command({
  path: 'pod init',
  says: 'Write a pod.yaml with comments for a file, several files or a database',
  arguments: [{ name: 'data', says: 'a CSV or Parquet file, or a quoted pattern like "visits-*.csv"', required: false, completes: 'file' }],
  options: [
    { flags: '--name <name>', says: 'name of the pod', required: true },
    { flags: '--postgres-env <variable>', says: 'instead of a file: the environment variable with the address of a Postgres database' },
    { flags: '--table <table>', says: 'what is read there: a table or view' },
    { flags: '--query <select>', says: 'or one SELECT' },
    { flags: '--config <file>', says: 'what to write (default: pod.yaml); --yes overwrites it', completes: 'file' },
  ],
  examples: [
    { line: 'podnet pod init penguins.csv --name torgersen --hub https://hub.example.org', says: 'look through it before you join' },
    { line: 'podnet pod init --postgres-env CLINIC_DB_URL --table public.visits --name clinic --hub https://hub.example.org', says: 'reads types of columns, and no row' },
  ],
  run: (context, values) => program('pod', [
    'init', ...given(values, 'data', '--file'), ...given(values, 'postgresEnv', '--postgres-env'), ...given(values, 'table', '--table'), ...given(values, 'query', '--query'),
    '--name', text(values, 'name'), '--hub', context.hub(), '--out', optionalText(values, 'config') ?? 'pod.yaml', ...(context.flags.yes ? ['--force'] : []), ...passOn(context),
  ]),
});

export const podSchema = command({
  path: 'pod schema',
  says: 'JSON Schema of pod.yaml, for editors',
  examples: [{ line: 'podnet pod schema > pod.schema.json', says: 'then in the file: # yaml-language-server: $schema=pod.schema.json' }],
  async run() {
    const { editorSchema, podConfig } = await import('@podnet/contracts');
    const schema = editorSchema(podConfig, 'Podnet pod');
    return { data: schema, text: JSON.stringify(schema, null, 2) };
  },
});

export const podJoin = command({
  path: 'pod join',
  says: 'Join the hub with the code that podnet pods register printed',
  arguments: [{ name: 'code', says: 'join code; good once, for ten minutes' }],
  options: [
    config,
    { flags: '--hub-fingerprint <fingerprint>', says: 'of the hub, as its admin names it: then nothing is asked about it' },
    { flags: '--custodian-fingerprint <fingerprint>', says: 'of your own device, as podnet whoami shows it' },
  ],
  examples: [{ line: 'podnet pod join 7KQ2-… --config pod.yaml', says: 'shows the fingerprints of hub, custodian and pod, and asks to compare them' }],
  run: (context, values) => program('pod', ['join', '--code', text(values, 'code'), '--config', optionalText(values, 'config') ?? 'pod.yaml', ...given(values, 'hubFingerprint', '--hub-fingerprint'), ...given(values, 'custodianFingerprint', '--custodian-fingerprint'), ...(context.flags.yes ? ['--trust-first'] : []), ...passOn(context)]),
});

export const podStart = command({
  path: 'pod start',
  says: 'Run the pod; it dials out to the hub and waits for tasks',
  options: [config],
  examples: [{ line: 'podnet pod start --config pod.yaml', says: 'Ctrl-C ends it in good order' }],
  run: (_, values) => program('pod', ['start', '--config', optionalText(values, 'config') ?? 'pod.yaml']),
});

export const podDoctor = command({
  path: 'pod doctor',
  says: 'Check everything a pod needs; each failure says what mends it',
  options: [config],
  examples: [{ line: 'podnet pod doctor --config pod.yaml', says: 'exit status 1 when something fails' }],
  run: (context, values) => program('pod', ['doctor', '--config', optionalText(values, 'config') ?? 'pod.yaml', ...passOn(context)]),
});

export const podStatus = command({
  path: 'pod status',
  says: 'Whether the pod of this machine runs and is connected; quick, for health checks',
  options: [config],
  examples: [{ line: 'podnet pod status --config pod.yaml', says: 'exit status 12 when it is not' }],
  run: (context, values) => program('pod', ['status', '--config', optionalText(values, 'config') ?? 'pod.yaml', ...passOn(context)]),
});

export const hubStart = command({
  path: 'hub start',
  says: 'Run a hub; set up by environment variables, see docs/hub-settings.md',
  examples: [{ line: 'PODNET_HUB_PORT=4400 podnet hub start', says: 'with its own Postgres; DATABASE_URL names another' }],
  run: () => program('hub', []),
});

export const hubShow = command({
  path: 'hub show',
  says: 'Name, version and fingerprint of the hub',
  examples: [{ line: 'podnet hub show', says: 'the fingerprint is what a pod shows when it joins' }],
  async run(context) {
    const hub = await (await context.podnet()).rest.call('hubInfo', {});
    return { data: hub, text: `${hub.name}  ${hub.version}\nAddress      ${context.hub()}\nFingerprint  ${hub.fingerprint}${hub.setUp ? '' : '\nIt has no account yet: podnet setup'}` };
  },
});
