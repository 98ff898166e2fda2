import { planned, answered } from '../fixtures/sql.ts';
import { printSentence } from '../print/sentence.ts';
import type { SmallTables } from '../reference/run.ts';
import type { Source, Sources } from '../typed.ts';

const day = (text: string): number => Date.parse(`${text}Z`);

const columns = [
  { name: 'id', type: 'integer', nullable: false }, { name: 'Class', type: 'integer' }, { name: 'sex', type: 'text' }, { name: 'Age', type: 'number' }, { name: 'fare', type: 'number' },
  { name: 'name', type: 'text' }, { name: 'ok', type: 'boolean' }, { name: 'born', type: 'date' }, { name: 'seen', type: 'datetime' },
] as const;
const sources: Sources = new Map<string, Source>([
  ['people', { kind: 'dataset', unit: 'id', columns }],
  ['Ports', { kind: 'own', columns: [{ name: 'class', type: 'integer' }, { name: 'city', type: 'text' }] }],
  ['none', { kind: 'own', columns: [{ name: 'x', type: 'integer' }] }],
]);
const tables: SmallTables = new Map([
  ['people', {
    rows: [
      { id: 1, Class: 1, sex: 'f', Age: 30, fare: 10.5, name: 'Anna Ü', ok: true, born: day('1890-02-28'), seen: day('1912-04-15T10:20:30') },
      { id: 2, Class: 3, sex: 'm', Age: null, fare: 7, name: '50% off', ok: false, born: day('1900-12-31'), seen: day('1912-04-14T23:00:00') },
      { id: 3, Class: 3, sex: 'm', Age: 40, fare: 8, name: 'a_b', ok: null, born: null, seen: null },
      { id: 4, Class: null, sex: null, Age: -7.5, fare: null, name: ' 😀x ', ok: true, born: day('1890-03-01'), seen: null },
    ],
    units: ['1', '2', '3', '4'],
  }],
  ['Ports', { rows: [{ class: 1, city: 'Cork' }, { class: 1, city: 'Bath' }, { class: 2, city: null }, { class: null, city: 'Kiel' }], units: [] }],
  ['none', { rows: [], units: [] }],
]);

const rows = (sql: string): readonly (readonly unknown[])[] => answered(sql, sources, tables);
const values = (expression: string): unknown[] => rows(`SELECT id, ${expression} AS v FROM people ORDER BY id`).map(([, value]) => value);

describe('a query reads as', () => {
  it.each([
    ['SELECT class, AVG(fare) AS rate FROM people GROUP BY class ORDER BY rate DESC', 'From people, group by Class and compute AVG(fare) AS rate, then sort by rate descending.'],
    ['SELECT * FROM people LIMIT 5', 'From people, keep the first 5 rows.'],
    ['TABLE people', 'From people.'],
    ['SELECT * FROM people OFFSET 2', 'From people, keep all rows from row 2.'],
    ['SELECT p."Age" FROM people AS p', 'From people, show Age.'],
    ["SELECT count(*) FROM people WHERE age BETWEEN 1 AND 2 AND NOT sex = 'f'", "From people, keep rows where (Age BETWEEN 1 AND 2 AND NOT (sex = 'f')), then compute over all rows COUNT(*) AS count."],
    ['SELECT class + 1 AS c, count(*) FROM people GROUP BY c', 'From people, group by (Class + 1) AS c and compute COUNT(*) AS count.'],
    ['SELECT sex FROM people GROUP BY sex HAVING avg(age) > 3 ORDER BY count(*) DESC', 'From people, group by sex and compute AVG(Age) AS mean, COUNT(*) AS count, then keep rows where mean > 3, then sort by count descending, then show sex.'],
    ['SELECT sum(fare) / count(*) AS m FROM people', 'From people, compute over all rows (SUM(fare) / COUNT(*)) AS m.'],
    ['SELECT city, count(*) FROM people JOIN ports USING (class) GROUP BY 1', 'Take (from people) and (from your table Ports), inner join on Class = class, then group by city and compute COUNT(*) AS count.'],
    ['SELECT city, count(*) FROM people AS a, ports AS b WHERE a.class = b.class AND age > 3 GROUP BY city', 'Take (from people) and (from your table Ports), inner join on Class = class, then keep rows where Age > 3, then group by city and compute COUNT(*) AS count.'],
    ['WITH old AS (SELECT * FROM people WHERE age > 3) SELECT avg(m) FROM (SELECT sex, avg(fare) AS m FROM old GROUP BY sex) AS x', 'From people, keep rows where Age > 3, then group by sex and compute AVG(fare) AS m, then compute over all rows AVG(m) AS avg.'],
    ['SELECT DISTINCT sex FROM people', 'From people, show sex, then keep the first row of those alike in all columns.'],
    ['SELECT sex FROM people UNION ALL SELECT city FROM ports', 'Take (from people, show sex) and (from your table Ports, show city, then show city AS sex), put these 2 one below the other.'],
    ["SELECT count(*) FILTER (WHERE age IS NULL), count(DISTINCT sex), avg(age) FILTER (WHERE sex = 'm') FROM people", "From people, compute over all rows SUM(Age IS NULL) AS count, COUNT(DISTINCT sex) AS count_2, AVG(Age WHERE sex = 'm') AS avg."],
  ])('%s', (sql, sentence) => expect(printSentence(planned(sql, sources))).toBe(sentence));
});

