import { existsSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, relative, resolve } from 'node:path';
import { podConfig, readYaml, slug } from '@podnet/contracts';
import type { Inspection } from '@podnet/engine';
import { Fault } from '@podnet/errors';
import { stringify } from 'yaml';
import type { LocalLog } from '../log/local-log.ts';
import { inspectDataset } from '../runner/inspect.ts';
import { poolOf } from '../runner/pool-of.ts';
import type { Terminal } from './terminal.ts';

export interface InitCommand {
  file: string;
  name?: string;
  hub: string;
  out: string;
  force: boolean;
  json: boolean;
  terminal: Terminal;
}

const silent: LocalLog = { note: () => undefined, raw: () => undefined, failure: () => undefined, close: () => undefined };

/** Writes a `pod.yaml` for one file, with what was found as comments and no value from it. **Throws** `conflict.exists`, `data.*`. */
export async function init({ file, name, hub, out, force, json, terminal }: InitCommand): Promise<void> {
  const target = resolve(out);
  if (existsSync(target) && !force) throw new Fault('conflict.exists', 'This file exists already.', { at: out, hint: 'Choose another name with --out, or overwrite it with --force.' });
  const dataset = slugOf(basename(file, extname(file)));
  const path = relative(dirname(target), resolve(file)) || file;
  const source: [kind: string, path: string] = [/\.(parquet|pq)$/i.test(file) ? 'parquet' : 'csv', path];
  const text = (inspection: Inspection | undefined) => write({ name: slugOf(name ?? dataset), hub, dataset, source, inspection });
  const config = readYaml(text(undefined), podConfig, basename(target));
  const podFile = { config, baseDir: dirname(target), home: '' };
  const pool = poolOf(podFile, silent);
  try {
    const inspection = await inspectDataset(pool, config.datasets[0]!, podFile.baseDir);
    writeFileSync(target, text(inspection), { flag: force ? 'w' : 'wx' });
    if (json) return terminal.out(JSON.stringify({ ok: true, data: { config: target, name: config.name, dataset, columns: inspection.columns.length } }));
    terminal.say(`Wrote ${out}: ${inspection.columns.length} columns. Look through it before the pod joins.`);
  } finally {
    await pool.stop();
  }
}

function slugOf(text: string): string {
  const name = text.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 63).replace(/-+$/, '');
  return slug.safeParse(name).success ? name : 'data';
}

function write({ name, hub, dataset, source, inspection }: { name: string; hub: string; dataset: string; source: [kind: string, path: string]; inspection?: Inspection }): string {
  const scalar = (value: string): string => stringify(value, { lineWidth: 0 }).trimEnd();
  const [kind, path] = source;
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
    `    source: { ${kind}: ${scalar(path)} }`,
    '    # Columns that do not exist for anybody but you, for instance names and numbers of people.',
    '    ignore: []',
    '    # Shares of the rows in percent; or { column: fold, train: [1, 2], test: [3] } when the data brings its own.',
    '    split: { train: 70, validation: 10, test: 20, seed: 1 }',
    '    # Found in the file; write down only what should be otherwise. Kinds: number, integer, boolean, category, text, date.',
    '    # Declare the domain of a category: an observed one shows every value that ten rows or more carry.',
    '    # columns:',
    ...(inspection?.columns ?? []).map((column) => `    #   ${scalar(column.name)}: { type: ${column.kind}${column.kind === 'category' ? ', domain: [] ' : ' '}}`),
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
