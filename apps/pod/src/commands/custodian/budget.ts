import { Fault } from '@podnet/errors';
import { leftOf, limitOf, pairOf, type Amount } from '@podnet/privacy';
import { declaredBudget } from '../../catalogue/published-privacy.ts';
import { Catalogue } from '../../catalogue/catalogue.ts';
import type { BudgetScope } from '../../store/ledger.ts';
import type { Terminal } from '../terminal.ts';
import { tableOf } from './audit.ts';
import { beside, type Beside } from './beside.ts';
import { silent } from './look-at.ts';
import { written } from './when.ts';

interface Common {
  config: string;
  json: boolean;
  terminal: Terminal;
}

/** Whose budget is meant: all modellers' of a dataset, or one grant's. */
export interface Subject {
  scope: BudgetScope;
  subject: string;
}

const shownCharges = 20;

/** What grants and datasets have expended of epsilon and delta, which limits apply, and the last charges. */
export function budgetShow({ config, json, terminal }: Common): Promise<void> {
  return beside(config, (at) => {
    const { ledger } = at.store;
    const catalogue = catalogueOf(at);
    const subjects = [...ledger.subjects(), ...catalogue.datasets.flatMap((dataset): Subject[] => (declaredBudget(dataset) ? [{ scope: 'dataset', subject: dataset.name }] : []))];
    const known = new Map(subjects.map((each) => [`${each.scope} ${each.subject}`, each]));
    const budgets = [...known.values()].map((each) => ({ ...each, ...standing(at, catalogue, each) }));
    const charges = ledger.charges(shownCharges).map(({ at: when, amount, ...charge }) => ({ at: written(when), ...pairOf(amount), ...charge }));
    if (json) return terminal.out(JSON.stringify({ ok: true, data: { budgets, charges } }));
    if (budgets.length === 0) return terminal.out('Nothing was charged, and no budget is set.');
    terminal.out(tableOf([
      ['of', 'name', 'epsilon spent', 'of', 'left', 'delta spent', 'of', 'from'],
      ...budgets.map(({ scope, subject, spent, limit, left, from }) => [scope, subject, `${spent.epsilon}`, limit ? `${limit.epsilon}` : '–', left ? `${left.epsilon}` : '–', `${spent.delta}`, limit ? `${limit.delta}` : '–', from]),
    ]));
    if (charges.length === 0) return;
    terminal.out('');
    terminal.out(tableOf([['when', 'dataset', 'grant', 'epsilon', 'delta', 'state'], ...charges.map(({ at: when, dataset, grantId, epsilon, delta, state }) => [when, dataset, grantId, `${epsilon}`, `${delta}`, state])]));
    terminal.out('A grant without a limit here has that of its role.');
  });
}

function standing({ store: { ledger } }: Beside, catalogue: Catalogue, { scope, subject }: Subject) {
  const spent = ledger.expended(scope, subject);
  const set = ledger.limit(scope, subject);
  const declared = scope === 'dataset' ? declaredBudget(catalogue.find(subject)) : undefined;
  const limit: Amount | undefined = set ?? (declared && limitOf(declared));
  return {
    spent: pairOf(spent),
    limit: limit ? pairOf(limit) : null,
    left: limit ? pairOf(leftOf(limit, spent)) : null,
    from: set ? 'set' : declared ? 'pod.yaml' : scope === 'grant' ? 'role or grant' : 'no limit',
  };
}

/** Raises or lowers a budget from now on; what is spent stays spent. */
export const budgetSet = ({ epsilon, delta, ...given }: Common & Subject & { epsilon: string; delta: string; reason: string }): Promise<void> =>
  change(given, limitOf({ epsilon: amount(epsilon, '--epsilon'), delta: amount(delta, '--delta') }));

/** Begins a new period: what was spent so far counts no more. What is being computed stays counted. */
export const budgetReset = (given: Common & Subject & { reason: string }): Promise<void> => change(given, null);

function change({ config, json, terminal, scope, subject, reason }: Common & Subject & { reason: string }, limit: Amount | null): Promise<void> {
  if (reason.trim() === '' || reason.length > 1_000) throw new Fault('usage.invalid', 'A budget changes for a reason, of up to 1000 characters.', { at: '--reason' });
  return beside(config, (at) => {
    const { store, by } = at;
    const catalogue = catalogueOf(at);
    const names = scope === 'dataset' ? catalogue.datasets.map(({ name }) => name) : store.ledger.subjects().filter((each) => each.scope === 'grant').map((each) => each.subject);
    // A grant that has charged nothing yet is known to the hub only.
    if (scope === 'dataset' && !names.includes(subject)) throw new Fault('dataset.unknown', 'The pod has no such dataset.', { at: subject, hint: `It has ${names.join(', ')}.` });
    if (scope === 'grant' && !/^grt_[0-9a-hjkmnp-tv-z]{26}$/.test(subject)) throw new Fault('usage.invalid', 'This is not the id of a grant.', { at: '--grant', hint: 'podnet grants list shows them.' });
    const before = standing(at, catalogue, { scope, subject });
    store.transaction(() => {
      store.ledger.change({ scope, subject, limit, reason, changedBy: by });
      store.audit.append(limit === null ? 'budget.reset' : 'budget.set', subject, { scope, reason, by, before: { spent: before.spent, limit: before.limit }, ...(limit === null ? {} : { limit: pairOf(limit) }) });
    });
    const after = standing(at, catalogue, { scope, subject });
    if (json) return terminal.out(JSON.stringify({ ok: true, data: { scope, subject, before, after } }));
    terminal.out(limit === null ? `The ${scope} ${subject} begins a new period: ${before.spent.epsilon} of epsilon counted before, ${after.spent.epsilon} now.` : `The ${scope} ${subject} has ${after.left!.epsilon} of epsilon ${after.limit!.epsilon} left, and ${after.left!.delta} of delta ${after.limit!.delta}.`);
    terminal.out('A running pod applies it to the next task.');
  });
}

const catalogueOf = ({ file, store }: Beside): Catalogue => new Catalogue({ file, added: store.datasets, policies: store.policies, log: silent });

function amount(text: string, at: string): number {
  if (!/^(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text)) throw new Fault('privacy.malformed', 'This is a positive number, like 3 or 0.00001.', { at });
  return Number(text);
}
