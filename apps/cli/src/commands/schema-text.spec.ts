import type { PublishedColumn, PublishedSchema } from '@podnet/contracts';
import { schemaText } from './schema-text.ts';

const age: PublishedColumn = { name: 'age', kind: 'integer', description: 'Years' };
const schema = (changes: Partial<PublishedSchema> = {}): PublishedSchema => ({ dataset: 'people', version: 'v', columns: [age], parts: ['train'], ...changes });

it('shows no bounds where none are declared', () => {
  expect(schemaText(schema())).not.toMatch(/bounds|Private/);
  expect(schemaText(schema({ description: 'All of them' }))).toContain('people — All of them');
});

it('shows bounds, steps that are no whole ones, and columns without gaps', () => {
  const columns: PublishedColumn[] = [
    { ...age, bounds: { lower: 0, upper: 120, granularity: 1 }, nullable: false },
    { name: 'pressure', kind: 'number', bounds: { lower: -1.5, upper: 2, granularity: 0.25 } },
    { name: 'ward', kind: 'category', domain: { source: 'declared', values: ['A', 'B'] } },
  ];
  const text = schemaText(schema({ columns, privacy: { unit: 'patient', maxRows: 4, maxGroups: 1 } }));
  for (const part of ['bounds', '0 … 120, none missing', '-1.5 … 2 in steps of 0.25', 'A, B', 'Years', 'all rows of one patient are hidden together; up to 4 of them count in a group, and up to 1 group.']) expect(text).toContain(part);
});

it.each<[PublishedSchema['privacy'], string]>([
  [{ unit: null, maxRows: 1, maxGroups: 1 }, 'Private queries: each row is hidden.'],
  [{ public: true, uniqueKey: 'ward' }, 'Private queries: a table about nobody, joined on ward.'],
  [{ public: true, uniqueKey: null }, 'Private queries: a table about nobody.'],
])('says what private queries hide: %j', (privacy, says) => {
  expect(schemaText(schema({ privacy })).split('\n').at(-1)).toBe(says);
});
