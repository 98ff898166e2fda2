import { command, text, type Command, type Option } from '../command.ts';
import { atPod } from './at-pod.ts';

const config: Option = { flags: '--config <file>', says: 'pod.yaml (default: in this folder)', completes: 'file' };

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

export const custodianCommands: readonly Command[] = [policyShow, policySet, policyTest];
