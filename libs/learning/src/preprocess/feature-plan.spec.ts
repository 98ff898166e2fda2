import { planFeatures, type PublishedColumn } from './feature-plan.ts';

describe('the feature plan', () => {
  it('gives numbers and booleans one column and categories one for each value', () => {
    const plan = planFeatures([
      { name: 'age', kind: 'integer' },
      { name: 'sex', kind: 'category', domain: ['F', 'M'] },
      { name: 'smokes', kind: 'boolean' },
      { name: 'grade', kind: 'category', domain: [1, '2.0', ' 3'] },
      { name: 'mass', kind: 'number' },
    ]);
    expect(plan.width).toBe(8);
    expect(plan.features.map(({ name, kind, offset, width }) => [name, kind, offset, width])).toEqual([
      ['age', 'number', 0, 1],
      ['sex', 'category', 1, 2],
      ['smokes', 'number', 3, 1],
      ['grade', 'category', 4, 3],
      ['mass', 'number', 7, 1],
    ]);
    expect(plan.features[3]).toMatchObject({ domain: ['1', '2', '3'] });
  });

  it.each<[string, PublishedColumn[], string, string]>([
    ['no features', [], 'usage.invalid', 'features'],
    ['a feature named twice', [{ name: 'a', kind: 'number' }, { name: 'a', kind: 'number' }], 'usage.invalid', 'features[1]'],
    ['a text', [{ name: 'a', kind: 'text' }], 'schema.wrong-kind', 'features[0]'],
    ['a date', [{ name: 'a', kind: 'number' }, { name: 'b', kind: 'date' }], 'schema.wrong-kind', 'features[1]'],
    ['a category without a domain', [{ name: 'a', kind: 'category' }], 'usage.invalid', 'features[0]'],
    ['a domain that has a value twice', [{ name: 'a', kind: 'category', domain: ['1', '1.0'] }], 'schema.incompatible', 'features[0]'],
  ])('refuses %s', (_, columns, code, at) => {
    expect(() => planFeatures(columns)).toThrow(expect.objectContaining({ code, details: expect.objectContaining({ at }) }));
  });
});
