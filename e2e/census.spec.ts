import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isFault, type Fault } from '@podnet/sdk';
import { assign, podYaml, temporaryHouse } from './temporary-house.ts';

const csv = fileURLToPath(new URL('../../shared/data/adult_train.csv', import.meta.url));
if (!existsSync(csv)) process.stderr.write('Skipped: adult_train.csv is not in ../shared/data.\n');

/** Bounds that anybody could name without having seen a row, and the values that the form of the census has. */
const numbers = { age: [17, 90], 'education-num': [1, 16], 'capital-gain': [0, 10_000], 'capital-loss': [0, 5_000], 'hours-per-week': [1, 99] } as const;
const categories = {
  workclass: ['Private', 'Self-emp-not-inc', 'Self-emp-inc', 'Federal-gov', 'Local-gov', 'State-gov', 'Without-pay', 'Never-worked'],
  'marital-status': ['Married-civ-spouse', 'Divorced', 'Never-married', 'Separated', 'Widowed', 'Married-spouse-absent', 'Married-AF-spouse'],
  occupation: ['Tech-support', 'Craft-repair', 'Other-service', 'Sales', 'Exec-managerial', 'Prof-specialty', 'Handlers-cleaners', 'Machine-op-inspct', 'Adm-clerical', 'Farming-fishing', 'Transport-moving', 'Priv-house-serv', 'Protective-serv', 'Armed-Forces'],
  relationship: ['Wife', 'Own-child', 'Husband', 'Not-in-family', 'Other-relative', 'Unmarried'],
  sex: ['Female', 'Male'],
  income: ['<=50K', '>50K'],
} as const;
const columns = Object.fromEntries([
  ...Object.entries(numbers).map(([name, [lower, upper]]) => [name, { type: 'integer', lower, upper, nullable: false as const }]),
  ...Object.entries(categories).map(([name, domain]) => [name, { type: 'category', domain: [...domain] }]),
]);

(existsSync(csv) ? describe : describe.skip)('two bureaus that keep their census', () => {
  let opened: Awaited<ReturnType<typeof temporaryHouse>>;
  beforeAll(async () => {
    opened = await temporaryHouse();
    const { house, home } = opened;
    await house.admin();
    const custodian = await house.person('custodian');
    const [header, ...lines] = readFileSync(csv, 'utf8').trim().split(/\r?\n/);
    const half = (part: number): string => [header, ...lines.filter((_line, i) => i % 2 === part)].join('\n');
    await Promise.all(['east', 'west'].map((name, part) => house.addPod(custodian, name, podYaml(home, house.hubUrl, { name, csv: half(part), columns, split: { train: 80, validation: 0, test: 20, seed: 3 }, privacy: {} }))));
  }, 120_000);
  afterAll(() => opened.close());

  const pods = ['east/records', 'west/records'];
  const training = (privacy: { epsilon: number; delta: number } | null, more: object = {}) => ({
    version: 1 as const, pods,
    protocol: { name: 'federated-averaging', rounds: 5, epochs: 1, validation: false },
    algorithm: { name: 'model-training', features: [...Object.keys(numbers), 'workclass', 'marital-status', 'occupation', 'relationship', 'sex'], target: 'income', seed: 1, ...more },
    model: { name: 'logistic-regression' }, limits: { deadline: '5m', onPodLoss: 'wait' as const }, ...(privacy ? { privacy } : {}),
  });
  const accuracyOf = (summary: unknown): number => (summary as { test: { metrics: { accuracy: number } } }).test.metrics.accuracy;

  it('let a DP Restricted modeller train at epsilon 3, within three points of a model without privacy, and then nothing more', async () => {
    const { house } = opened;
    const custodian = await house.person('custodian');
    const [free, restricted] = [await house.person('free'), await house.person('restricted')];
    await assign(custodian, free, 'general-modeller', ['east', 'west']);
    await assign(custodian, restricted, 'dp-restricted-modeller', ['east', 'west']);
    const plain = await (await free.podnet.tasks.submit(training(null, { optimiser: { learningRate: 0.5, batchSize: 256 } }))).outcome();
    const kept = await (await restricted.podnet.tasks.submit(training({ epsilon: 3, delta: 1e-5 }, { optimiser: { learningRate: 2 } }))).outcome();
    expect(accuracyOf(kept.summary)).toBeGreaterThan(accuracyOf(plain.summary) - 0.03);
    const refused = await restricted.podnet.tasks.submit(training({ epsilon: 0.5, delta: 1e-5 }, { optimiser: { learningRate: 2 } })).then((task) => task.outcome()).catch((error: unknown) => error);
    expect(isFault(refused)).toBe(true);
    expect(JSON.stringify((refused as Fault).toBody())).toMatch(/policy\.budget-exhausted/);
  }, 240_000);

  it('tell the mean age by occupation at epsilon 1, close to the exact 36 to 42, with honest error bars', async () => {
    const { house } = opened;
    const asker = await house.person('asker');
    await assign(await house.person('custodian'), asker, 'general-modeller', ['east', 'west']);
    const task = { version: 1 as const, pods, protocol: { name: 'results-only' }, algorithm: { name: 'private-sql-query', sql: 'SELECT occupation, AVG(age) AS age, COUNT(*) AS n FROM data GROUP BY occupation ORDER BY n DESC' }, privacy: { epsilon: 1, delta: 1e-6 }, limits: { deadline: '2m', onPodLoss: 'wait' as const } };
    const { summary } = await (await asker.podnet.tasks.submit(task)).outcome();
    const { rows, accuracy } = summary as { rows: [string, number, number][]; accuracy: [null, number | null, number][] };
    const exact = new Map<string, number[]>();
    for (const line of readFileSync(csv, 'utf8').trim().split(/\r?\n/).slice(1)) {
      const cells = line.split(',');
      exact.set(cells[6]!, [...(exact.get(cells[6]!) ?? []), Number(cells[0])]);
    }
    expect(new Set(rows.map(([occupation]) => occupation))).toEqual(new Set(categories.occupation));
    // 14 means and 14 numbers; whose occupation is a question mark has none, and is in no group, each within its 95 % four times over: less than one false alarm in 10⁶ for each.
    rows.forEach(([occupation, age, n], at) => {
      const ages = exact.get(occupation)!;
      expect(Math.abs(n - ages.length)).toBeLessThan(4 * accuracy[at]![2]);
      if (ages.length < 500) return;
      const mean = ages.reduce((sum, one) => sum + one, 0) / ages.length;
      expect(accuracy[at]![1]).toBeLessThan(1.5);
      expect(Math.abs(age - mean)).toBeLessThan(4 * accuracy[at]![1]!);
    });
  }, 120_000);
});