const expressions: [sql: string, expected: unknown[]][] = [
  // Three-valued logic.
  ['age > 30', [false, null, true, false]],
  ['NOT (age > 30)', [true, null, false, true]],
  ['age > 30 OR true', [true, true, true, true]],
  ['ok AND age > 0', [true, false, null, false]],
  ['class IN (1, NULL)', [true, null, null, null]],
  ['class NOT IN (3, NULL)', [null, false, false, null]],
  ['class NOT IN (3, 4)', [true, false, false, null]],
  ["born IN ('1900-12-31', '1890-03-01')", [false, true, null, true]],
  ['fare IN (age - 19.5, 8)', [true, null, true, null]],
  ['age BETWEEN 30 AND 40', [true, null, true, false]],
  ['age NOT BETWEEN 30 AND 40', [false, null, false, true]],
  ['0 BETWEEN 1 AND age', [false, false, false, false]],
  ['ok IS TRUE', [true, false, false, true]],
  ['ok IS NOT FALSE', [true, false, true, true]],
  ['ok IS UNKNOWN', [false, false, true, false]],
  ["sex IS DISTINCT FROM 'm'", [true, false, false, true]],
  ['sex IS NOT DISTINCT FROM NULL', [false, false, false, true]],
  ['age IS NOT NULL', [true, false, true, true]],
  // Numbers.
  ['class / 2', [0, 1, 1, null]],
  ['-7 / 2', [-3, -3, -3, -3]],
  ['class / 2.0', [0.5, 1.5, 1.5, null]],
  ['class / (class - 1)', [null, 1, 1, null]],
  ['(class - 4) % 2', [-1, -1, -1, null]],
  ['mod(class, 2)', [1, 1, 1, null]],
  ['class ^ 2', [1, 9, 9, null]],
  ['round(age)', [30, null, 40, -8]],
  ['round(fare / 3, 1)', [3.5, 2.3, 2.7, null]],
  ['abs(floor(age))', [30, null, 40, 8]],
  ['ceiling(age)', [30, null, 40, -7]],
  ['sqrt(fare + 1)', [expect.closeTo(Math.sqrt(11.5)), expect.closeTo(Math.sqrt(8)), 3, null]],
  ['-age', [-30, null, -40, 7.5]],
  ['fare::int', [10, 7, 8, null]],
  ['CAST(fare AS numeric(4, 0))', [10, 7, 8, null]],
  ['ok::int', [1, 0, null, 1]],
  ["age > '30'", [false, null, true, false]],
  ['1e2', [100, 100, 100, 100]],
  ['0xFFFFFFFE / 4', [1073741823, 1073741823, 1073741823, 1073741823]],
  ['3000000000 + 0', [3e9, 3e9, 3e9, 3e9]],
  // Choosing.
  ["CASE WHEN age > 30 THEN 'old' WHEN age IS NULL THEN 'none' ELSE 'young' END", ['young', 'none', 'old', 'young']],
  ["CASE sex WHEN 'f' THEN 1 WHEN 'm' THEN 2 END", [1, 2, 2, null]],
  ['COALESCE(age, class, 0)', [30, 3, 40, -7.5]],
  ["COALESCE(born, '2000-01-01')", [day('1890-02-28'), day('1900-12-31'), day('2000-01-01'), day('1890-03-01')]],
  ['NULLIF(class, 3)', [1, null, null, null]],
  ['GREATEST(class, age, 2)', [30, 3, 40, 2]],
  ['LEAST(class, NULL, age)', [1, 3, 3, -7.5]],
  ["GREATEST(born, '1895-01-01')", [day('1895-01-01'), day('1900-12-31'), day('1895-01-01'), day('1895-01-01')]],
  ['LEAST(class, NULL)', [1, 3, 3, null]],
  // Texts.
  ["name LIKE 'A%'", [true, false, false, false]],
  ["name LIKE '__b'", [false, false, true, false]],
  ["name LIKE '__%b'", [false, false, true, false]],
  ["name LIKE '50\\%%'", [false, true, false, false]],
  ["name LIKE '%!_%' ESCAPE '!'", [false, false, true, false]],
  ["name NOT LIKE '%a'", [true, true, true, true]],
  ["name ILIKE '%ü'", [true, false, false, false]],
  ["upper(name) || '-' || class", ['ANNA Ü-1', '50% OFF-3', 'A_B-3', null]],
  ["concat(sex, '/', class)", ['f/1', 'm/3', 'm/3', '/']],
  ['length(name)', [6, 7, 3, 4]],
  ["trim(name) = '😀x'", [false, false, false, true]],
  ['substring(name FROM 2 FOR 3)', ['nna', '0% ', '_b', '😀x ']],
  ['substring(name FROM 0 FOR 3)', ['An', '50', 'a_', ' 😀']],
  ['left(name, 2) || right(name, 1)', ['AnÜ', '50f', 'a_b', ' 😀 ']],
  ["replace(name, 'f', '$&')", ['Anna Ü', '50% o$&$&', 'a_b', ' 😀x ']],
  ["starts_with(name, 'a')", [false, false, true, false]],
  // Dates.
  ['extract(year FROM born)', [1890, 1900, null, 1890]],
  ['extract(year FROM born) / 100', [18.9, 19, null, 18.9]],
  ['extract(dow FROM born)', [5, 1, null, 6]],
  ["date_part('hour', seen)", [10, 23, null, null]],
  ['month(born)', [2, 12, null, 3]],
  ["date_trunc('month', born)", [day('1890-02-01'), day('1900-12-01'), null, day('1890-03-01')]],
  ["date_trunc('hour', seen)", [day('1912-04-15T10:00:00'), day('1912-04-14T23:00:00'), null, null]],
  ["born > '1890-03-01'", [false, true, null, false]],
  ["seen < timestamp '1912-04-15 10:00'", [false, true, null, null]],
  ["seen::date = date '1912-04-14'", [false, true, null, null]],
];

