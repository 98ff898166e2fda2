import { refused, planned } from '../fixtures/sql.ts';
import type { Source, Sources } from '../typed.ts';
import { analysePlan } from '../analyse.ts';
import { nullings } from '../sanitise.ts';
import { sqlLimits } from './limits.ts';

const columns = [
  { name: 'id', type: 'integer', nullable: false }, { name: 'Name', type: 'text' }, { name: 'age', type: 'number' }, { name: 'Rank', type: 'integer' }, { name: 'rank_', type: 'integer' },
  { name: 'born', type: 'date' }, { name: 'größe', type: 'number' }, { name: 'AB', type: 'number' }, { name: 'Ab', type: 'number' }, { name: 'b', type: 'boolean' },
] as const;
const sources: Sources = new Map<string, Source>([
  ['t', { kind: 'dataset', unit: 'id', columns }], ['u', { kind: 'dataset', unit: 'id', columns }], ['Case', { kind: 'dataset', unit: 'id', columns }], ['CASE', { kind: 'dataset', unit: 'id', columns }],
]);

const mistakes: [sql: string, code: string, at: string][] = [
  // More or other than one SELECT.
  ['', 'usage.malformed', 'sql:1:1'],
  [' \n ', 'usage.malformed', 'sql:1:1'],
  [';', 'usage.malformed', 'sql:1:1'],
  ['-- SELECT 1', 'usage.malformed', 'sql:1:1'],
  ['SELECT id FROM t; SELECT id FROM t', 'usage.unsupported', 'sql:1:19'],
  ['SELECT id FROM t;\n /* ü */ DROP TABLE t', 'usage.unsupported', 'sql:2:10'],
  ['SELECT id FROM t; DROP', 'usage.malformed', 'sql:1:23'],
  ['INSERT INTO t VALUES (1)', 'usage.unsupported', 'sql:1:1'],
  ['UPDATE t SET age = 1', 'usage.unsupported', 'sql:1:1'],
  ['  DELETE FROM t', 'usage.unsupported', 'sql:1:3'],
  ['MERGE INTO t USING u ON true WHEN MATCHED THEN DELETE', 'usage.unsupported', 'sql:1:1'],
  ['CREATE TABLE x AS SELECT * FROM t', 'usage.unsupported', 'sql:1:1'],
  ["COPY t TO PROGRAM 'x'", 'usage.unsupported', 'sql:1:1'],
  ["DO $$ BEGIN END $$", 'usage.unsupported', 'sql:1:1'],
  ['SET work_mem = 1', 'usage.unsupported', 'sql:1:1'],
  ['EXPLAIN ANALYZE SELECT * FROM t', 'usage.unsupported', 'sql:1:1'],
  ['PREPARE p AS SELECT * FROM t', 'usage.unsupported', 'sql:1:1'],
  ['SELECT * INTO x FROM t', 'usage.unsupported', 'sql:1:15'],
  ['SELECT * FROM t FOR UPDATE', 'usage.unsupported', 'sql:1:8'],
  ['WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM t', 'usage.unsupported', 'sql:1:6'],
  ['WITH x AS (SELECT 1 FROM t), y AS (INSERT INTO t VALUES (1) RETURNING *) SELECT * FROM x', 'usage.unsupported', 'sql:1:30'],
  ['WITH RECURSIVE x AS (SELECT id FROM t UNION ALL SELECT id FROM x) SELECT * FROM x', 'usage.unsupported', 'sql:1:16'],
  ['SELECT * FROM (WITH x AS (UPDATE t SET age = 1 RETURNING *) SELECT * FROM x) AS y', 'usage.unsupported', 'sql:1:21'],
  ['VALUES (1)', 'usage.unsupported', 'sql:1:9'],
  ['SELECT 1', 'usage.unsupported', 'sql:1:8'],
  // What may not be asked.
  ['SELECT rank() OVER () FROM t', 'usage.unsupported', 'sql:1:8'],
  ['SELECT sum(age) OVER w FROM t WINDOW w AS (ORDER BY id)', 'usage.unsupported', 'sql:1:43'],
  ['SELECT (SELECT max(u.age) FROM u WHERE u.id = t.id) FROM t', 'usage.unsupported', 'sql:1:8'],
  ['SELECT id FROM t WHERE id IN (SELECT id FROM u)', 'usage.unsupported', 'sql:1:27'],
  ['SELECT id FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.id = t.id)', 'usage.unsupported', 'sql:1:24'],
  ['SELECT 1 FROM t, u WHERE t.id = (SELECT max(id) FROM u)', 'usage.unsupported', 'sql:1:33'],
  ['SELECT * FROM t, LATERAL (SELECT t.id FROM u) AS x', 'usage.unsupported', 'sql:1:34'],
  ['SELECT * FROM t JOIN (SELECT t.age AS a FROM u) AS x ON true', 'schema.unknown-column', 'sql:1:30'],
  ['SELECT $1 FROM t', 'usage.unsupported', 'sql:1:8'],
  ['SELECT * FROM t LIMIT $1', 'usage.unsupported', 'sql:1:23'],
  ['SELECT * FROM t LIMIT (SELECT 1 FROM t)', 'usage.unsupported', 'sql:1:23'],
  ['SELECT * FROM t LIMIT -1', 'usage.invalid', 'sql:1:23'],
  ['SELECT * FROM t ORDER BY id FETCH FIRST 2 ROWS WITH TIES', 'usage.unsupported', 'sql:1:41'],
  ['SELECT pg_sleep(9) FROM t', 'plan.unknown-operation', 'sql:1:8'],
  ["SELECT pg_read_file('/etc/passwd') FROM t", 'plan.unknown-operation', 'sql:1:8'],
  ["SELECT query_to_xml('SELECT 1', true, true, '') FROM t", 'plan.unknown-operation', 'sql:1:8'],
  ['SELECT public.abs(age) FROM t', 'usage.unsupported', 'sql:1:8'],
  ['SELECT constructor(age), __proto__(age) FROM t', 'plan.unknown-operation', 'sql:1:8'],
  ['SELECT now(), current_user FROM t', 'usage.unsupported', 'sql:1:8'],
  ['SELECT random() FROM t', 'usage.unsupported', 'sql:1:8'],
  ['SELECT * FROM generate_series(1, 10)', 'usage.unsupported', 'sql:1:15'],
  ['SELECT * FROM t TABLESAMPLE SYSTEM (1)', 'usage.unsupported', 'sql:1:29'],
  ['SELECT * FROM ONLY t', 'usage.unsupported', 'sql:1:20'],
  ['SELECT * FROM public.t', 'usage.unsupported', 'sql:1:15'],
  ['SELECT * FROM pg_catalog.pg_user', 'usage.unsupported', 'sql:1:15'],
  ['SELECT * FROM pg_user', 'dataset.unknown', 'sql:1:15'],
  ['SELECT age::regclass FROM t', 'usage.unsupported', 'sql:1:13'],
  ['SELECT age::varchar(3) FROM t', 'usage.unsupported', 'sql:1:13'],
  ["SELECT \"Name\" ~ '(a+)+b' FROM t", 'usage.unsupported', 'sql:1:15'],
  ["SELECT \"Name\" LIKE \"Name\" FROM t", 'usage.unsupported', 'sql:1:20'],
  ["SELECT \"Name\" LIKE 'a\\%_%b' FROM t", 'usage.unsupported', 'sql:1:20'],
  ["SELECT \"Name\" COLLATE \"C\" FROM t", 'usage.unsupported', 'sql:1:15'],
  ['SELECT id FROM t UNION SELECT id FROM t', 'usage.unsupported', 'sql:1:31'],
  ['SELECT id FROM t EXCEPT ALL SELECT id FROM t', 'usage.unsupported', 'sql:1:36'],
  ['SELECT id FROM t UNION ALL SELECT id, age FROM t', 'schema.incompatible', 'sql:1:35'],
  ["SELECT id FROM t UNION ALL SELECT \"Name\" FROM t", 'plan.wrong-type', 'sql:1:8'],
  ['SELECT DISTINCT ON (id) id FROM t', 'usage.unsupported', 'sql:1:21'],
  ['SELECT DISTINCT id FROM t ORDER BY age', 'plan.misplaced', 'sql:1:36'],
  ['SELECT count(*) FROM t GROUP BY CUBE (id)', 'usage.unsupported', 'sql:1:33'],
  ['SELECT sum(DISTINCT age) FROM t', 'usage.unsupported', 'sql:1:8'],
  ['SELECT var_pop(age) FROM t', 'usage.unsupported', 'sql:1:8'],
  ['SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY age) FROM t', 'usage.unsupported', 'sql:1:8'],
  ['SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY age DESC) FROM t', 'usage.unsupported', 'sql:1:8'],
  ['SELECT percentile_cont(0.5, age) FROM t', 'usage.invalid', 'sql:1:8'],
  ['SELECT quantile(age) FROM t', 'usage.invalid', 'sql:1:8'],
  ['SELECT quantile(age, 2) FROM t', 'usage.invalid', 'sql:1:22'],
  ['SELECT quantile(age, age) FROM t', 'usage.invalid', 'sql:1:22'],
  ['SELECT quantile(3, 0.5) FROM t', 'usage.unsupported', 'sql:1:17'],
  ['SELECT median(age, age) FROM t', 'usage.invalid', 'sql:1:8'],
  ['SELECT born - 1 FROM t', 'usage.unsupported', 'sql:1:13'],
  ['SELECT count(*) FROM t LEFT JOIN u ON t.age < u.age', 'usage.unsupported', 'sql:1:22'],
  ['SELECT count(*) FROM t LEFT JOIN u ON t.id = u.id AND t.age > 3', 'usage.unsupported', 'sql:1:61'],
  ['SELECT count(*) FROM t FULL JOIN u ON t.id = u.id AND u.age > 3', 'usage.unsupported', 'sql:1:61'],
  // What does not fit.
  ['SELECT id FROM t WHERE avg(age) > 3', 'plan.misplaced', 'sql:1:33'],
  ['SELECT t.id FROM t JOIN u ON sum(t.id) = u.id', 'plan.misplaced', 'sql:1:40'],
  ['SELECT id, count(*) FROM t', 'plan.misplaced', 'sql:1:8'],
  ['SELECT * FROM t GROUP BY id', 'plan.misplaced', 'sql:1:8'],
  ['SELECT count(*) FROM t GROUP BY age HAVING id > 3', 'plan.misplaced', 'sql:1:44'],
  ['SELECT count(*) FROM t GROUP BY count(*)', 'plan.misplaced', 'sql:1:33'],
  ['SELECT sum(avg(age)) FROM t', 'plan.misplaced', 'sql:1:12'],
  ['SELECT count(*) FILTER (WHERE sum(age) > 1) FROM t', 'plan.misplaced', 'sql:1:40'],
  ['SELECT * FROM t WHERE count(*) OVER () > 1', 'usage.unsupported', 'sql:1:23'],
  ['SELECT "Name" + 1 FROM t', 'plan.wrong-type', 'sql:1:8'],
  ['SELECT id FROM t WHERE age', 'plan.wrong-type', 'sql:1:24'],
  ["SELECT id FROM t WHERE age > 'many'", 'plan.wrong-type', 'sql:1:30'],
  ["SELECT id FROM t WHERE born > '1912-02-30'", 'plan.wrong-type', 'sql:1:31'],
  ['SELECT age / 0 FROM t', 'usage.invalid', 'sql:1:14'],
  ['SELECT 1e400 FROM t', 'usage.invalid', 'sql:1:8'],
  ['SELECT 99999999999999999999 FROM t', 'usage.invalid', 'sql:1:8'],
  ["SELECT B'01' FROM t", 'usage.unsupported', 'sql:1:8'],
  ['SELECT abs(age, 1) FROM t', 'usage.invalid', 'sql:1:8'],
  ['SELECT id FROM t ORDER BY 2', 'usage.invalid', 'sql:1:27'],
  ['SELECT id FROM t GROUP BY 0', 'usage.invalid', 'sql:1:27'],
  ['SELECT x.id FROM t AS x, u AS x', 'usage.invalid', 'sql:1:18'],
  ['SELECT age FROM t AS x, u AS y', 'usage.invalid', 'sql:1:8'],
  ['SELECT t.age FROM t AS x', 'schema.unknown-column', 'sql:1:8'],
  ['SELECT a.b.c.d FROM t', 'usage.unsupported', 'sql:1:8'],
  ['SELECT t FROM t', 'schema.unknown-column', 'sql:1:8'],
  // Names that look alike.
  ['SELECT "name" FROM t', 'schema.unknown-column', 'sql:1:8'],
  ['SELECT "AGE" FROM t', 'schema.unknown-column', 'sql:1:8'],
  ['SELECT \u0430ge FROM t', 'schema.unknown-column', 'sql:1:8'],
  ['SELECT ran\u212a FROM t', 'schema.unknown-column', 'sql:1:8'],
  ['SELECT GR\u00d6\u00dfE FROM t', 'schema.unknown-column', 'sql:1:8'],
  ['SELECT gro\u0308ße FROM t', 'schema.unknown-column', 'sql:1:8'],
  ['SELECT ab FROM t', 'usage.invalid', 'sql:1:8'],
  ['SELECT "age " FROM t', 'schema.unknown-column', 'sql:1:8'],
  ['SELECT * FROM "T"', 'dataset.unknown', 'sql:1:15'],
  ['SELECT * FROM "case"', 'dataset.unknown', 'sql:1:15'],
  ['SELECT age AS "a\u202eb" FROM t', 'usage.invalid', 'sql:1:8'],
  ['SELECT age AS "a\nb" FROM t', 'usage.invalid', 'sql:1:8'],
  // Texts that are none.
  ['SELECT id\0 FROM t', 'usage.malformed', 'sql:1:10'],
  ["SELECT '\ud800' FROM t", 'usage.malformed', 'sql:1:1'],
  ["SELECT 'abc FROM t", 'usage.malformed', 'sql:1:8'],
  ['SELECT /* id FROM t', 'usage.malformed', 'sql:1:8'],
  ['SELECT "" FROM t', 'usage.malformed', 'sql:1:8'],
];

