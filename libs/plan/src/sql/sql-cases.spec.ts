import { createHash } from 'node:crypto';
import { analysePlan } from '../analyse.ts';
import { col, len, when } from '../builder/functions.ts';
import { concat, scan, type LazyPlan } from '../builder/lazy-plan.ts';
import { canonicalQuery } from '../canonical.ts';
import { planned } from '../fixtures/sql.ts';
import { hasTitanic, readTitanic, titanicSource } from '../fixtures/titanic.ts';
import { parsePlan } from '../parse.ts';
import { judgeRun } from '../reference/judge.ts';
import { runReference, type SmallTables } from '../reference/run.ts';
import type { Source, Sources, TypedPlan } from '../typed.ts';

/** The cases of the policy, as a modeller who writes SQL would put them, beside what the builder makes of them. */
const sources: Sources = new Map<string, Source>([['titanic', titanicSource], ['men', titanicSource], ['women', titanicSource]]);
const titanic = scan('titanic');
const survivors = titanic.filter(col('Survived').eq(1)).dropNulls('Age');

const cases: [id: string, sql: string, plan: LazyPlan, released: boolean, rows?: readonly (readonly unknown[])[]][] = [
  ['T01', 'SELECT Pclass, AVG(Survived) AS rate FROM titanic GROUP BY Pclass ORDER BY rate DESC', titanic.groupBy('Pclass').agg(col('Survived').mean().alias('rate')).sort('rate', { descending: true }), true, [[1, 0.62963], [2, 0.472826], [3, 0.242363]]],
  ['T03', 'SELECT age, avg(survived) AS rate FROM titanic GROUP BY age', titanic.groupBy('Age').agg(col('Survived').mean().alias('rate')), false],
  ['T04', 'SELECT * FROM titanic LIMIT 5', titanic.head(5), false],
  ['T06', 'SELECT sex, count(*), avg(survived) FROM titanic GROUP BY sex ORDER BY sex DESC', titanic.groupBy('Sex').agg(len().alias('count'), col('Survived').mean().alias('avg')).sort('Sex', { descending: true }), true, [['male', 577, 0.188908], ['female', 314, 0.742038]]],
  ['T07', 'SELECT embarked, count(*) AS n FROM titanic GROUP BY 1', titanic.groupBy('Embarked').agg(len().alias('n')), false],
  ['T09', 'SELECT pclass, sex, avg(survived) AS rate FROM titanic GROUP BY pclass, sex', titanic.groupBy('Pclass', 'Sex').agg(col('Survived').mean().alias('rate')), true],
  ['T12 mean', 'SELECT avg(age) FROM titanic', titanic.select(col('Age').mean().alias('avg')), true, [[29.699118]]],
  ['T12 max', 'SELECT max(age) FROM titanic', titanic.select(col('Age').max().alias('max')), false],
  ['T16', 'SELECT count(*) FILTER (WHERE age IS NULL) AS n FROM titanic', titanic.select(col('Age').isNull().sum().alias('n')), true, [[177]]],
  ['T16 as a sum', 'SELECT sum(CASE WHEN age IS NULL THEN 1 ELSE 0 END) AS n FROM titanic', titanic.select(when(col('Age').isNull()).then(1).otherwise(0).sumOrNull().alias('n')), true, [[177]]],
  ['T17', 'SELECT count(*) FILTER (WHERE embarked IS NULL) AS n FROM titanic', titanic.select(col('Embarked').isNull().sum().alias('n')), false],
  ['T19', 'SELECT floor(age / 10) * 10 AS bin, count(*) AS n FROM titanic WHERE survived = 1 AND age IS NOT NULL GROUP BY bin', titanic.filter(col('Survived').eq(1).and(col('Age').isNull().not())).groupBy(col('Age').div(10).floor().mul(10).alias('bin')).agg(len().alias('n')), false],
  ['T22', `SELECT ${titanicSource.columns.map(({ name }) => `max("${name}") AS "${name}"`).join(', ')} FROM titanic WHERE passengerid = 1`, titanic.filter(col('PassengerId').eq(1)).select(...titanicSource.columns.map(({ name }) => col(name).max())), false],
  ['T27', `SELECT passengerid, min(ticket) AS m FROM (${Array.from({ length: 10 }, () => 'SELECT * FROM titanic').join(' UNION ALL ')}) AS ten GROUP BY passengerid`, concat(Array.from({ length: 10 }, () => titanic)).groupBy('PassengerId').agg(col('Ticket').min().alias('m')), false],
  ['T32', 'SELECT a.pclass, count(*) AS n FROM (SELECT passengerid, pclass FROM titanic) AS a JOIN (SELECT passengerid, pclass FROM titanic) AS b ON a.pclass = b.pclass GROUP BY a.pclass ORDER BY n DESC', titanic.select('PassengerId', 'Pclass').join(titanic.select('PassengerId', 'Pclass'), { on: 'Pclass' }).groupBy('Pclass').agg(len().alias('n')).sort('n', { descending: true }), true, [[3, 491 ** 2], [1, 216 ** 2], [2, 184 ** 2]]],
  ['T39', 'SELECT pclass, avg(survived) AS rate FROM (SELECT * FROM men UNION ALL SELECT * FROM women) AS all_ GROUP BY pclass ORDER BY rate DESC', concat([scan('men'), scan('women')]).groupBy('Pclass').agg(col('Survived').mean().alias('rate')).sort('rate', { descending: true }), true, [[1, 0.62963], [2, 0.472826], [3, 0.242363]]],
  ['T42', 'SELECT sex, sum(age) FILTER (WHERE passengerid = 1) AS s FROM titanic GROUP BY sex', titanic.groupBy('Sex').agg(col('Age').filter(col('PassengerId').eq(1)).sumOrNull().alias('s')), false],
  ['T44', "SELECT CASE WHEN name LIKE '%Mrs%' THEN 1 ELSE 0 END AS m FROM titanic", titanic.select(when(col('Name').str.like('%Mrs%')).then(1).otherwise(0).alias('m')), false],
  ['T46', 'SELECT pclass, min(ticket) AS t, max(fare) AS f FROM titanic GROUP BY pclass', titanic.groupBy('Pclass').agg(col('Ticket').min().alias('t'), col('Fare').max().alias('f')), false],
];