describe('beside every row', () => {
  it.each(expressions)('%s', (sql, expected) => expect(values(sql).map((value) => (Object.is(value, -0) ? 0 : value))).toEqual(expected));
});

/** Asked of a Postgres server as well, which gave the same, but for names of columns, division by zero, `month(…)` and letters beyond ASCII in its C locale. */
const answers: [sql: string, expected: unknown[][]][] = [
  ['SELECT count(*), count(age), count(DISTINCT class), count(DISTINCT sex), count(1) FROM people', [[4, 3, 2, 2, 4]]],
  ['SELECT sum(x), avg(x), min(x), count(x), count(*) FROM none', [[null, null, null, 0, 0]]],
  ['SELECT sum(age), avg(age), min(age), max(age), variance(fare), stddev(fare) FROM people', [[62.5, expect.closeTo(62.5 / 3), -7.5, 40, expect.closeTo(3.25), expect.closeTo(Math.sqrt(3.25))]]],
  ['SELECT percentile_cont(0.25) WITHIN GROUP (ORDER BY age), percentile_cont(1) WITHIN GROUP (ORDER BY -age) FILTER (WHERE age > 0), round(pi()::numeric, 4) FROM people', [[11.25, -30, 3.1416]]],
  ['SELECT sum(fare) FILTER (WHERE age > 1000), count(*) FILTER (WHERE age > 35) FROM people', [[null, 1]]],
  ['SELECT avg(class) FROM people', [[expect.closeTo(7 / 3)]]],
  ['SELECT sum(class) / count(*) FROM people', [[1]]],
  ['SELECT class, count(*) FROM people GROUP BY class ORDER BY class', [[1, 1], [3, 2], [null, 1]]],
  ['SELECT class, count(*) FROM people GROUP BY class ORDER BY class DESC', [[null, 1], [3, 2], [1, 1]]],
  ['SELECT class, count(*) FROM people GROUP BY class ORDER BY class NULLS FIRST', [[null, 1], [1, 1], [3, 2]]],
  ['SELECT class, count(*) FROM people GROUP BY class ORDER BY class DESC NULLS LAST', [[3, 2], [1, 1], [null, 1]]],
  ['SELECT id FROM people ORDER BY class DESC, age ASC', [[4], [3], [2], [1]]],
  ['SELECT id FROM people ORDER BY sex DESC NULLS LAST, age NULLS FIRST', [[2], [3], [1], [4]]],
  ['SELECT id FROM people ORDER BY class, age LIMIT 2', [[1], [3]]],
  ['SELECT id FROM people ORDER BY 1 DESC LIMIT 2 OFFSET 1', [[3], [2]]],
  ['SELECT id AS age FROM people ORDER BY age DESC LIMIT 1', [[4]]],
  ['SELECT id AS age FROM people ORDER BY people.age LIMIT 1', [[4]]],
  ['SELECT id FROM people LIMIT ALL OFFSET 3', [[4]]],
  ['SELECT id FROM people LIMIT 0', []],
  ['SELECT sex, count(*) AS n FROM people GROUP BY sex HAVING count(*) > 1', [['m', 2]]],
  ['SELECT max(age) FROM people HAVING count(*) > 9', []],
  ['SELECT DISTINCT class FROM people ORDER BY class', [[1], [3], [null]]],
  ["SELECT 'x' AS a, 1 FROM people WHERE id < 3", [['x', 1], ['x', 1]]],
  ['SELECT id, city FROM people JOIN ports ON people.class = ports.class ORDER BY city', [[1, 'Bath'], [1, 'Cork']]],
  ['SELECT p.id, q.class, q.city FROM people p LEFT JOIN ports q ON p.class = q.class ORDER BY id, city', [[1, 1, 'Bath'], [1, 1, 'Cork'], [2, null, null], [3, null, null], [4, null, null]]],
  ["SELECT p.id, q.city FROM people p LEFT JOIN ports q ON p.class = q.class AND q.city <> 'Cork' ORDER BY id", [[1, 'Bath'], [2, null], [3, null], [4, null]]],
  ['SELECT p.id, p.class, q.class FROM people p RIGHT JOIN ports q ON p.class = q.class ORDER BY q.class, q.city', [[1, 1, 1], [1, 1, 1], [null, null, 2], [null, null, null]]],
  ['SELECT class, id FROM people FULL JOIN ports USING (class) ORDER BY class, id', [[1, 1], [1, 1], [2, null], [3, 2], [3, 3], [null, 4], [null, null]]],
  ['SELECT class, p.class, q.class FROM people p LEFT JOIN ports q USING (class) WHERE id < 3 ORDER BY id', [[1, 1, 1], [1, 1, 1], [3, 3, null]]],
  ['SELECT a.id, b.id FROM people a JOIN people b ON a.class = b.class AND a.id < b.id', [[2, 3]]],
  ['SELECT a.id, b.id FROM people a JOIN people b ON a.id + 1 = b.id ORDER BY 1', [[1, 2], [2, 3], [3, 4]]],
  ['SELECT count(*) FROM people a, people b', [[16]]],
  ['SELECT count(*) FROM people a CROSS JOIN ports b WHERE a.id > 2', [[8]]],
  ['SELECT count(*) FROM people a, ports b, people c WHERE a.class = c.class AND c.class = b.class', [[2]]],
  ['SELECT a.id, b.id, c.id FROM people a JOIN people b USING (id) JOIN people c ON c.id = a.id WHERE a.id = 1', [[1, 1, 1]]],
  ['SELECT id, city FROM people NATURAL JOIN (SELECT class AS "Class", city FROM ports) AS q ORDER BY city', [[1, 'Bath'], [1, 'Cork']]],
  ['SELECT a, b FROM (SELECT id, age FROM people) AS t (a, b) WHERE b > 30', [[3, 40]]],
  ['WITH a AS (SELECT id FROM people), b (n) AS (SELECT id + 1 FROM a) SELECT sum(n) FROM b', [[14]]],
  ['WITH people AS (SELECT id FROM people WHERE id = 2) SELECT * FROM people', [[2]]],
  ['SELECT id FROM people WHERE id = 1 UNION ALL SELECT id FROM people WHERE id < 3 UNION ALL SELECT 9 FROM people WHERE id = 4 ORDER BY 1 DESC LIMIT 3', [[9], [2], [1]]],
  ['(SELECT id FROM people ORDER BY id DESC LIMIT 1) UNION ALL SELECT id FROM people WHERE id = 1', [[4], [1]]],
  ['SELECT CASE WHEN age > 0 THEN 1 ELSE 0 END AS side, count(*) FROM people GROUP BY side ORDER BY side', [[0, 2], [1, 2]]],
  ['SELECT extract(year FROM born) AS y, count(*) FROM people GROUP BY 1 ORDER BY y', [[1890, 2], [1900, 1], [null, 1]]],
  ['SELECT upper(sex) || count(*) FROM people GROUP BY upper(sex) ORDER BY 1', [['F1'], ['M2'], [null]]],
  ['SELECT round(100.0 * count(*) FILTER (WHERE ok) / count(*), 1) AS share FROM people', [[50]]],
];

