import fc from 'fast-check';
import { declared, privateOf } from '../fixtures/private.ts';
import { answered } from '../fixtures/sql.ts';
import { parsePlan } from '../parse.ts';
import { runReference, type SmallTables } from '../reference/run.ts';
import { keyOfAll, type Value } from '../reference/value.ts';
import type { Sources } from '../typed.ts';
import type { PrivateAggregate, PrivateQuery } from './private-query.ts';

const tables = declared({
  people: {
    privacy_unit: 'pid', max_rows_per_unit: 100, max_groups_per_unit: 100,
    columns: {
      pid: { type: 'string', nullable: false }, age: { type: 'int', lower: 0, upper: 20, nullable: false }, hours: { type: 'int', lower: -5, upper: 5 }, score: { type: 'float', lower: -1, upper: 1, granularity: 0.125 },
      sex: { type: 'string', public_values: ['f', 'm'], nullable: false }, job: { type: 'string' }, hid: { type: 'string' }, smokes: { type: 'boolean' },
    },
  },
  hospitals: { public: true, unique_key: 'hid', columns: { hid: { type: 'string' }, region: { type: 'string', public_values: ['N', 'S'] }, beds: { type: 'int', lower: 1, upper: 9 } } },
});

/** A sum of nothing is 0 before noise, so that queries say what else they take it for. */
const queries = [
  'SELECT COUNT(*) FROM people',
  'SELECT coalesce(SUM(GREATEST(age, hours, 3)), 0), AVG(LEAST(hours, score)) FROM people',
  'SELECT COUNT(*), COUNT(hours), COUNT(job), COUNT(smokes), COUNT(DISTINCT pid) FROM people',
  'SELECT coalesce(SUM(age), 0), AVG(age + hours), VAR(hours), STDDEV(score * 2), MEDIAN(hours), QUANTILE(age, 0.25) FROM people',
  "SELECT coalesce(SUM(CASE WHEN sex = 'm' THEN age * hours ELSE -1 END), 0) AS s, AVG(coalesce(hours, 3)) FROM people WHERE age > 4 OR job = 'a'",
  'SELECT COUNT(*) FILTER (WHERE smokes), coalesce(SUM(age) FILTER (WHERE hours > 0), 0), COUNT(job) FILTER (WHERE age > 9), COUNT(hours) FILTER (WHERE age > 9) FROM people',
  'SELECT job, COUNT(*) AS n, SUM(age) / COUNT(*) AS mean FROM people GROUP BY job HAVING COUNT(*) > 1 ORDER BY n DESC, job LIMIT 2',
  'SELECT upper(job) AS j, age > 10 AS old, POWER(AVG(age), 2), round(AVG(score), 1) FROM people GROUP BY 1, 2 ORDER BY 1, 2',
  'SELECT CASE WHEN hours > 0 THEN 1 ELSE 0 END AS busy, COUNT(*) FROM people GROUP BY 1 ORDER BY 1',
  'SELECT a.job, SUM(a.twice) FROM (SELECT job, age * 2 AS twice FROM people WHERE hours IS NOT NULL) AS a GROUP BY a.job ORDER BY 1',
  'SELECT region, COUNT(*), coalesce(SUM(beds), 0), AVG(age - beds) FROM people JOIN hospitals USING (hid) GROUP BY region ORDER BY region',
  'SELECT coalesce(h.region, p.job) AS k, COUNT(h.beds), COUNT(DISTINCT p.pid) FROM people p LEFT JOIN hospitals h ON p.hid = h.hid GROUP BY 1 ORDER BY 1',
  'SELECT h.region, COUNT(*) FROM hospitals h JOIN people p ON p.hid = h.hid WHERE h.beds > 2 GROUP BY 1 ORDER BY 1',
  'SELECT coalesce(SUM(t.total), 0), AVG(t.total + t.n), COUNT(*), COUNT(DISTINCT t.pid) FROM (SELECT pid, SUM(hours) AS total, COUNT(*) AS n FROM people GROUP BY pid HAVING COUNT(*) > 1) AS t',
  'SELECT n, COUNT(*), AVG(a), MEDIAN(m) FROM (SELECT COUNT(DISTINCT job) AS n, AVG(age) AS a, MAX(hours) AS m FROM people WHERE age > 2 GROUP BY pid) AS t GROUP BY n ORDER BY n',
  'WITH old AS (SELECT * FROM people WHERE age >= 5) SELECT smokes, COUNT(*) FROM old GROUP BY smokes ORDER BY smokes',
];

const person = fc.record({
  pid: fc.constantFrom('p', 'q', 'r', 's', 't'), age: fc.integer({ min: 0, max: 20 }), hours: fc.option(fc.integer({ min: -5, max: 5 })), score: fc.option(fc.integer({ min: -8, max: 8 }).map((eighths) => eighths / 8)),
  sex: fc.constantFrom('f', 'm'), job: fc.option(fc.constantFrom('a', 'b', 'c')), hid: fc.option(fc.constantFrom('h1', 'h2', 'h3')), smokes: fc.option(fc.boolean()),
});
const hospitals = [{ hid: 'h1', region: 'N', beds: 3 }, { hid: 'h2', region: 'S', beds: 1 }];

