import { Fault } from '@podnet/errors';
import type { CanIAnswer, PrivateQuery, PrivateSpending, PrivateTable, QueryOptions } from '@podnet/sdk';
import { plainText, table } from '@podnet/terminal';
import { optionalText, type Option, type Values } from '../command.ts';
import type { Context } from '../context.ts';
import { askedPods } from './asked-pods.ts';

export const epsilonOption: Option = { flags: '--epsilon <number>', says: 'answer with differential privacy: every number has noise, and says how much; charged to your budget at each pod' };
export const deltaOption: Option = { flags: '--delta <number>', says: 'the delta that goes with it (1e-6)' };

/** What only a query without noise can have, by its name among the values. */
const notWith = { each: '--each', explain: '--explain', keep: '--keep', hours: '--hours', frame: '--frame' } as const;

/** Whether noise is asked for. **Throws** `usage.invalid` for a delta alone, and for options that answers with noise do not have. */
export function isPrivate(values: Values): boolean {
  if (values['epsilon'] === undefined) {
    if (values['delta'] !== undefined) throw new Fault('usage.invalid', 'A delta needs an epsilon.', { at: '--delta', hint: 'Add --epsilon NUMBER.' });
    return false;
  }
  for (const [name, flag] of Object.entries(notWith)) {
    if (values[name] !== undefined) throw new Fault('usage.invalid', `${flag} does not go with --epsilon.`, { at: flag });
  }
  return true;
}

/** The query as it would be submitted. **Throws** `usage.invalid`. */
export async function privateQueryOf(context: Context, values: Values, sql: string): Promise<PrivateQuery> {
  const privacy = { epsilon: numberOf(values, 'epsilon')!, ...(values['delta'] === undefined ? {} : { delta: numberOf(values, 'delta')! }) };
  const { privateSql } = await context.podnet();
  return privateSql(await askedPods(context, values), sql, privacy);
}

function numberOf(values: Values, name: string): number | undefined {
  const given = optionalText(values, name);
  if (given === undefined) return undefined;
  const value = given.trim() === '' ? NaN : Number(given);
  // What may be asked for is the pods' word.
  if (!Number.isFinite(value)) throw new Fault('usage.invalid', `${name === 'epsilon' ? 'Epsilon' : 'Delta'} is a number.`, { at: `--${name}` });
  return value;
}

/** Tables for people and programs, and below them what they cost. */
export async function answeredPrivately(query: PrivateQuery, options: QueryOptions): Promise<{ tables: readonly { pod: string | null; table: PrivateTable }[]; spent: readonly PrivateSpending[] }> {
  const tables = await query.fetchAll(options);
  return { tables, spent: tables.flatMap((each) => each.table.spent) };
}

/** What each pod charged, for which number, and what is left there. */
export function spentText(spent: readonly PrivateSpending[]): string {
  return spent.flatMap(({ pod, cost, parts }) => {
    const isRepeated = cost !== null && cost.epsilon === 0 && cost.delta === 0;
    const charged = cost === null ? 'what was charged is in the audit of the pod.' : isRepeated ? 'answered before; the same answer again cost nothing.' : `epsilon ${cost.epsilon} and delta ${cost.delta} were spent.`;
    const left = (cost?.leftAfter === undefined ? '' : ` Epsilon ${cost.leftAfter} is left of your budget.`) + (cost?.datasetLeftAfter === undefined ? '' : ` Epsilon ${cost.datasetLeftAfter} is left of the dataset's, which is for everybody.`);
    const rows = parts.map(({ on, law, epsilon, delta }) => [plainText(on), amountText(epsilon), amountText(delta), plainText(law)]);
    return [`${plainText(pod)}: ${charged}${left}`, ...(isRepeated ? [] : [table([['spent on', 'epsilon', 'delta', 'noise'], ...rows])])];
  }).join('\n');
}

const amountText = (amount: number): string => String(Number(amount.toPrecision(4)));

/** What a dry run says of money, for programs: one entry for each pod that has said anything. */
export const costsOf = ({ pods }: CanIAnswer) => pods.flatMap(({ podName, verdict }) => (verdict ? [{ pod: podName, decision: verdict.decision, ...verdict.cost }] : []));
