import { analysePlan, col, concat, concatString, len, nullings, parsePlan, scan, when, type LazyPlan, type ReleasedFamily, type Source } from '@podnet/plan';
import { plainWork, refusals } from '../fixtures/staged-tables.ts';
import { hasRealData, realFolder, titanicTable } from '../fixtures/titanic.ts';
import { openEngine, type Engine, type QueryOutcome, type QueryTable, type QueryWork } from '../index.ts';

if (!hasRealData) process.stderr.write('The real data sets are not beside this checkout: the cases of the Titanic are left out.\n');

const titanic = scan('titanic');
const byClass = titanic.groupBy('Pclass').agg(col('Survived').mean()).sort('Survived', { descending: true });
const bySex = titanic.groupBy('Pclass', 'Sex').agg(col('Survived').mean()).sort(['Pclass', 'Sex']);
const survivors = titanic.filter(col('Survived').eq(1)).dropNulls('Age');
const women = titanic.filter(col('Sex').eq('female'));
const classes = [[1, 0.62963], [2, 0.472826], [3, 0.242363]];

interface Case {
  readonly plan: LazyPlan;
  readonly minSize?: number;
  readonly orderStatistics?: 'refuse' | 'allow';
  readonly why: readonly string[];
  readonly rows?: readonly (readonly unknown[])[];
}

const cases: Record<string, Case> = {
  'T01': { plan: byClass, why: [], rows: classes },
  'T02 at 184': { plan: byClass, minSize: 184, why: [], rows: classes },
  'T02 at 185': { plan: byClass, minSize: 185, why: ['too-few-units'] },
  'T03': { plan: titanic.groupBy('Age').agg(col('Survived').mean()), why: ['too-few-units'] },
  'T04 and T05 (what handling does with them is the policy\'s)': { plan: titanic.head(5), why: ['too-few-units'] },
  'T06': { plan: titanic.groupBy('Sex').agg(len(), col('Survived').mean()).sort('Sex'), why: [], rows: [['female', 314, 0.742038], ['male', 577, 0.188908]] },
  'T07': { plan: titanic.groupBy('Embarked').len(), why: ['too-few-units'] },
  'T09 at 10': { plan: bySex, why: [], rows: [[1, 'female', 0.968085], [1, 'male', 0.368852], [2, 'female', 0.921053], [2, 'male', 0.157407], [3, 'female', 0.5], [3, 'male', 0.135447]] },
  'T09 at 77': { plan: bySex, minSize: 77, why: ['too-few-units'] },
  'T12 mean': { plan: titanic.select(col('Age').mean()), why: [], rows: [[29.699118]] },
  'T12 max': { plan: titanic.select(col('Age').max()), why: ['order-statistics', 'too-few-units'] },
  'T12 max, order statistics allowed': { plan: titanic.select(col('Age').max()), orderStatistics: 'allow', why: ['too-few-units'] },
  'T12 min': { plan: titanic.select(col('Age').min()), why: ['order-statistics', 'too-few-units'] },
  'T16': { plan: titanic.select(col('Age').isNull().sum()), why: [], rows: [[177]] },
  'T17': { plan: titanic.select(col('Embarked').isNull().sum()), why: ['side-too-small'] },
  'T19': { plan: survivors.groupBy(col('Age').div(10).floor().mul(10).alias('bin')).len(), why: ['too-few-units'] },
  'T20': { plan: survivors.groupBy(col('Age').clip(0, 50).div(10).floor().mul(10).alias('bin')).len().sort('bin'), why: [], rows: [[0, 38], [10, 41], [20, 77], [30, 73], [40, 34], [50, 27]] },
  'T22': { plan: titanic.filter(col('PassengerId').eq(1)).select(col('Name').max(), col('Age').max()), why: ['order-statistics', 'too-few-units'] },
  'T27': { plan: concat(Array.from({ length: 10 }, () => titanic)).groupBy('PassengerId').agg(col('Ticket').first()), orderStatistics: 'allow', why: ['side-too-small', 'too-few-units'] },
  'T32': { plan: titanic.select('PassengerId', 'Pclass').join(titanic.select('PassengerId', 'Pclass'), { on: 'Pclass' }).groupBy('Pclass').len().sort('Pclass'), why: [], rows: [[1, 216 ** 2], [2, 184 ** 2], [3, 491 ** 2]] },
  'T36': { plan: titanic.join(scan('friends'), { how: 'semi', on: 'Name' }), why: ['too-few-units'] },
  'T42': { plan: titanic.groupBy('Sex').agg(col('Age').filter(col('PassengerId').eq(1)).sum()), why: ['side-too-small', 'too-few-units'] },
  'T44': { plan: titanic.select(when(col('Name').str.contains('Mrs')).then(1).otherwise(0)), why: ['too-few-units'] },
  'T46': { plan: titanic.groupBy('Pclass').agg(col('Ticket').first(), col('Fare').max()), why: ['order-statistics', 'too-few-units'] },
};

