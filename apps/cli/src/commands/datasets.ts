import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PodHere, ServedDataset } from '@podnet/sdk/node';
import { command, optionalText, text, type Command, type Option, type Values } from '../command.ts';
import type { Context } from '../context.ts';
import { requirePodHere } from './at-pod.ts';

const config: Option = { flags: '--config <file>', says: 'pod.yaml (default: in this folder)', completes: 'file' };
const datasetArgument = { name: 'dataset', says: 'name of the dataset' };
const program = fileURLToPath(new URL('../../../pod/dist/main.js', import.meta.url));

async function datasetsOf(context: Context, values: Values): Promise<PodHere['datasets']> {
  const { podAt } = await import('@podnet/sdk/node');
  return podAt(requirePodHere(context, values), { program }).datasets;
}

/** Options of the command that are there, by the names of the SDK. */
const given = <K extends string>(values: Values, ...names: K[]): { [N in K]?: string } => Object.fromEntries(names.flatMap((name) => (optionalText(values, name) === undefined ? [] : [[name, optionalText(values, name)]]))) as { [N in K]?: string };

export const datasetAdd = command({
  path: 'dataset add',
  says: 'Serve one more file, or table or query of a Postgres database, on this pod without a restart; it is read first',
  arguments: [{ name: 'file', says: 'CSV or Parquet', required: false, completes: 'file' }],
  options: [
    config,
    { flags: '--postgres <variable>', says: 'instead of a file: the environment variable with the address of a database' },
    { flags: '--table <table>', says: 'what is read there: a table or view' },
    { flags: '--query <select>', says: 'or one SELECT; it needs a --name' },
    { flags: '--refresh <duration>', says: 'copy the rows anew as often as this, like 1h, while the pod runs' },
    { flags: '--max-size <size>', says: 'make no copy that is larger (2GiB)' },
    { flags: '--policy <file>', says: 'YAML file with the policy (default: groups of ten, others are reviewed)', completes: 'file' },
    { flags: '--settings <file>', says: 'YAML file with what pod.yaml says of a dataset besides: columns, split, differential_privacy', completes: 'file' },
    { flags: '--name <name>', says: 'name of the dataset (default: that of the file or table)' },
    { flags: '--description <text>', says: 'one line that modellers read' },
    { flags: '--ignore <column...>', says: 'columns that exist for nobody but you' },
    { flags: '--replace', says: 'in the place of one that was added before' },
  ],
  examples: [
    { line: 'podnet dataset add titanic.csv --policy policy.yaml', says: 'a running pod publishes it within a second' },
    { line: 'podnet dataset add --postgres CLINIC_DB_URL --table public.visits --policy policy.yaml', says: 'the address stands in the variable, and nowhere else' },
  ],
  async run(context, values) {
    const about = { ...given(values, 'name', 'description', 'policy', 'settings'), ignore: (values['ignore'] as string[] | undefined) ?? [], replace: values['replace'] === true };
    const file = optionalText(values, 'file');
    const urlEnv = optionalText(values, 'postgres');
    const database = { ...(urlEnv === undefined ? {} : { urlEnv }), ...given(values, 'table', 'query', 'refresh', 'maxSize') };
    const source = { ...(file === undefined ? {} : { file }), ...(Object.keys(database).length === 0 ? {} : { postgres: database }) };
    // What does not go together is told by the pod, in one place for everybody.
    const added = await (await datasetsOf(context, values)).add({ ...about, ...source } as Parameters<PodHere['datasets']['add']>[0]);
    const under = about.policy === undefined ? 'under the default policy' : `under the policy of ${basename(about.policy)}`;
    const notes = [...added.warnings.map(({ says }) => says), ...(urlEnv === undefined ? [] : [`Later copies of the rows need ${urlEnv} where the pod starts.`])];
    return { data: added, text: [`${added.name} is served: ${added.columns} columns, ${under}. A running pod publishes it within a second.`, ...notes.map((note) => `Note: ${note}`)].join('\n') };
  },
});

export const datasetList = command({
  path: 'dataset list',
  says: 'What this pod serves: from pod.yaml, and what was added',
  options: [config],
  examples: [{ line: 'podnet dataset list', says: 'with where each policy is from' }],
  async run(context, values) {
    const { table } = await import('@podnet/terminal');
    const datasets = await (await datasetsOf(context, values)).list();
    return { data: { datasets }, text: table([['dataset', 'from', 'policy', 'added', 'source'], ...datasets.map(({ name, from, policy, addedAt, source }) => [name, from, policy.from, addedAt ?? '–', sourceText(source)])]) };
  },
});

function sourceText(source: ServedDataset['source']): string {
  if ('postgres' in source) return `postgres ${source.postgres.url_env} ${source.postgres.table ?? 'by a query'}`;
  return Object.values(source).flat().join(' ');
}

export const datasetRemove = command({
  path: 'dataset remove',
  says: 'Serve a dataset that was added no more',
  arguments: [datasetArgument],
  options: [config],
  examples: [{ line: 'podnet dataset remove titanic', says: 'what was released from it stays on record' }],
  async run(context, values) {
    await context.confirm('Serve this dataset no more?');
    const name = text(values, 'dataset');
    await (await datasetsOf(context, values)).remove(name);
    return { data: { name }, text: `${name} is not served any more.` };
  },
});

export const datasetRefresh = command({
  path: 'dataset refresh',
  says: 'Copy the rows of a dataset’s database anew, for the pod of this machine',
  arguments: [datasetArgument],
  options: [config],
  examples: [{ line: 'podnet dataset refresh visits', says: 'a running pod publishes the new rows within seconds' }],
  async run(context, values) {
    const refreshed = await (await datasetsOf(context, values)).refresh(text(values, 'dataset'));
    const { dataset, rows, changed } = refreshed;
    return { data: refreshed, text: changed ? `${dataset} was copied anew: ${rows} rows.` : `${dataset} has not changed: ${rows} rows.` };
  },
});

export const datasetCommands: readonly Command[] = [datasetAdd, datasetList, datasetRemove, datasetRefresh];