describe('refused, with its place', () => {
  it.each(mistakes)('%j', (sql, code, at) => {
    const refusal = refused(sql, sources);
    expect([refusal.code, refusal.at]).toEqual([code, at]);
  });

  it.each([
    ["SELECT 'ä😀', x FROM t", 'sql:1:14'],
    ["SELECT 'ä😀' a b FROM t", 'sql:1:15'],
    ["SELECT\n  'ä😀',\r\n\t/* 😀 */ x FROM t", 'sql:3:10'],
    ['SELECT "ä😀" FROM t', 'sql:1:8'],
    ["SELECT id FROM t WHERE 'é' = \"Name\" AND 'é' = age", 'sql:1:41'],
    ['SELECT id,\n\nFROM t', 'sql:3:1'],
    ["SELECT 'é' FROM", 'sql:1:16'],
  ])('%j counts characters, not bytes', (sql, at) => expect(refused(sql, sources).at).toBe(at));

  it('no word of the parser, of the text or of another library', () => {
    for (const [sql] of mistakes) expect(refused(sql, sources).text).not.toMatch(/syntax error|at or near|unterminated|zod|expected|undefined|many|passwd|scan\.l|pg_|RangeError/i);
  });

  it.each([['SELECT uper("Name") FROM t', 'Did you mean upper?'], ['SELECT cout(id) FROM t', 'Did you mean count?'], ['SELECT substrin("Name", 1) FROM t', 'Did you mean substring?'], ['SELECT frobnicate(id) FROM t', undefined]])('%s has a near name', (sql, hint) => {
    expect(refused(sql, sources).hint).toBe(hint);
  });
});