describe('on small tables', () => {
  it.each(answers)('%s', (sql, expected) => expect(rows(sql)).toEqual(expected));
});

describe('names', () => {
  it.each([
    ['SELECT CLASS, "Class", p.cLaSs FROM people p', ['Class', 'Class_2', 'Class_3']],
    ['SELECT avg(age), avg(fare), age / 2 FROM people GROUP BY age', ['avg', 'avg_2', 'column3']],
    ['SELECT age AS Years, fare AS "Fare Paid" FROM people', ['years', 'Fare Paid']],
    ['SELECT U&"\\0041ge" FROM people', ['Age']],
    ['SELECT age::int, coalesce(age, 0), CASE WHEN ok THEN 1 END, nullif(age, 0) FROM people', ['Age', 'coalesce', 'case', 'nullif']],
  ])('%s', (sql, expected) => expect(planned(sql, sources).root.schema.map(({ name }) => name)).toEqual(expected));

  it('may be longer than Postgres takes, and hold any letters', () => {
    const long = 'Größe über alles, gemessen am Tag der Aufnahme in Zentimetern 😀';
    const odd: Sources = new Map([['Ä/records', { kind: 'own' as const, columns: [{ name: long, type: 'number' as const }, { name: 'größe', type: 'number' as const }] }]]);
    expect(planned(`SELECT "${long}", Größe FROM "Ä/records"`, odd).root.schema.map(({ name }) => name)).toEqual([long, 'größe']);
  });
});

/** What other databases have and Postgres spells otherwise. */
it('knows the median, quantiles and the variance by their short names', () => {
  expect(answered('SELECT median(age), quantile(age, 0.25), quantile(age, 0.5) FILTER (WHERE age > 0), var(fare) - variance(fare) FROM people', sources, tables)).toEqual([[30, 11.25, 35, 0]]);
});
