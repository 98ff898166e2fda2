import { existsSync } from 'node:fs';
import { Fault } from '@podnet/errors';
import { command, optionalText, text, type Answer, type Command, type Option, type Values } from '../command.ts';
import type { Context } from '../context.ts';
import { program } from './local.ts';

const config: Option = { flags: '--config <file>', says: 'pod.yaml (default: in this folder)', completes: 'file' };

/** The pod of this machine, when a command is for it: named, or in this folder while no hub is named. */
export function podHere(context: Context, values: Values): string | undefined {
  return optionalText(values, 'config') ?? (!context.flags.hub && existsSync('pod.yaml') ? 'pod.yaml' : undefined);
}

function podOf(context: Context, values: Values): string {
  const found = podHere(context, values);
  if (found === undefined) throw new Fault('usage.invalid', 'There is no pod.yaml in this folder.', { at: '--config', hint: 'Run it on the machine of the pod, in the folder of its pod.yaml, or name the file with --config.' });
  return found;
}

/** Hands a command to the pod's program: options by their names, words as they stand. */
export function atPod(context: Context, values: Values, words: readonly string[], options: readonly string[] = []): Promise<Answer> {
  const flags = options.flatMap((name): string[] => {
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    const value = values[name];
    if (typeof value === 'string') return [`${flag}=${value}`];
    if (Array.isArray(value)) return value.map((each) => `${flag}=${each}`);
    return value === true ? [flag] : [];
  });
  const [group, action, ...rest] = words;
  return program('pod', [group!, action!, `--config=${podOf(context, values)}`, ...flags, ...(context.flags.json ? ['--json'] : []), '--', ...rest]);
}

const datasetArgument = { name: 'dataset', says: 'name of the dataset' };
const policyArgument = { name: 'policy', says: 'YAML file with the policy', completes: 'file' } as const;

export const policyShow = command({
  path: 'policy show',
  says: 'What may be learned from a dataset of this pod, since when, and what applied before',
  arguments: [datasetArgument],
  options: [config],
  examples: [{ line: 'podnet policy show patients', says: 'as YAML, with its hash' }],
  run: (context, values) => atPod(context, values, ['policy', 'show', text(values, 'dataset')]),
});

export const policySet = command({
  path: 'policy set',
  says: 'Set the policy of a dataset; says whether it tightens or loosens. A running pod applies it within a second',
  arguments: [datasetArgument, policyArgument],
  options: [config],
  examples: [{ line: 'podnet policy set patients policy.yaml', says: 'what waits for a review is asked anew' }],
  run: (context, values) => atPod(context, values, ['policy', 'set', text(values, 'dataset'), text(values, 'policy')]),
});

export const policyTest = command({
  path: 'policy test',
  says: 'Ask the last queries again under a draft and say which would end otherwise; nothing is released or changed',
  arguments: [datasetArgument, policyArgument],
  options: [config, { flags: '--last <n>', says: 'how many queries (20)' }],
  examples: [{ line: 'podnet policy test patients draft.yaml --last 100', says: 'before podnet policy set' }],
  run: (context, values) => atPod(context, values, ['policy', 'test', text(values, 'dataset'), text(values, 'policy')], ['last']),
});

export const datasetAdd = command({
  path: 'dataset add',
  says: 'Serve one more file on this pod, without a restart; it is looked at first',
  arguments: [{ name: 'file', says: 'CSV or Parquet', completes: 'file' }],
  options: [
    config,
    { flags: '--policy <file>', says: 'YAML file with the policy (default: groups of ten, others are reviewed)', completes: 'file' },
    { flags: '--name <name>', says: 'name of the dataset (default: that of the file)' },
    { flags: '--description <text>', says: 'one line that modellers read' },
    { flags: '--ignore <column...>', says: 'columns that exist for nobody but you' },
    { flags: '--replace', says: 'in the place of one that was added before' },
  ],
  examples: [{ line: 'podnet dataset add titanic.csv --policy policy.yaml', says: 'a running pod publishes it within a second' }],
  run: (context, values) => atPod(context, values, ['dataset', 'add', text(values, 'file')], ['policy', 'name', 'description', 'ignore', 'replace']),
});

export const datasetList = command({
  path: 'dataset list',
  says: 'What this pod serves: from pod.yaml, and what was added',
  options: [config],
  examples: [{ line: 'podnet dataset list', says: 'with where each policy is from' }],
  run: (context, values) => atPod(context, values, ['dataset', 'list']),
});

