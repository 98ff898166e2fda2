import { prepareElements } from '@podnet/elements';
import type { Verdict } from '@podnet/policy';
import { penguinPods, penguins } from '../fixtures/penguin-pods.ts';
import type { Asker } from './asker.ts';
import { frameCalls } from './frame-calls.ts';

beforeAll(prepareElements);

const everywhere = ['biscoe/penguins', 'dream/penguins', 'torgersen/birds'];
const bySpecies = 'SELECT species, AVG(mass) AS mean, COUNT(*) AS n FROM data GROUP BY species ORDER BY species';
const codeOf = async (run: () => Promise<unknown>) => run().then(() => null, (error: unknown) => (error as { code: string }).code);

const truth = (species: string): { mean: number; n: number } => {
  const rows = penguins.filter(({ row }) => row['species'] === species);
  const masses = rows.flatMap(({ row }) => (row['mass'] === null ? [] : [Number(row['mass'])]));
  return { mean: masses.reduce((sum, mass) => sum + mass, 0) / masses.length, n: rows.length };
};

test('a SELECT over several pods is one table, with a ± for each number that the truth lies within', async () => {
  const { asker, tasks } = penguinPods({ isPrivate: true });
  const table = await frameCalls(asker).privateSql(everywhere, bySpecies, { epsilon: 8 }).fetch({ label: 'masses' });
  expect(tasks).toEqual([expect.objectContaining({ label: 'masses', protocol: { name: 'results-only' }, algorithm: { name: 'private-sql-query', sql: bySpecies }, privacy: { epsilon: 8, delta: 1e-6 } })]);
  expect(table.columns.map(({ name, type }) => [name, type])).toEqual([['species', 'text'], ['mean', 'number'], ['n', 'number']]);
  expect(table.column('species')).toEqual(['Adelie', 'Chinstrap', 'Gentoo']);
  expect(table.accuracyOf('species')).toEqual([null, null, null]);
  for (const [at, { species, mean, n }] of (table.toRecords() as { species: string; mean: number; n: number }[]).entries()) {
    // Twice the width at 95 %, so that the seed of the simulation may be any.
    const [widthOfMean, widthOfN] = [table.accuracyOf('mean')[at]!, table.accuracyOf('n')[at]!];
    expect(widthOfMean).toBeLessThan(200);
    expect(Math.abs(mean - truth(species).mean)).toBeLessThan(2 * widthOfMean);
    expect(Math.abs(n - truth(species).n)).toBeLessThanOrEqual(2 * widthOfN);
  }
});

test('what was spent on what is told pod by pod, and adds up to what was asked for', async () => {
  const { spent } = await frameCalls(penguinPods({ isPrivate: true }).asker).privateSql({ dataset: 'penguins', pods: ['biscoe', 'dream'] }, bySpecies, { epsilon: 2, delta: 1e-5 }).fetch();
  expect(spent.map(({ pod, cost }) => [pod, cost])).toEqual([['biscoe', null], ['dream', null]]);
  for (const { parts } of spent) {
    expect(parts.reduce((sum, { epsilon }) => sum + epsilon, 0)).toBeCloseTo(2, 6);
    expect(parts.map(({ on }) => on)).toEqual(['sum for AVG', 'present for AVG', 'rows for COUNT']);
  }
});

test('what each pod charged is its verdict’s word, and onEvent hears it too', async () => {
  const { asker } = penguinPods({ isPrivate: true });
  const cost = { epsilon: 1, delta: 1e-6, leftBefore: 3, leftAfter: 2 };
  const telling: Asker = {
    ...asker,
    ask(task, options) {
      options.onEvent?.({ type: 'verdict', podId: 'pod-1', verdict: { podName: 'dream', cost } as Verdict });
      return asker.ask(task, options);
    },
  };
  const heard: string[] = [];
  const table = await frameCalls(telling).privateSql(['dream/penguins'], bySpecies, { epsilon: 1 }).fetch({ onEvent: ({ type }) => heard.push(type) });
  expect([table.spent[0]!.cost, heard]).toEqual([cost, ['verdict']]);
  expect(table.toJSON()).toEqual({ columns: table.columns, rows: table.rows, accuracy: table.accuracy, spent: table.spent, origin: { taskId: 'tsk_1', pods: ['dream'], absent: [], suppressed: [], warnings: [] } });
});

test('medians of several pods are an answer for each', async () => {
  const median = frameCalls(penguinPods({ isPrivate: true }).asker).privateSql(everywhere, 'SELECT MEDIAN(mass) AS middle FROM data', { epsilon: 3 });
  expect(await codeOf(() => median.fetch())).toBe('usage.unsupported');
  const tables = await median.fetchAll();
  expect(tables.map(({ pod, table }) => [pod, table.origin.pods, table.spent.map((each) => each.pod)])).toEqual(['biscoe', 'dream', 'torgersen'].map((pod) => [pod, [pod], [pod]]));
  for (const { table } of tables) expect(table.column('middle')[0]).toBeGreaterThan(3000);
});

test('the text of a table has value ± width, to the digits that the noise leaves', async () => {
  const table = await frameCalls(penguinPods({ isPrivate: true }).asker).privateSql(['biscoe/penguins'], bySpecies, { epsilon: 8 }).fetch();
  expect(String(table)).toMatch(/Gentoo +\d{4}(\.\d)? ± \d+(\.\d)? +\d+\.\d+ ± \d\.\d+/);
  // Nobody is of this species on the island: the key is there all the same, with noise.
  expect(String(table)).toMatch(/Chinstrap .* ± \?/);
});

test('a dry run asks the pods about the very task that would be submitted', async () => {
  const { asker } = penguinPods({ isPrivate: true });
  const asked: unknown[] = [];
  const query = frameCalls({ ...asker, canI: (task) => (asked.push(task), asker.canI(task)) }).privateSql(['dream/penguins'], bySpecies, { epsilon: 1 });
  await query.canI();
  expect(asked).toEqual([query.task()]);
});

test('a query needs a pod', () => {
  expect(() => frameCalls(penguinPods({ isPrivate: true }).asker).privateSql([], bySpecies, { epsilon: 1 })).toThrow('at least one pod');
});
