import type { ParseArgsConfig } from 'node:util';
import { Fault } from '@podnet/errors';
import { readOptions } from '../options.ts';
import type { Terminal } from '../terminal.ts';

const common = { config: { type: 'string', default: 'pod.yaml' }, json: { type: 'boolean', default: false } } as const;
const filters = { modeller: { type: 'string' }, dataset: { type: 'string' }, verdict: { type: 'string' }, since: { type: 'string' }, until: { type: 'string' } } as const;

/** What the custodian does beside a pod that runs, or does not. `positional`: which words follow; `optional`: how many of the last may be missing. */
const actions = {
  'policy show': { options: common, positional: ['dataset'] },
  'policy set': { options: common, positional: ['dataset', 'file'] },
  'policy test': { options: { ...common, last: { type: 'string', default: '20' } }, positional: ['dataset', 'file'] },
  'dataset add': { options: { ...common, postgres: { type: 'string' }, table: { type: 'string' }, query: { type: 'string' }, refresh: { type: 'string' }, 'max-size': { type: 'string' }, name: { type: 'string' }, description: { type: 'string' }, policy: { type: 'string' }, settings: { type: 'string' }, ignore: { type: 'string', multiple: true, default: [] }, replace: { type: 'boolean', default: false } }, positional: ['file'], optional: 1 },
  'dataset list': { options: common, positional: [] },
  'dataset remove': { options: common, positional: ['dataset'] },
  'devices list': { options: common, positional: [] },
  'devices add': { options: common, positional: ['file', 'fingerprint'], optional: 1 },
  'devices remove': { options: common, positional: ['fingerprint'] },
  'review list': { options: { ...common, state: { type: 'string' } }, positional: [] },
  'review show': { options: common, positional: ['review'] },
  'review approve': { options: { ...common, note: { type: 'string' }, runs: { type: 'string' }, until: { type: 'string' }, hash: { type: 'string' } }, positional: ['review'] },
  'review deny': { options: { ...common, note: { type: 'string' }, hash: { type: 'string' } }, positional: ['review'] },
  'review watch': { options: common, positional: [] },
  'budget show': { options: common, positional: [] },
  'budget set': { options: { ...common, dataset: { type: 'string' }, grant: { type: 'string' }, epsilon: { type: 'string' }, delta: { type: 'string' }, reason: { type: 'string' } }, positional: [] },
  'budget reset': { options: { ...common, dataset: { type: 'string' }, grant: { type: 'string' }, reason: { type: 'string' } }, positional: [] },
  'audit list': { options: { ...common, ...filters, limit: { type: 'string', default: '100' } }, positional: [] },
  'audit columns': { options: { ...common, ...filters }, positional: [] },
  'audit export': { options: { ...common, ...filters, out: { type: 'string' } }, positional: [] },
  'audit verify': { options: { ...common, file: { type: 'string' } }, positional: [] },
} as const satisfies Record<string, { options: NonNullable<ParseArgsConfig['options']>; positional: readonly string[]; optional?: number }>;

type ActionName = keyof typeof actions;

export const custodianGroups: ReadonlySet<string> = new Set(Object.keys(actions).map((name) => name.split(' ')[0]!));

/** **Throws** `usage.*` for what is no command, and whatever the command throws. */
export async function dispatchCustodian(group: string, args: readonly string[], terminal: Terminal): Promise<void> {
  const [action = '', ...rest] = args;
  const name = `${group} ${action}`;
  if (!Object.hasOwn(actions, name)) throw new Fault('usage.invalid', 'There is no such command.', { hint: `Commands: ${Object.keys(actions).filter((other) => other.startsWith(`${group} `)).join(', ')}.` });
  await run(name as ActionName, read(name as ActionName, rest), terminal);
}

interface Given {
  values: Record<string, string | boolean | string[] | undefined>;
  words: readonly string[];
}

function read(name: ActionName, args: string[]): Given {
  const { options, positional, optional = 0 } = actions[name] as (typeof actions)[ActionName] & { optional?: number };
  const parsed = readOptions(args, options, { words: true });
  const given = parsed.positionals.length;
  if (given > positional.length || given < positional.length - optional) throw new Fault('usage.invalid', positional.length === 0 ? 'Nothing follows this command but options.' : `This command wants: ${positional.join(', ')}.`, { hint: `pod ${name} ${positional.map((word) => word.toUpperCase()).join(' ')}`.trim() });
  return { values: parsed.values as Given['values'], words: parsed.positionals };
}