/** What pods would add up, without noise and without bounds on parts. */
function exactly({ aggregates, values, unit }: PrivateQuery, rows: readonly Readonly<Record<string, Value>>[]): Record<string, Value> {
  const of = ({ kind, value, quantile }: PrivateAggregate): Value => {
    if (kind === 'COUNT_DISTINCT') return new Set(rows.map((row) => row[unit!])).size;
    const present = value === null ? rows.map(() => 1) : rows.map((row) => row[values[value]!.column] as number | null).filter((one) => one !== null);
    const count = present.length;
    const sum = present.reduce((total, one) => total + one, 0);
    if (kind === 'COUNT') return count;
    if (kind === 'SUM') return sum;
    if (count === 0) return null;
    if (kind === 'AVG') return sum / count;
    if (kind === 'QUANTILE') {
      const sorted = present.toSorted((a, b) => a - b);
      const place = (count - 1) * (quantile!.part / quantile!.whole);
      const below = sorted[Math.floor(place)]!;
      return below + (sorted[Math.ceil(place)]! - below) * (place % 1);
    }
    const variance = count < 2 ? null : present.reduce((total, one) => total + (one - sum / count) ** 2, 0) / (count - 1);
    return kind === 'STDDEV' && variance !== null ? Math.sqrt(variance) : variance;
  };
  return Object.fromEntries(aggregates.map((aggregate) => [aggregate.column, of(aggregate)]));
}

/** The query by its parts: single rows, exact aggregates, what is computed afterwards. Groups that nobody is in are left out, as in SQL. */
function byParts(query: PrivateQuery, data: SmallTables, sources: Sources): { rows: Record<string, Value>[]; answer: readonly (readonly Value[])[] } {
  const { columns, rows: cells } = runReference(parsePlan(query.rows, sources), data);
  const rows = cells.map((row) => Object.fromEntries(columns.map((name, at) => [name, row[at]!])));
  const groups = new Map<string, Record<string, Value>[]>(query.keys.length === 0 ? [['', []]] : []);
  for (const row of rows) {
    const key = query.keys.length === 0 ? '' : keyOfAll(query.keys.map(({ column }) => row[column]!));
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  const noisy = [...groups.values()].map((group) => ({ ...Object.fromEntries(query.keys.map(({ column }) => [column, group[0]![column]!])), ...exactly(query, group) }));
  const schema = [...query.keys.map(({ column, type }) => ({ name: column, type })), ...query.aggregates.map(({ column }) => ({ name: column, type: 'number' as const }))];
  const rest = parsePlan(query.rest, new Map([[query.noisy, { kind: 'own', columns: schema }]]));
  return { rows, answer: runReference(rest, new Map([[query.noisy, { rows: noisy, units: [] }]])).rows };
}

const near = (rows: readonly (readonly Value[])[]) => rows.map((row) => row.map((value) => (typeof value === 'number' ? expect.closeTo(value, 6) : value)));

const small = (people: readonly Readonly<Record<string, Value>>[]): SmallTables => new Map([['people', { rows: people, units: people.map(({ pid }) => String(pid)) }], ['hospitals', { rows: hospitals, units: [] }]]);

describe('a query that was taken apart', () => {
  it.each(queries)('is itself again when no noise is added: %s', (sql) => {
    const query = privateOf(sql, tables);
    fc.assert(fc.property(fc.array(person, { maxLength: 14 }), (people) => {
      const data = small(people);
      expect(byParts(query, data, tables.sources).answer).toEqual(near(answered(sql, tables.sources, data)));
    }), { numRuns: 40 });
  });

  it.each(queries)('has values within their bounds, and keys among those that are answered for: %s', (sql) => {
    const query = privateOf(sql, tables);
    fc.assert(fc.property(fc.array(person, { maxLength: 14 }), (people) => {
      for (const row of byParts(query, small(people), tables.sources).rows) {
        for (const { column, bounds, nullable } of query.values) {
          const value = row[column] as number | null;
          if (value === null) expect(nullable).toBe(true);
          else expect(value >= bounds.lower && value <= bounds.upper).toBe(true);
        }
        for (const { column, values } of query.keys) if (values !== null) expect(values).toContainEqual(row[column]);
      }
    }), { numRuns: 40 });
  });

  it.each(queries)('changes only in rows that carry the unit, when all rows of a unit go: %s', (sql) => {
    const query = privateOf(sql, tables);
    fc.assert(fc.property(fc.array(person, { minLength: 1, maxLength: 14 }), (people) => {
      const gone = people[0]!.pid;
      const rows = (from: typeof people) => byParts(query, small(from), tables.sources).rows;
      expect(rows(people).filter(({ unit }) => unit !== gone)).toEqual(rows(people.filter(({ pid }) => pid !== gone)));
      expect(rows(people).filter(({ unit }) => unit === gone).length).toBeLessThanOrEqual(people.filter(({ pid }) => pid === gone).length);
    }), { numRuns: 40 });
  });

  it.each(queries.filter((sql) => sql.includes('hospitals')))('has one row for each of a person, also where a key that is declared to be unique is there twice: %s', (sql) => {
    const query = privateOf(sql, tables);
    const twice = { rows: [...hospitals, ...hospitals, ...hospitals], units: [] };
    fc.assert(fc.property(fc.array(person, { maxLength: 14 }), (people) => {
      const data = new Map([...small(people), ['hospitals', twice] as const]);
      expect(byParts(query, data, tables.sources).rows).toHaveLength(byParts(query, small(people), tables.sources).rows.length);
    }), { numRuns: 40 });
  });
});