const times = (count: number, text: string, between = ''): string => Array.from({ length: count }, () => text).join(between);
const around = (count: number, before: string, inner: string, after: string): string => times(count, before) + inner + times(count, after);

const huge: [what: string, make: (count: number) => string][] = [
  ['terms', (n) => `SELECT ${times(n, 'age', '+')} FROM t`],
  ['terms of a division', (n) => `SELECT ${times(n, 'id', '/')} FROM t`],
  ['remainders', (n) => `SELECT ${times(n, 'id', '%')} FROM t`],
  ['brackets', (n) => `SELECT ${around(n, '(', 'age', ')')} FROM t`],
  ['brackets in a text that closes none', (n) => `SELECT ${around(n, "(')'||", 'age', ')')} FROM t`],
  ['negations', (n) => `SELECT ${times(n, 'NOT ')}b FROM t`],
  ['signs', (n) => `SELECT ${times(n, '- ')}age FROM t`],
  ['casts', (n) => `SELECT age${times(n, '::int')} FROM t`],
  ['tests', (n) => `SELECT age${times(n, ' IS NULL')} FROM t`],
  ['cases', (n) => `SELECT ${around(n, 'CASE WHEN b THEN 1 ELSE ', '2', ' END')} FROM t`],
  ['functions', (n) => `SELECT ${around(n, 'abs(', 'age', ')')} FROM t`],
  ['subqueries', (n) => `SELECT * FROM ${around(n, '(SELECT * FROM ', 't', ') AS s')}`],
  ['scalar subqueries', (n) => `SELECT ${around(n, '(SELECT ', 'id', ')')} FROM t`],
  ['stacks', (n) => times(n, 'SELECT id FROM t', ' UNION ALL ')],
  ['joins', (n) => `SELECT 1 FROM t AS a${Array.from({ length: n }, (_none, index) => ` CROSS JOIN t AS b${index}`).join('')}`],
  ['tables beside each other', (n) => `SELECT 1 FROM ${Array.from({ length: Math.min(n, 600) }, (_none, index) => `t AS b${index}`).join(',')}`],
  ['comments', (n) => `SELECT ${around(n, '/*', '', '*/')} id FROM t`],
  ['alternations', (n) => `SELECT id FROM t WHERE ${times(n, 'b AND b OR ')}b`],
  ['subscripts', (n) => `SELECT age${times(n, '[1]')} FROM t`],
  ['commas that hide a chain in texts', (n) => `SELECT ${times(n, "','", '||')} FROM t`],
  ['commas that hide a chain in escaped texts', (n) => `SELECT ${times(n, "E'\\','", '||')} FROM t`],
  ['commas that hide a chain in dollars', (n) => `SELECT ${times(n, '$a$,$a$', '||')} FROM t`],
  ['queries that double', () => `WITH c0 AS (SELECT id FROM t)${Array.from({ length: 30 }, (_none, index) => `, c${index + 1} AS (SELECT a.id FROM c${index} AS a JOIN c${index} AS b USING (id))`).join('')} SELECT count(*) FROM c30`],
  ['values that double', () => `WITH c0 AS (SELECT id AS x FROM t)${Array.from({ length: 20 }, (_none, index) => `, c${index + 1} AS (SELECT mod(mod(mod(mod(mod(mod(x, x), x), x), x), x), mod(x, x)) AS x FROM c${index})`).join('')} SELECT ${around(17, 'mod(', 'x', ', 3)')}, ${around(17, 'NULLIF(', 'x', ', 3)')} FROM c20`],
  ['columns', (n) => `SELECT ${times(Math.min(n, 10_000), 'age', ',')} FROM t`],
];

