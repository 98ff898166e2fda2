import { existsSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, relative, resolve } from 'node:path';
import { podConfig, readYaml, slug, type PodConfig } from '@podnet/contracts';
import type { Inspection } from '@podnet/engine';
import { Fault } from '@podnet/errors';
import { stringify } from 'yaml';
import type { LocalLog } from '../log/local-log.ts';
import { inspectDataset } from '../runner/inspect.ts';
import { poolOf } from '../runner/pool-of.ts';
import { askDatabase } from '../snapshots/copier.ts';
import { settled } from '../snapshots/settled.ts';
import type { Terminal } from './terminal.ts';

export interface InitCommand {
  /** A file, or a pattern that several fit. */
  file?: string;
  /** Instead of a file: the environment variable with the address of a Postgres, and what is read there. */
  urlEnv?: string;
  table?: string;
  query?: string;
  name?: string;
  hub: string;
  out: string;
  force: boolean;
  json: boolean;
  terminal: Terminal;
}

const silent: LocalLog = { note: () => undefined, raw: () => undefined, failure: () => undefined, close: () => undefined };

/** What is known of a source before the pod has read it as a whole. */
type Found = Pick<Inspection, 'columns'>;

/**
 * Writes a `pod.yaml` for a file, several files or a database, with what was found as comments and no value from it.
 * **Throws** `conflict.exists`, `usage.invalid`, `config.invalid`, `data.*`.
 */
export async function init({ file, urlEnv, table, query, name, hub, out, force, json, terminal }: InitCommand): Promise<void> {
  const target = resolve(out);
  if (existsSync(target) && !force) throw new Fault('conflict.exists', 'This file exists already.', { at: out, hint: 'Choose another name with --out, or overwrite it with --force.' });
  if ((file === undefined) === (urlEnv === undefined)) throw new Fault('usage.invalid', 'Which data? A file, or a database.', { at: '--file', hint: 'Name a file with --file, or the variable of a database’s address with --postgres-env.' });
  const source = file === undefined ? { postgres: { url_env: urlEnv!, ...(table === undefined ? {} : { table }), ...(query === undefined ? {} : { query }) } } : fileSource(file, dirname(target));
  const dataset = slugOf(file === undefined ? (table ?? 'data').split('.').at(-1)! : basename(file, extname(file)));
  const text = (found: Found | undefined) => write({ name: slugOf(name ?? dataset), hub, dataset, source, found });
  const config = readYaml(text(undefined), podConfig, basename(target), 'config.invalid');
  const found = await look(config, dirname(target));
  writeFileSync(target, text(found), { flag: force ? 'w' : 'wx' });
  if (json) return terminal.out(JSON.stringify({ ok: true, data: { config: target, name: config.name, dataset, columns: found.columns.length } }));
  terminal.say(`Wrote ${out}: ${found.columns.length} columns. Look through it before the pod joins.`);
}

function fileSource(file: string, folder: string): { csv: string } | { parquet: string } {
  const path = relative(folder, resolve(file)) || file;
  return /\.(parquet|pq)$/i.test(file) ? { parquet: path } : { csv: path };
}

/** Of a database no row is read yet: its columns have types. */
async function look(config: PodConfig, baseDir: string): Promise<Found> {
  const dataset = config.datasets[0]!;
  if ('postgres' in dataset.source) return { columns: (await askDatabase(dataset)).columns };
  const place = { config, baseDir, home: '' };
  const pool = poolOf(place, silent);
  try {
    return await inspectDataset(pool, settled(dataset, place), baseDir);
  } finally {
    await pool.stop();
  }
}

function slugOf(text: string): string {
  const name = text.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 63).replace(/-+$/, '');
  return slug.safeParse(name).success ? name : 'data';
}

function write({ name, hub, dataset, source, found }: { name: string; hub: string; dataset: string; source: object; found: Found | undefined }): string {
  const scalar = (value: string): string => stringify(value, { lineWidth: 0, defaultStringType: /[,{}[\]\n]/.test(value) ? 'QUOTE_DOUBLE' : 'PLAIN' }).trimEnd();
  const flow = (value: object): string => `{ ${Object.entries(value).map(([key, inner]) => `${key}: ${typeof inner === 'string' ? scalar(inner) : flow(inner as object)}`).join(', ')} }`;
  const lines = [
    '# The custodian’s file: what this pod serves, and what it lets out at most.',
    'version: 1',
    `name: ${name}`,
    `hub: ${scalar(hub)}`,
    '# Keys and store of the pod; nobody else may read this folder.',
    'home: ./.podnet-pod',
    '',
    'datasets:',
    `  - name: ${dataset}`,
    '    # description: One line that modellers read.',
    `    source: ${flow(source)}`,
    '    # Columns that do not exist for anybody but you, for instance names and numbers of people.',
    '    ignore: []',
    '    # Shares of the rows in percent; or { column: fold, train: [1, 2], test: [3] } when the data brings its own.',
    '    split: { train: 70, validation: 10, test: 20, seed: 1 }',
    '    # Found in the data; write down only what should be otherwise. Kinds: number, integer, boolean, category, text, date.',
    '    # Declare the domain of a category: an observed one shows every value that ten rows or more carry.',
    '    # columns:',
    ...(found?.columns ?? []).map((column) => `    #   ${scalar(column.name)}: { type: ${column.kind}${column.kind === 'category' ? ', domain: [] ' : ' '}}`),
    '',
    '# What this pod permits at most, whatever the hub says. All optional.',
    'ceiling:',
    '  # role: general-modeller          # the strongest role that counts here',
    '  # modellers: [ada@example.org]    # only these',
    '  # elements: { deny: [column-average] }',
    '  # min_pods: 2                     # a task must run over at least so many pods',
    '  min_rows: 10                      # fewer rows than this, and nothing is computed',
    '',
    'runner: { concurrency: 2, deadline: 1h, memory: 1GiB }',
    '',
  ];
  return lines.join('\n');
}
