import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { readTaskFile } from '@podnet/sdk';
import { assign, podYaml, temporaryHouse } from './temporary-house.ts';

const data = fileURLToPath(new URL('../../shared/data', import.meta.url));
const hospitals = ['cleveland', 'hungarian', 'switzerland', 'va'];
const present = hospitals.every((hospital) => existsSync(join(data, `heart_disease_${hospital}.csv`)));
if (!present) console.warn('Skipped: the four hospitals of UCI Heart Disease are not in ../shared/data.');

/** What the four custodians agreed on: the domains of the categories. */
const columns = Object.fromEntries([
  ...['age', 'trestbps', 'chol', 'thalach', 'oldpeak'].map((name) => [name, { type: 'number' }]),
  ...Object.entries({ sex: [0, 1], cp: [1, 2, 3, 4], fbs: [0, 1], restecg: [0, 1, 2], exang: [0, 1], slope: [1, 2, 3], ca: [0, 1, 2, 3], thal: [3, 6, 7], num: [0, 1, 2, 3, 4] }).map(([name, domain]) => [name, { type: 'category', domain }]),
]);

(present ? describe : describe.skip)('four hospitals that keep their records', () => {
  it('learn together to tell heart disease, with an AUC of at least 0.84 on rows they have not seen', async () => {
    const { house, home, close } = await temporaryHouse();
    try {
      await house.admin();
      const custodian = await house.person('custodian');
      const modeller = await house.person('modeller');
      await Promise.all(
        hospitals.map((name) =>
          house.addPod(custodian, name, podYaml(home, house.hubUrl, { name, csv: readFileSync(join(data, `heart_disease_${name}.csv`), 'utf8'), columns, split: { train: 70, validation: 10, test: 20, seed: 7 } })),
        ),
      );
      await assign(custodian, modeller, 'general-modeller', hospitals);
      const text = readFileSync(fileURLToPath(new URL('../examples/tasks/heart-disease.yaml', import.meta.url)), 'utf8');
      const task = { ...readTaskFile(text, 'heart-disease.yaml'), pods: hospitals.map((name) => `${name}/records`) };
      const outcome = await (await modeller.podnet.tasks.submit(task)).outcome();
      const { test, pods } = outcome.summary as { test: { metrics: { auc: number } }; pods: unknown[] };
      expect(pods).toHaveLength(4);
      expect(test.metrics.auc).toBeGreaterThanOrEqual(0.84);
    } finally {
      await close();
    }
  }, 120_000);
});
