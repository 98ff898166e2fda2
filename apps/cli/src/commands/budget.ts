import { Fault } from '@podnet/errors';
import { command, type Command, type Option, type Values } from '../command.ts';
import { atPod } from './at-pod.ts';

const config: Option = { flags: '--config <file>', says: 'pod.yaml (default: in this folder)', completes: 'file' };
const dataset: Option = { flags: '--dataset <name>', says: 'the budget of a dataset, over all modellers' };
const grant: Option = { flags: '--grant <id>', says: 'the budget of one grant' };
const reason: Option = { flags: '--reason <text>', says: 'why; it stands on the audit' };

export const budgetShow = command({
  path: 'budget show',
  says: 'What grants and datasets of this pod have spent of epsilon and delta, and what is left',
  options: [config],
  examples: [{ line: 'podnet budget show', says: 'with the last charges' }],
  run: (context, values) => atPod(context, values, ['budget', 'show']),
});

export const budgetSet = command({
  path: 'budget set',
  says: 'Raise or lower a budget of this pod from now on; what is spent stays spent',
  options: [config, dataset, grant, { flags: '--epsilon <number>', says: 'the whole budget' }, { flags: '--delta <number>', says: 'the delta that goes with it' }, reason],
  examples: [{ line: 'podnet budget set --dataset patients --epsilon 20 --delta 0.00001 --reason "Study 12"', says: 'for all modellers together' }],
  run: (context, values) => atPod(context, one(values), ['budget', 'set'], ['dataset', 'grant', 'epsilon', 'delta', 'reason']),
});

export const budgetReset = command({
  path: 'budget reset',
  says: 'Begin a new period of a budget: what was spent so far counts no more',
  options: [config, dataset, grant, reason],
  examples: [{ line: 'podnet budget reset --grant grt_… --reason "New consent round"', says: 'what is being computed stays counted' }],
  run: (context, values) => atPod(context, one(values), ['budget', 'reset'], ['dataset', 'grant', 'reason']),
});

/** **Throws** `usage.invalid` unless just one of them is named. */
function one(values: Values): Values {
  const named = ['dataset', 'grant'].filter((name) => values[name] !== undefined);
  if (named.length !== 1) throw new Fault('usage.invalid', 'Name one dataset or one grant.', { hint: '--dataset NAME, or --grant ID.' });
  return values;
}

export const budgetCommands: readonly Command[] = [budgetShow, budgetSet, budgetReset];