export const datasetRemove = command({
  path: 'dataset remove',
  says: 'Serve a dataset that was added no more',
  arguments: [datasetArgument],
  options: [config],
  examples: [{ line: 'podnet dataset remove titanic', says: 'what was released from it stays on record' }],
  async run(context, values) {
    await context.confirm('Serve this dataset no more?');
    return atPod(context, values, ['dataset', 'remove', text(values, 'dataset')]);
  },
});

const reviewArgument = { name: 'review', says: 'rev_…, from podnet review list' };
const note: Option = { flags: '--note <text>', says: 'for the modeller' };
const hash: Option = { flags: '--hash <hash>', says: 'what you have seen, from podnet review show: refused when something else waits by now' };

export const reviewList = command({
  path: 'review list',
  says: 'Queries that wait for you',
  options: [config, { flags: '--state <state>', says: 'waiting (default), approved, denied, expired, outdated, all' }],
  examples: [{ line: 'podnet review list', says: 'who, what, and the smallest group behind a row' }],
  run: (context, values) => atPod(context, values, ['review', 'list'], ['state']),
});

export const reviewShow = command({
  path: 'review show',
  says: 'Everything an approval is bound to: who, the plan, columns, units, reasons, the answer',
  arguments: [reviewArgument],
  options: [config],
  examples: [{ line: 'podnet review show rev_0m…', says: 'before you decide' }],
  run: (context, values) => atPod(context, values, ['review', 'show', text(values, 'review')]),
});

export const reviewApprove = command({
  path: 'review approve',
  says: 'Let exactly the answer that was shown leave',
  arguments: [reviewArgument],
  options: [config, { flags: '--runs <n>', says: 'good for so many runs of this very query (1)' }, { flags: '--until <time>', says: 'good for any number of runs until then' }, note, hash],
  examples: [
    { line: 'podnet review approve rev_0m…', says: 'once' },
    { line: 'podnet review approve rev_0m… --until 2027-01-01 --note "For the annual report"', says: 'while data and policy stay as they are' },
  ],
  run: (context, values) => atPod(context, values, ['review', 'approve', text(values, 'review')], ['runs', 'until', 'note', 'hash']),
});

export const reviewDeny = command({
  path: 'review deny',
  says: 'Let nothing leave; the modeller reads your note',
  arguments: [reviewArgument],
  options: [config, note, hash],
  examples: [{ line: 'podnet review deny rev_0m… --note "Ask for groups of ten"', says: 'the note goes to nobody but the modeller' }],
  run: (context, values) => atPod(context, values, ['review', 'deny', text(values, 'review')], ['note', 'hash']),
});

export const reviewWatch = command({
  path: 'review watch',
  says: 'Print what waits and what comes, until Ctrl-C',
  options: [config],
  examples: [{ line: 'podnet review watch --json', says: 'one JSON object for each' }],
  run: (context, values) => atPod(context, values, ['review', 'watch']),
});

export const auditFilters: readonly Option[] = [
  { flags: '--modeller <who>', says: 'of a pod: only of this e-mail or account id' },
  { flags: '--dataset <name>', says: 'of a pod: only about this dataset' },
  { flags: '--verdict <verdict>', says: 'of a pod: released, waiting, denied, flagged' },
  { flags: '--since <time>', says: 'of a pod: 2026-11-26, 2026-11-26T10:00Z, 24h or 7d' },
  { flags: '--until <time>', says: 'of a pod: the same' },
];
export const auditFilterNames = ['modeller', 'dataset', 'verdict', 'since', 'until'] as const;
export const podConfigOption: Option = { flags: '--config <file>', says: 'the audit of this pod, in place of the hub’s (a pod.yaml in this folder is taken when no --hub is named)', completes: 'file' };

export const auditColumns = command({
  path: 'audit columns',
  says: 'Which columns of this pod each modeller has used and seen',
  options: [config, ...auditFilters],
  examples: [{ line: 'podnet audit columns --modeller ada@example.org --since 30d', says: 'used: the answer depends on it; revealed: it stands in the answer' }],
  run: (context, values) => atPod(context, values, ['audit', 'columns'], auditFilterNames),
});

export const auditExport = command({
  path: 'audit export',
  says: 'The audit of this pod as lines of JSON; without a filter it verifies on any machine',
  options: [config, ...auditFilters, { flags: '--out <file>', says: 'write it there', completes: 'file' }],
  examples: [{ line: 'podnet audit export --out audit.jsonl', says: 'then: podnet audit verify --file audit.jsonl' }],
  run: (context, values) => atPod(context, values, ['audit', 'export'], [...auditFilterNames, 'out']),
});

export const custodianCommands: readonly Command[] = [
  policyShow, policySet, policyTest, datasetAdd, datasetList, datasetRemove,
  reviewList, reviewShow, reviewApprove, reviewDeny, reviewWatch, auditColumns, auditExport,
];
