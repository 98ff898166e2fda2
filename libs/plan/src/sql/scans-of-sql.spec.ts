import { loadSqlParser } from './parser.ts';
import { scansOfSql } from './scans-of-sql.ts';

const parser = await loadSqlParser();

test.each([
  ['SELECT 1', []],
  ['SELECT * FROM titanic', ['titanic']],
  ['SELECT * FROM a, b JOIN c ON true WHERE x IN (SELECT y FROM d)', ['a', 'b', 'c', 'd']],
  ['WITH w AS (SELECT * FROM a) SELECT * FROM w UNION ALL SELECT * FROM "Mixed-Case"', ['Mixed-Case', 'a', 'w']],
])('%s reads %j', (sql, names) => expect(scansOfSql(sql, parser).sort()).toEqual([...names].sort()));

test('what is no SQL is refused with its place', () => {
  expect(() => scansOfSql('SELECT FROM FROM', parser)).toThrow(expect.objectContaining({ code: 'usage.malformed' }));
});
