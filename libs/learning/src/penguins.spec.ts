import { readFileSync } from 'node:fs';
import {
  averageWeights,
  encodeExamples,
  evaluateModel,
  featureStatistics,
  logisticRegression,
  planFeatures,
  planTarget,
  poolMetrics,
  poolStatistics,
  splitRows,
  train,
  type Column,
  type Table,
} from './index.ts';

/** Palmer penguins (Gorman, Williams, Fraser 2014), 344 rows of which two have no measurements. */
const penguins = JSON.parse(readFileSync(new URL('../../../node_modules/vega-datasets/data/penguins.json', import.meta.url), 'utf8')) as Record<string, string | number | null>[];
const measures = ['Beak Length (mm)', 'Beak Depth (mm)', 'Flipper Length (mm)', 'Body Mass (g)'];
const species = ['Adelie', 'Chinstrap', 'Gentoo'];

const plan = planFeatures(measures.map((name) => ({ name, kind: 'number' })));
const target = planTarget({ column: { name: 'Species', kind: 'category', domain: species }, learns: 'classification' });
const model = logisticRegression.create({ width: plan.width, outputs: target.outputs });
const options = { missing: 'impute', standardise: true } as const;

function tableOf(rows: typeof penguins): Table {
  const numbers = measures.map((name): Column => ({ kind: 'number', name, values: Float64Array.from(rows, (row) => (typeof row[name] === 'number' ? row[name] : Number.NaN)) }));
  return { rows: rows.length, columns: [...numbers, { kind: 'category', name: 'Species', domain: species, codes: Int32Array.from(rows, (row) => species.indexOf(String(row.Species))) }] };
}

const split = (table: Table) => splitRows(table.rows, { train: 70, validation: 0, test: 30, seed: 42 });

describe('the species of Palmer penguins', () => {
  it('is learned from four measures', () => {
    const table = tableOf(penguins);
    const parts = split(table);
    const statistics = poolStatistics([featureStatistics(table, parts.train, plan)], plan);
    const [learn, test] = [parts.train, parts.test].map((rows) => encodeExamples(table, rows, plan, statistics, target, options)) as [ReturnType<typeof encodeExamples>, ReturnType<typeof encodeExamples>];
    const { weights } = train({ model, ...learn, weights: model.initial(), optimiser: { name: 'sgd', learningRate: 0.1, batchSize: 32 }, amount: { epochs: 30 }, seed: 1, round: 0 });
    const { rows, metrics } = evaluateModel(model, test.x, test.y, weights);
    expect(rows).toBe(103);
    expect(metrics.accuracy).toBeGreaterThanOrEqual(0.97);
    expect(metrics.auc).toBeGreaterThan(0.99);
  });

  it('is learned over islands that do not have all species, about as well', () => {
    const tables = ['Biscoe', 'Dream', 'Torgersen'].map((island) => tableOf(penguins.filter((row) => row.Island === island)));
    const parts = tables.map(split);
    const statistics = poolStatistics(tables.map((table, i) => featureStatistics(table, parts[i]!.train, plan)), plan);
    const pods = tables.map((table, i) => ({
      learn: encodeExamples(table, parts[i]!.train, plan, statistics, target, options),
      test: encodeExamples(table, parts[i]!.test, plan, statistics, target, options),
    }));
    let weights = model.initial();
    for (let round = 0; round < 15; round++) {
      weights = averageWeights(
        pods.map(({ learn }) => ({
          weights: train({ model, ...learn, weights, optimiser: { name: 'sgd', learningRate: 0.1, batchSize: 32 }, amount: { epochs: 2 }, seed: 1, round }).weights,
          weight: learn.y.length,
        })),
      );
    }
    const { metrics } = poolMetrics(pods.map(({ test }) => evaluateModel(model, test.x, test.y, weights)));
    expect(metrics.accuracy).toBeGreaterThanOrEqual(0.97);
  });
});