const text = ({ values }: Given, option: string): string | undefined => (typeof values[option] === 'string' ? values[option] : undefined);

function count(given: Given, option: string, most: number): number {
  const amount = text(given, option) ?? '';
  if (!/^[1-9]\d*$/.test(amount) || Number(amount) > most) throw new Fault('usage.invalid', `This is a number from 1 to ${most}.`, { at: `--${option}` });
  return Number(amount);
}

async function run(name: ActionName, given: Given, terminal: Terminal): Promise<void> {
  const shared = { config: text(given, 'config')!, json: given.values['json'] === true, terminal };
  const [first = '', second = ''] = given.words;
  const filter = Object.fromEntries(Object.keys(filters).flatMap((option) => (text(given, option) === undefined ? [] : [[option, text(given, option)!]])));
  const optional = (...options: string[]) => Object.fromEntries(options.flatMap((option) => (text(given, option) === undefined ? [] : [[option, text(given, option)!]])));
  switch (name) {
    case 'policy show':
      return (await import('./policy.ts')).policyShow({ ...shared, dataset: first });
    case 'policy set':
      return (await import('./policy.ts')).policySet({ ...shared, dataset: first, policyFile: second });
    case 'policy test':
      return (await import('./policy.ts')).policyTest({ ...shared, dataset: first, policyFile: second, last: count(given, 'last', 2_000) });
    case 'dataset add':
      return (await import('./dataset.ts')).datasetAdd({
        ...shared, ...(given.words.length > 0 ? { file: first } : {}), ...optional('postgres', 'table', 'query', 'refresh', 'name', 'description', 'policy', 'settings'), ...(text(given, 'max-size') === undefined ? {} : { maxSize: text(given, 'max-size')! }),
        ignore: given.values['ignore'] as string[], replace: given.values['replace'] === true,
      });
    case 'dataset list':
      return (await import('./dataset.ts')).datasetList(shared);
    case 'dataset remove':
      return (await import('./dataset.ts')).datasetRemove({ ...shared, name: first });
    case 'devices list':
      return (await import('./devices.ts')).devicesList(shared);
    case 'devices add':
      return (await import('./devices.ts')).devicesAdd({ ...shared, file: first, ...(given.words.length > 1 ? { compared: second } : {}) });
    case 'devices remove':
      return (await import('./devices.ts')).devicesRemove({ ...shared, fingerprint: first });
    case 'review list':
      return (await import('./review.ts')).reviewList({ ...shared, ...optional('state') });
    case 'review show':
      return (await import('./review.ts')).reviewShow({ ...shared, id: first });
    case 'review approve':
    case 'review deny':
      return (await import('./review.ts')).reviewDecide({ ...shared, id: first, approve: name === 'review approve', ...optional('note', 'runs', 'until', 'hash') });
    case 'review watch':
      return (await import('./review.ts')).reviewWatch({ ...shared, signal: untilAsked() });
    case 'budget show':
      return (await import('./budget.ts')).budgetShow(shared);
    case 'budget set':
      return (await import('./budget.ts')).budgetSet({ ...shared, ...budgetOf(given), epsilon: text(given, 'epsilon') ?? '', delta: text(given, 'delta') ?? '' });
    case 'budget reset':
      return (await import('./budget.ts')).budgetReset({ ...shared, ...budgetOf(given) });
    case 'audit list':
      return (await import('./audit.ts')).auditList({ ...shared, filter, limit: count(given, 'limit', 100_000) });
    case 'audit columns':
      return (await import('./audit.ts')).auditColumns({ ...shared, filter });
    case 'audit export':
      return (await import('./audit.ts')).auditExport({ ...shared, filter, ...optional('out') });
    case 'audit verify':
      return (await import('./audit.ts')).auditVerify({ ...shared, ...optional('file') });
  }
}

/** Whose budget changes, and why. **Throws** `usage.invalid`. */
function budgetOf(given: Given): { scope: 'dataset' | 'grant'; subject: string; reason: string } {
  const [dataset, grant] = [text(given, 'dataset'), text(given, 'grant')];
  if ((dataset === undefined) === (grant === undefined)) throw new Fault('usage.invalid', 'Name one dataset or one grant.', { hint: '--dataset NAME, or --grant ID.' });
  return { scope: dataset === undefined ? 'grant' : 'dataset', subject: dataset ?? grant!, reason: text(given, 'reason') ?? '' };
}

/** Aborted by Ctrl-C, or by whoever ends the process in good order. */
function untilAsked(): AbortSignal {
  const asked = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => asked.abort());
  return asked.signal;
}
