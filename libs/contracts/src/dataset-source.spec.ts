import { isFault } from '@podnet/errors';
import { readYaml } from './document.ts';
import { planTypeOf } from './plan-type.ts';
import { podConfig } from './pod-config.ts';

const secret = 'canary-pass-1f0e';
const read = (source: string) => readYaml(`version: 1\nname: clinic\nhub: http://localhost\ndatasets:\n  - name: visits\n    source: ${source}\n`, podConfig, 'pod.yaml', 'config.invalid').datasets[0]!.source;

describe('a source of rows', () => {
  it.each([
    ['{ csv: a.csv }', { csv: 'a.csv' }],
    ['{ csv: "visits-*.csv" }', { csv: 'visits-*.csv' }],
    ['{ parquet: [a.parquet, "b?.parquet"] }', { parquet: ['a.parquet', 'b?.parquet'] }],
    ['{ postgres: { url_env: DB, table: visits } }', { postgres: { url_env: 'DB', table: 'visits', max_size: '2GiB' } }],
    [`{ postgres: { url_env: DB, table: 'clinic."My ""visits"""', refresh: 1h, max_size: 1GiB } }`, { postgres: { url_env: 'DB', table: 'clinic."My ""visits"""', refresh: '1h', max_size: '1GiB' } }],
    ['{ postgres: { url_env: DB, query: select 1 } }', { postgres: { url_env: 'DB', query: 'select 1', max_size: '2GiB' } }],
  ])('can be %s', (text, source) => {
    expect(read(text)).toEqual(source);
  });

  it.each([
    ['an address in the file', `{ postgres: { url_env: DB, url: "postgresql://u:${secret}@h/d", table: a } }`, /"url" is not known/],
    ['an address instead of a variable', `{ postgres: { url_env: "postgresql://u:${secret}@h/d", table: a } }`, /never stands in this file/],
    ['an address instead of a table', `{ postgres: { url_env: DB, table: "postgresql://u:${secret}@h/d" } }`, /name of a table/],
    ['SQL instead of a table', `{ postgres: { url_env: DB, table: "a; drop table ${secret}" } }`, /name of a table/],
    ['a table and a query', `{ postgres: { url_env: DB, table: a, query: select 1 } }`, /either a table or a query/],
    ['neither', `{ postgres: { url_env: DB } }`, /either a table or a query/],
    ['an interval that is none', `{ postgres: { url_env: DB, table: a, refresh: often } }`, /duration/],
    ['every folder below', `{ csv: "**/a.csv" }`, /each level/],
    ['no file at all', `{ csv: [] }`, /./],
    ['two kinds', `{ csv: a.csv, parquet: b.parquet }`, /./],
  ])('is refused with %s, by its place and without its value', (_, text, says) => {
    try {
      read(text);
      throw new Error('no fault');
    } catch (error) {
      if (!isFault(error)) throw error;
      const told = JSON.stringify([error.message, error.details]);
      expect(['config.invalid', 'usage.unknown-key']).toContain(error.code);
      expect(error.message).toMatch(says);
      expect(error.details.at).toMatch(/^pod\.yaml:\d+:\d+$/);
      expect(told).not.toContain(secret);
    }
  });
});

it('a plan knows a published date with times from one without', () => {
  expect((['number', 'integer', 'boolean', 'category', 'text', 'date'] as const).map((kind) => planTypeOf({ kind }))).toEqual(['number', 'integer', 'boolean', 'text', 'text', 'date']);
  expect(planTypeOf({ kind: 'date', times: true })).toBe('datetime');
});