(hasRealData ? describe : describe.skip)('on the passengers of the Titanic', () => {
  let engine: Engine;
  let tables: Map<string, QueryTable>;
  let sources: Map<string, Source>;
  beforeAll(async () => {
    engine = await openEngine();
    const { table, source } = titanicTable(engine);
    tables = new Map<string, QueryTable>([['titanic', table], ['friends', { kind: 'own', columns: [{ name: 'Name', type: 'text' }], rows: [['Braund, Mr. Owen Harris'], ['Heikkinen, Miss. Laina']] }]]);
    sources = new Map<string, Source>([['titanic', source], ['friends', { kind: 'own', columns: [{ name: 'Name', type: 'text' }] }]]);
  });

  const workOf = (lazy: LazyPlan, minSize: number, rest: Partial<QueryWork> = {}): QueryWork => {
    const plan = parsePlan(lazy.toJson(), sources);
    return plainWork(plan, analysePlan(plan), tables, realFolder, minSize, { planJson: lazy.toJson(), ...rest });
  };
  const rowsOf = ({ columns, rows }: QueryOutcome): unknown[][] => Array.from({ length: rows }, (_row, at) => columns.map(({ values }) => values[at]));
  const about = (rows: readonly (readonly unknown[])[]) => rows.map((row) => row.map((cell) => (typeof cell === 'number' ? expect.closeTo(cell, 5) : cell)));
  const difference = new Map([['titanic', 10]]);

  it.each(Object.entries(cases))('%s', (_id, { plan, minSize = 10, orderStatistics = 'refuse', why, rows }) => {
    const work = workOf(plan, minSize);
    const outcome = engine.query(work);
    expect([...refusals(work.analysis, outcome.measurement, minSize, orderStatistics)].sort()).toEqual([...why].sort());
    if (rows !== undefined) expect(rowsOf(outcome)).toEqual(about(rows));
  });

  it('T03 and T07 with suppression: only groups of ten, and not to be had from the total', () => {
    const ages = engine.query(workOf(cases['T03']!.plan, 10, { suppress: new Map([['titanic', 10]]) }));
    expect(ages.measurement.checkpoints[0]!.demands[0]!.smallest!.units).toBeGreaterThanOrEqual(10);
    expect(ages.rows).toBeGreaterThan(20);
    const ports = engine.query(workOf(cases['T07']!.plan, 10, { suppress: new Map([['titanic', 10]]) }));
    // The two without a port would be 891 less the others: the next smallest goes with them.
    expect(rowsOf(ports)).toEqual([['C', 168], ['S', 644]]);
    expect(ports.measurement.droppedGroups).toBe(2);
  });

  it('T04 and T49: what depends on the name is nulled by whatever road', () => {
    const plan = titanic.select(col('PassengerId'), concatString('Name').alias('x'), col('Name').alias('a')).head(5);
    const work = workOf(plan, 10);
    const nulled = new Set(nullings(work.analysis, ({ column }) => column === 'Name').map(({ column }) => column));
    expect(rowsOf(engine.query({ ...work, nulled }))).toEqual([1, 2, 3, 4, 5].map((id) => [id, null, null]));
  });

  it('T24: women, then women but one, is refused by the difference rule alone', () => {
    const first = engine.query(workOf(women.select(col('Survived').sum()), 10, { difference }));
    expect(rowsOf(first)).toEqual([[233]]);
    expect(first.measurement.differences).toEqual([]);
    const second = workOf(women.filter(col('PassengerId').neq(2)).select(col('Survived').sum()), 10, { difference, released: first.measurement.sets });
    expect([...refusals(second.analysis, engine.query(second).measurement, 10, 'refuse')]).toEqual(['difference']);
    expect(engine.query(second).measurement.differences).toContainEqual({ dataset: 'titanic', feature: 'people', distance: 1 });
  });

  it('the same question twice, and another crowd, are no difference', () => {
    const first = engine.query(workOf(women.select(col('Survived').sum()), 10, { difference })).measurement.sets;
    for (const again of [women.select(col('Fare').sum()), titanic.filter(col('Sex').eq('male')).select(len()), byClass]) {
      expect(engine.query(workOf(again, 10, { difference, released: first })).measurement.differences).toEqual([]);
    }
  });

  it('rows as units are compared by sums that are another secret in every version, and by their recipes', () => {
    const { table, source } = titanicTable(engine, null);
    const ask = (lazy: LazyPlan, released: readonly ReleasedFamily[], version = table.version) => {
      const plan = parsePlan(lazy.toJson(), new Map([['titanic', source]]));
      const alone = new Map<string, QueryTable>([...tables, ['titanic', { ...table, version }]]);
      return engine.query(plainWork(plan, analysePlan(plan), alone, realFolder, 10, { planJson: lazy.toJson(), difference, released })).measurement;
    };
    const first = ask(women.groupBy('Pclass').len(), []).sets;
    expect(first.flatMap(({ sizes }) => sizes)).toEqual(expect.arrayContaining([94, 76, 144, 314]));
    const sumsOf = (families: readonly ReleasedFamily[]) => families.flatMap(({ sums }) => sums).sort();
    for (const alike of [women.groupBy('Pclass').agg(col('Fare').sum()), women.filter(col('PassengerId').gt(0)).groupBy('Pclass').len()]) expect(sumsOf(ask(alike, []).sets)).toEqual(expect.arrayContaining(sumsOf(first)));
    const later = ask(women.groupBy('Pclass').len(), first, 'v2');
    expect(sumsOf(later.sets).filter((sum) => sumsOf(first).includes(sum))).toEqual([]);
    expect(later.differences).toEqual([expect.objectContaining({ distance: null })]);
    expect(ask(women.groupBy('Pclass').agg(col('Fare').mean()), first).differences).toEqual([]);
    expect(ask(women.filter(col('PassengerId').neq(2)).select(len()), first).differences).toEqual([expect.objectContaining({ distance: 1 })]);
    const grown = first.map((family) => ({ ...family, sizes: family.sizes.map((size) => size + 1) }));
    expect(ask(women.select(len()), grown).differences).toEqual([expect.objectContaining({ distance: null })]);
  });

  it('what is refused whatever the difference rule finds is not compared, and there is nothing to remember', () => {
    const everybody = concat(Array.from({ length: 10 }, () => titanic)).groupBy('PassengerId').agg(col('Ticket').first());
    const asked = workOf(everybody, 10, { difference, isRefused: ({ checkpoints }) => checkpoints.some(({ demands }) => demands.some(({ smallest }) => smallest!.units < 10)) });
    expect(engine.query(asked)).toMatchObject({ rows: 0, tooLarge: false, measurement: { sets: [], differences: [] } });
    expect(engine.query({ ...asked, isRefused: () => false }).measurement.sets[0]!.sizes).toHaveLength(892);
    expect(engine.query(workOf(byClass, 10, { difference, isRefused: asked.isRefused! })).measurement.sets[0]!.sizes).toHaveLength(4);
  });

  it('all but nine of everybody is too near to everybody', () => {
    expect(engine.query(workOf(titanic.filter(col('PassengerId').gt(9)).select(len()), 10, { difference })).measurement.differences).toEqual([{ dataset: 'titanic', feature: 'people', distance: 9 }]);
    expect(engine.query(workOf(titanic.filter(col('PassengerId').gt(10)).select(len()), 10, { difference })).measurement.differences).toEqual([]);
  });

  it('T39 and T40: a stack needs enough of both sources', () => {
    const { table, source } = titanicTable(engine);
    const both = new Map<string, QueryTable>([['men', table], ['women', table]]);
    const counts = (part: LazyPlan) => {
      const plan = parsePlan(concat([scan('men').filter(col('Sex').eq('male')), part]).groupBy('Pclass').agg(col('Survived').mean()).sort('Survived', { descending: true }).toJson(), new Map([['men', source], ['women', source]]));
      const analysis = analysePlan(plan);
      return { analysis, outcome: engine.query(plainWork(plan, analysis, both, realFolder, 10)) };
    };
    const all = counts(scan('women').filter(col('Sex').eq('female')));
    expect(rowsOf(all.outcome)).toEqual(about(classes));
    expect(refusals(all.analysis, all.outcome.measurement, 10, 'refuse')).toEqual(new Set());
    const one = counts(scan('women').filter(col('PassengerId').eq(2)));
    const short = one.analysis.checkpoints[0]!.demands.filter((_demand, at) => one.outcome.measurement.checkpoints[0]!.demands[at]!.smallest!.units < 10).map(({ carrier }) => one.analysis.carriers[carrier]!.dataset);
    expect(new Set(short)).toEqual(new Set(['women']));
  });

  it('rounds numbers of rows to the nearest five, sums to three digits, and means from both', () => {
    const rounding = { counts: 5, sums: 3 };
    const plan = titanic.groupBy('Sex').agg(len(), col('Fare').sum().alias('sum'), col('Fare').mean().alias('mean'), col('Age').isNull().sum().alias('gaps'), when(col('Survived').eq(1)).then(1000).otherwise(0).sum().alias('scaled')).sort('Sex');
    // 314 women who paid 13966.6628, 577 men who paid 14727.2865; 53 and 124 without an age; 233 and 109 survived.
    expect(rowsOf(engine.query(workOf(plan, 10, { rounding })))).toEqual(about([['female', 315, 14000, 14000 / 315, 55, 235000], ['male', 575, 14700, 14700 / 575, 125, 110000]]));
    expect(rowsOf(engine.query(workOf(titanic.select(col('Fare').var()), 10, { rounding })))).toEqual([[2470]]);
  });

  it('tells of sums that hang on one, and of means that tell of everybody', () => {
    const rich = titanic.filter(col('Fare').gt(263)).groupBy('Pclass').agg(col('Fare').sum().alias('total'), col('Fare').mean().alias('mean'));
    const dominance = (percent: number) => engine.query(workOf(rich, 1, { dominance: new Map([['titanic', { top: 1, percent }]]) })).measurement.dominated;
    // Three of 512.33 among those who paid more than 263.
    expect(dominance(85)).toEqual([]);
    expect(dominance(10)).toEqual([{ dataset: 'titanic', column: 'total' }, { dataset: 'titanic', column: 'mean' }]);
    const homogeneity = new Set(['titanic']);
    const alive = titanic.filter(col('Survived').eq(1)).groupBy('Pclass').agg(col('Survived').mean(), col('Survived').sum().alias('s'), col('Survived').std().alias('d'), col('Fare').mean());
    expect(engine.query(workOf(alive, 10, { homogeneity })).measurement.homogeneous.map(({ column }) => column)).toEqual(['Survived', 's', 'd']);
    expect(engine.query(workOf(byClass, 10, { homogeneity })).measurement.homogeneous).toEqual([]);
  });

  it('two aggregates of one answer are two answers', () => {
    const both = titanic.select(col('Fare').filter(col('Sex').eq('female')).sum().alias('a'), col('Fare').filter(col('Sex').eq('female').and(col('PassengerId').neq(2))).sum().alias('b'));
    expect(engine.query(workOf(both, 10, { difference })).measurement.differences).toContainEqual({ dataset: 'titanic', feature: 'people', distance: 1 });
  });
});
