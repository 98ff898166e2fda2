import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { podConfig, type DatasetConfig } from '@podnet/contracts';
import { openEngine } from './index.ts';

const folder = fileURLToPath(new URL('../../../../shared/data/', import.meta.url));
const dataset = (file: string, rest: object = {}): DatasetConfig =>
  podConfig.parse({ version: 1, name: 'n', hub: 'http://localhost', datasets: [{ name: 'd', source: { csv: file }, ...rest }] }).datasets[0]!;

/** These files lie beside a checkout and may not be copied into it. */
const isPresent = existsSync(`${folder}titanic.csv`);
if (!isPresent) process.stderr.write('The real data sets are not beside this checkout: their specs are left out.\n');

(isPresent ? describe : describe.skip)('real tables', () => {
  it('the passengers of the Titanic', async () => {
    const engine = await openEngine();
    const set = dataset('titanic.csv', { ignore: ['Name', 'Ticket'], columns: { Survived: { type: 'category' } } });
    const { columns } = engine.inspect(set, folder);
    expect(Object.fromEntries(columns.map((column) => [column.name, column.domain?.values ?? column.kind]))).toEqual({
      PassengerId: 'integer', Survived: ['0', '1'], Pclass: 'integer', Sex: ['female', 'male'], Age: 'number', SibSp: 'integer', Parch: 'integer', Fare: 'number', Cabin: 'text', Embarked: ['C', 'Q', 'S'],
    });
    const { table } = engine.load(set, folder, columns.filter((column) => column.kind !== 'text'));
    const age = table.columns.find((column) => column.name === 'Age')!;
    expect(table.rows).toBe(891);
    expect(age.kind === 'number' && age.values.filter(Number.isNaN).length).toBe(177);
  });

  it('the four hospitals have one layout', async () => {
    const engine = await openEngine();
    const declared = Object.fromEntries(Object.entries({ sex: [0, 1], cp: [1, 2, 3, 4], fbs: [0, 1], restecg: [0, 1, 2], exang: [0, 1], slope: [1, 2, 3], ca: [0, 1, 2, 3], thal: [3, 6, 7], num: [0, 1, 2, 3, 4] }).map(([name, domain]) => [name, { domain }]));
    const schemas = ['cleveland', 'hungarian', 'switzerland', 'va'].map((site) => engine.inspect(dataset(`heart_disease_${site}.csv`, { columns: declared }), folder).columns);
    for (const schema of schemas.slice(1)) expect(schema).toEqual(schemas[0]);
  });

  it('a census of thirty thousand rows', async () => {
    const engine = await openEngine();
    const { columns } = engine.inspect(dataset('adult_train.csv'), folder);
    expect(columns.find((column) => column.name === 'workclass')!.domain!.values).toEqual(['Federal-gov', 'Local-gov', 'Private', 'Self-emp-inc', 'Self-emp-not-inc', 'State-gov', 'Without-pay']);
  });
});
