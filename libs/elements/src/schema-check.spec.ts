import type { ColumnNeed } from './manifest.ts';
import type { SchemaColumn } from './pod-part.ts';
import { checkSchemas } from './schema-check.ts';

const needs: ColumnNeed[] = [
  { column: 'age', at: 'algorithm.features[0]', kinds: ['number', 'integer'] },
  { column: 'sex', at: 'algorithm.features[1]', kinds: ['category'] },
];
const age: SchemaColumn = { name: 'age', kind: 'integer' };
const sex = (...domain: string[]): SchemaColumn => ({ name: 'sex', kind: 'category', domain });

const check = (...pods: SchemaColumn[][]) => checkSchemas(needs, pods.map((columns, i) => ({ podName: ['north', 'east', 'south'][i]!, columns })))?.toBody() ?? null;

test.each<[string, SchemaColumn[][]]>([
  ['equal columns', [[age, sex('f', 'm')], [age, sex('f', 'm')]]],
  ['values in another order', [[age, sex('f', 'm')], [age, sex('m', 'f')]]],
  ['values in another spelling of the same number', [[age, sex('1', '2')], [age, sex('1.0', ' 2')]]],
  ['columns that the task does not read', [[age, sex('f'), { name: 'name', kind: 'text' }], [sex('f'), age]]],
])('%s fit', (_name, pods) => {
  expect(check(...pods)).toBeNull();
});

test.each<[string, SchemaColumn[][], string, string, string, string]>([
  ['a missing column', [[age, sex('f')], [{ ...age, name: 'aeg' }, sex('f')]], 'schema.unknown-column', 'algorithm.features[0]', 'east has no column age.', 'Did you mean aeg?'],
  ['a kind that does not serve', [[{ ...age, kind: 'text' }, sex('f')], [age, sex('f')]], 'schema.wrong-kind', 'algorithm.features[0]', 'On north the kind of age is text.', 'This needs number or integer.'],
  ['another kind', [[age, sex('f')], [{ ...age, kind: 'number' }, sex('f')]], 'schema.incompatible', 'algorithm.features[0]', 'The kind of age differs: number on east; integer on north.', ''],
  ['a category without a domain', [[age, sex('f')], [age, sex()]], 'schema.wrong-kind', 'algorithm.features[1]', 'On east the category sex has no published domain.', 'Its custodian can declare the domain in pod.yaml.'],
  ['other values', [[age, sex('f', 'm')], [age, sex('f', 'x', 'w')]], 'schema.incompatible', 'algorithm.features[1]', 'The values of sex differ: only on east: w, x; only on north: m.', 'The custodians can declare the same domain in pod.yaml.'],
  ['a value more', [[age, sex('f', 'm')], [age, sex('f')]], 'schema.incompatible', 'algorithm.features[1]', 'The values of sex differ: only on north: m.', 'The custodians can declare the same domain in pod.yaml.'],
])('%s is explained with its column and pod', (_name, pods, code, at, detail, hint) => {
  const fault = check(...pods)!;
  expect(fault).toMatchObject({ code: 'schema.incompatible', detail: 'The pods do not fit the task in one column.', at });
  expect(fault.causes).toHaveLength(1);
  expect(fault.causes![0]).toMatchObject({ code, at, detail, ...(hint ? { hint } : {}) });
});

test('every column and pod that differs is told', () => {
  const fault = check([age, sex('f')], [sex('m')], [{ ...age, kind: 'date' }, sex('f')])!;
  expect(fault.detail).toBe('The pods do not fit the task in 2 columns.');
  expect(fault.causes!.map(({ detail }) => detail)).toEqual([
    'east has no column age.',
    'On south the kind of age is date.',
    'The values of sex differ: only on east: m; only on north: f.',
  ]);
});

test('a column that no pod has is told of every pod', () => {
  expect(check([sex('f')], [sex('f')])!.causes!.map(({ detail }) => detail)).toEqual(['north has no column age.', 'east has no column age.']);
});

test('long domains are told in short', () => {
  const many = Array.from({ length: 14 }, (_, i) => String(i));
  expect(check([age, sex('0')], [age, sex(...many)])!.causes![0]!.detail).toBe('The values of sex differ: only on east: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 3 more.');
});
