import { relative } from 'node:path';
import { indented, table } from '@podnet/terminal';
import type { Account } from './people.ts';
import type { Stage } from './stage.ts';
import { shown, type PrivateGroup } from './steps/private-sql.ts';

export interface StepResult {
  name: string;
  ok: boolean;
  ms: number;
  says: string;
  [field: string]: unknown;
}

export interface Told {
  stage: Stage;
  results: readonly StepResult[];
  readyMs: number;
  accounts: readonly Account[];
  accountsPath: string;
}

/** What happened, for people: steps, rounds of the training, one verdict, the accounts and what to try next. */
export function summarise({ stage, results, readyMs, accounts, accountsPath }: Told): string {
  const { scene, house } = stage;
  const of = (name: string): StepResult | undefined => results.find((result) => result.name === name);
  const denied = of('denied-training')?.['explained'];
  const refused = of('refused-rows')?.['explained'];
  const exhausted = of('budget-exhausted')?.['explained'];
  const modeller = accounts.find((account) => account.key === 'scientist');
  const parts = [
    `What happened (hub and ${scene.sites.length} pods ready after ${(readyMs / 1000).toFixed(1)} s)`,
    table([['step', '', 'ms', 'what'], ...results.map(({ name, ok, ms, says }) => [name, ok ? '✓' : '✗', String(ms), says])]),
    ...roundsOf(of('federated-training')),
    ...(Array.isArray(denied) ? ['Why the training was denied, in the words of one pod', denied.map(String).join('\n')] : []),
    ...(Array.isArray(refused) ? ['Why the rows were refused', onlyFailed(refused.map(String))] : []),
    ...noisyGroups(of('private-sql')),
    ...(Array.isArray(exhausted) ? ['Why more than the budget was denied, in the words of one pod', onlyFailed(exhausted.map(String))] : []),
    `Accounts (also in ${accountsPath})`,
    table([['who', 'signs in as', 'password', 'what they do'], ...accounts.map(({ name, email, password, does }) => [name, email, password, does])]),
    `The hub is at ${house.hubUrl}. While it serves, try in another terminal:`,
    [
      `npm run podnet -- login --hub ${house.hubUrl} --email ${modeller?.email ?? ''}`,
      'npm run podnet -- pods list',
      `npm run podnet -- audit list --verdict flagged --config ${relative('', house.pods.get(scene.sites[0]!.pod)?.configPath ?? 'pod.yaml')}`,
      ...(scene.dataset === 'penguins' ? ['npm run podnet -- can-i examples/tasks/penguin-species.yaml', 'npm run podnet -- task run examples/tasks/penguin-species.yaml'] : []),
    ].join('\n'),
  ];
  return `\n${parts.map((part, i) => (i % 2 === 0 ? part : indented(part))).join('\n\n')}`;
}

/** A query meets every rule of the policy: what passed is left out, rules that others belong to are kept. */
const onlyFailed = (lines: string[]): string => lines.filter((line) => !line.trimStart().startsWith('✓')).join('\n');

/** The answer with noise beside the exact one, which only the tour knows. */
function noisyGroups(asked: StepResult | undefined): string[] {
  const groups = (asked?.['groups'] ?? []) as PrivateGroup[];
  if (groups.length === 0) return [];
  const hasMean = groups.some(({ mean }) => mean);
  const exact = (value: number | null | undefined): string => (typeof value === 'number' ? String(Math.round(value)) : '—');
  const rows = groups.map(({ key, n, mean }) => [key ?? 'none', shown(n), exact(n.exact), ...(mean ? [shown(mean), exact(mean.exact)] : [])]);
  return ['Answered with noise (± at 95 %), and what is exact', table([[String(asked?.['by'] ?? ''), 'rows', 'exactly', ...(hasMean ? [`mean of ${String(asked?.['mean'])}`, 'exactly'] : [])], ...rows])];
}

interface Round {
  round: number;
  loss: number | null;
  validation: { metrics: Record<string, number | null> } | null;
}

/** About eight rounds of the training, the first and the last among them. */
function roundsOf(training: StepResult | undefined): string[] {
  const rounds = (training?.['rounds'] ?? []) as Round[];
  if (rounds.length === 0) return [];
  const metric = String(training?.['metric']);
  const every = Math.max(1, Math.ceil(rounds.length / 8));
  const shown = rounds.filter((_, i) => i % every === 0 || i === rounds.length - 1);
  const number = (value: number | null | undefined): string => (typeof value === 'number' ? value.toFixed(4) : '—');
  return ['Rounds of the federated training', table([['round', 'training loss', `validation ${metric}`], ...shown.map(({ round, loss, validation }) => [String(round), number(loss), number(validation?.metrics[metric])])])];
}
