import { decide } from './decide.ts';
import { verdictLines } from './explain.ts';
import type { Facts } from './facts.ts';
import { factsOf, grantOf } from './fixtures/cases.ts';

const sql = { protocol: 'results-only', algorithm: 'private-sql-query', privacy: { epsilon: 1, delta: 1e-6 } };
const facts = (changes: Partial<Facts>): Facts => ({ ...factsOf({ task: sql }, 'dp-restricted-modeller'), ...changes });
const failed = (changes: Partial<Facts>): string[] => decide(facts(changes)).checks.filter(({ passed }) => !passed).map(({ id }) => id);

test('a task within every budget passes, and its cost is told', () => {
  const verdict = decide(facts({ expendedEpsilon: 2, datasetBudget: { epsilon: 10, delta: 1e-5, expendedEpsilon: 9, expendedDelta: 9e-6 } }));
  expect(verdict).toMatchObject({ decision: 'permit', cost: { epsilon: 1, delta: 1e-6, leftBefore: 1, leftAfter: 0, datasetLeftBefore: 1, datasetLeftAfter: 0 } });
  expect(verdictLines(verdict)).toEqual(expect.arrayContaining(['  Cost: epsilon 1, delta 0.000001.', '  Budget: epsilon 1 left before, 0 after.', '  Budget of the dataset, for all modellers: epsilon 1 left before, 0 after.']));
});

test.each<[string, Partial<Facts>, string[]]>([
  ['epsilon of the dataset by a millionth', { datasetBudget: { epsilon: 10, delta: 1e-5, expendedEpsilon: 9.000001, expendedDelta: 0 } }, ['budget.dataset']],
  ['delta of the dataset', { datasetBudget: { epsilon: 10, delta: 1e-5, expendedEpsilon: 0, expendedDelta: 9.000001e-6 } }, ['budget.delta']],
  ['epsilon of the grant, as the custodian has lowered it', { grantBudget: { epsilon: 0.5, delta: 1e-5, expendedDelta: 0 } }, ['budget.epsilon']],
  ['delta of the grant', { grantBudget: { epsilon: 2, delta: 1e-6, expendedDelta: 1e-15 } }, ['budget.delta']],
  ['what is no number', { datasetBudget: { epsilon: Number.NaN, delta: Number.NaN, expendedEpsilon: 0, expendedDelta: 0 } }, ['budget.delta', 'budget.dataset']],
  ['an account that is no number', { datasetBudget: { epsilon: 10, delta: 1e-5, expendedEpsilon: Number.NaN, expendedDelta: Number.NaN } }, ['budget.delta', 'budget.dataset']],
])('a task beyond %s is refused', (_name, changes, checks) => {
  expect(failed(changes)).toEqual(checks);
  expect(decide(facts(changes)).code).toBe('policy.budget-exhausted');
});

test('the custodian can raise the budget of a grant, but not what one task may ask for', () => {
  expect(failed({ expendedEpsilon: 3, grantBudget: { epsilon: 5, delta: 1e-5, expendedDelta: 0 } })).toEqual([]);
  expect(failed({ privacy: { epsilon: 4, delta: 1e-6 }, grantBudget: { epsilon: 5, delta: 1e-5, expendedDelta: 0 } })).toEqual(['role.epsilon']);
});

test('a task that is refused would have cost something, and takes nothing', () => {
  const verdict = decide(facts({ expendedEpsilon: 2.5, datasetBudget: { epsilon: 10, delta: 1e-5, expendedEpsilon: 4, expendedDelta: 0 } }));
  expect(verdict.cost).toEqual({ epsilon: 1, delta: 1e-6, leftBefore: 0.5, leftAfter: 0.5, datasetLeftBefore: 6, datasetLeftAfter: 6 });
  expect(verdictLines(verdict)).toContain('  Would cost: epsilon 1, delta 0.000001.');
});

test('what is left of a dataset is told to those with a role there only', () => {
  expect(decide(facts({ grant: null, datasetBudget: { epsilon: 10, delta: 1e-5, expendedEpsilon: 4, expendedDelta: 0 } })).cost).not.toHaveProperty('datasetLeftBefore');
});

test('sums of small deltas do not drift', () => {
  expect(failed({ grantBudget: { epsilon: 3, delta: 1e-5, expendedDelta: 9 * 1e-6 } })).toEqual([]);
});

test('an answer that is given again costs nothing, also when nothing is left', () => {
  const verdict = decide(facts({ isAnswered: true, expendedEpsilon: 3, datasetBudget: { epsilon: 1, delta: 1e-6, expendedEpsilon: 1, expendedDelta: 1e-6 } }));
  expect(verdict).toMatchObject({ decision: 'permit', cost: { epsilon: 0, delta: 0, leftBefore: 0, leftAfter: 0 } });
});

test('the ceiling has a greatest delta, inclusive', () => {
  const under = (delta: number) => failed({ pod: { ...facts({}).pod, ceiling: { delta } } });
  expect([under(1e-6), under(9e-7)]).toEqual([[], ['ceiling.delta']]);
});

test('a custodian has no grant, and so no budget of one', () => {
  expect(failed({ grant: null, asker: { ...facts({}).asker, isCustodian: true }, grantBudget: { epsilon: 0.1, delta: 1e-9, expendedDelta: 0 } })).toEqual([]);
  expect(failed({ grant: grantOf('general-modeller'), privacy: { epsilon: 10, delta: 1e-6 } })).toEqual([]);
});