const built = (plan: LazyPlan): TypedPlan => parsePlan(JSON.parse(JSON.stringify(plan.toJson())), sources);
const digest = (plan: TypedPlan): string => canonicalQuery(plan, (text) => createHash('sha256').update(text).digest('base64url')).digest;

describe('SQL asks what the builder asks', () => {
  it.each(cases)('%s', (_id, sql, plan) => {
    const [ours, theirs] = [planned(sql, sources), built(plan)];
    expect(analysePlan(ours)).toEqual(analysePlan(theirs));
    expect(digest(ours)).toBe(digest(theirs));
  });
});

if (!hasTitanic) {
  process.stderr.write('titanic.csv is not beside the repository: the cases in SQL are not run.\n');
} else {
  describe('SQL on the passengers of the Titanic', () => {
    const table = readTitanic();
    const half = (sex: string) => ({ rows: table.rows.filter(({ Sex }) => Sex === sex), units: table.units.filter((_unit, index) => table.rows[index]!['Sex'] === sex) });
    const tables: SmallTables = new Map([['titanic', table], ['men', half('male')], ['women', half('female')]]);

    // T32 makes 322 000 pairs, which the slow reference has done for the builder's plan: it is the same question.
    it.each(cases.filter(([id]) => id !== 'T32').map(([id, sql, , released, rows]) => ({ id, sql, released, rows })))('$id', ({ sql, released, rows }) => {
      const plan = planned(sql, sources);
      const analysis = analysePlan(plan);
      const run = runReference(plan, tables, analysis);
      expect(judgeRun(analysis, run, { minSize: 10, orderStatistics: 'refuse' }).released).toBe(released);
      if (rows !== undefined) expect(run.rows).toEqual(rows.map((row) => row.map((cell) => (typeof cell === 'number' ? expect.closeTo(cell, 5) : cell))));
    });

    it('T20: a histogram whose ends are held by CASE', () => {
      const sql = `SELECT floor(CASE WHEN age > 50 THEN 50 ELSE age END / 10) * 10 AS bin, count(*) AS n FROM titanic WHERE survived = 1 AND age IS NOT NULL GROUP BY bin ORDER BY bin`;
      expect(runReference(planned(sql, sources), tables).rows).toEqual(runReference(built(survivors.groupBy(col('Age').clip(0, 50).div(10).floor().mul(10).alias('bin')).len().sort('bin')), tables).rows);
    });
  });
}