describe('too much of anything is a code, and the next query is read', () => {
  it.each(huge)('%s', (_what, make) => {
    for (const count of [3_000, 30_000]) {
      const before = performance.now();
      const { code, at } = refused(make(count), sources);
      expect(['usage.too-deep', 'usage.too-large', 'usage.unsupported', 'usage.malformed', 'plan.wrong-type']).toContain(code);
      expect(at).toMatch(/^sql:1:\d+$/);
      expect(performance.now() - before).toBeLessThan(5_000);
      expect(planned('SELECT id FROM t', sources).root.kind).toBe('select');
    }
  });

  it.each([
    ['seventy terms', `SELECT ${times(70, 'age', '+')} AS x FROM t`],
    ['two thousand members, some negative', `SELECT id FROM t WHERE id IN (${times(1_000, '-1,2', ',')})`],
    ['three hundred conditions', `SELECT id FROM t WHERE ${times(300, 'age > 3', ' AND ')}`],
    ['ten tables', `SELECT count(*) FROM t AS a${Array.from({ length: 9 }, (_none, index) => ` JOIN t AS b${index} USING (id)`).join('')}`],
    ['fifty steps', `WITH c0 AS (SELECT * FROM t)${Array.from({ length: 40 }, (_none, index) => `, c${index + 1} AS (SELECT * FROM c${index} WHERE age > ${index})`).join('')} SELECT count(*) FROM c40`],
    ['a long text', `SELECT id FROM t WHERE "Name" = '${'x '.repeat(5_000)}'`],
    ['many columns', `SELECT ${Array.from({ length: 500 }, (_none, index) => `age + ${index} AS c${index}`).join(', ')} FROM t`],
  ])('%s are read', (_what, sql) => expect(planned(sql, sources).nodes).toBeGreaterThan(1));

  it('the longest text is read in good time, one longer is not read at all', () => {
    expect(refused(`SELECT id FROM t -- ${'x'.repeat(sqlLimits.characters)}`, sources).code).toBe('usage.too-large');
    expect(refused('x'.repeat(50_000_000), sources).code).toBe('usage.too-large');
    expect(planned(`SELECT id FROM t -- ${'x'.repeat(sqlLimits.characters - 20)}`, sources).nodes).toBe(2);
  });
});

describe('a sanitised column is nulled by every road of SQL', () => {
  it.each([
    ['SELECT id, "Name" AS x FROM t', ['x']],
    ['SELECT id, name FROM t', ['Name']],
    ['SELECT id, x.y FROM (SELECT id, name AS y FROM t) AS x', ['y']],
    ['WITH w (i, n) AS (SELECT id, name FROM t) SELECT * FROM w', ['n']],
    ["SELECT id, name || '' AS x FROM t", ['x']],
    ["SELECT id, concat(name, '') AS x FROM t", ['x']],
    ["SELECT id, coalesce(NULL, name) AS x FROM t", ['x']],
    ["SELECT id, CASE WHEN name LIKE 'A%' THEN 1 END AS x FROM t", ['x']],
    ['SELECT id, name::text AS x FROM t', ['x']],
    ['SELECT t.* FROM t', ['Name']],
    ['SELECT * FROM t AS a NATURAL JOIN u AS b', ['id', 'Name', 'age', 'Rank', 'rank_', 'born', 'größe', 'AB', 'Ab', 'b']],
    ['SELECT b.name FROM t AS a JOIN u AS b ON a.id = b.id', ['Name']],
    ['SELECT x FROM t AS a (i, x)', ['x']],
    ['SELECT age FROM t ORDER BY name LIMIT 3', ['age']],
    ['SELECT name AS x, count(*), avg(age) FROM t GROUP BY x', ['x', 'avg']],
    ['SELECT max(name) AS x FROM t', ['x']],
    ["SELECT avg(age), count(*) FROM t WHERE name LIKE '%Mrs%'", ['avg']],
    ["SELECT avg(age) FILTER (WHERE name LIKE '%Mrs%') AS x FROM t", ['x']],
    ['SELECT id, age FROM t UNION ALL SELECT id, length(name) FROM t', ['age']],
    ['SELECT DISTINCT upper(name) AS x FROM t', ['x']],
    ['SELECT avg(age) FROM t HAVING count(name) > 3', ['avg']],
  ])('%s', (sql, nulled) => expect(nullings(analysePlan(planned(sql, sources)), ({ column }) => column === 'Name').map(({ column }) => column)).toEqual(nulled));
});
