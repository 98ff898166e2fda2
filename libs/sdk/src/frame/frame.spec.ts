import { prepareElements } from '@podnet/elements';
import { col, len, lit, when } from '@podnet/plan';
import { penguinPods, penguins } from '../fixtures/penguin-pods.ts';
import { frameCalls } from './frame-calls.ts';
import { hasCode } from './query-options.ts';

beforeAll(prepareElements);

const { asker, tasks } = penguinPods();
const podnet = frameCalls(asker);
const everywhere = ['biscoe/penguins', 'dream/penguins', 'torgersen/birds'];
const all = podnet.frame(everywhere);
const two = podnet.frame('penguins', { pods: ['biscoe', 'dream'] });

const rowsOf = (species: string) => penguins.filter(({ row }) => row['species'] === species).map(({ row }) => row);
const meanOf = (values: readonly (number | null)[]): number => {
  const there = values.filter((value) => value !== null) as number[];
  return there.reduce((sum, value) => sum + value, 0) / there.length;
};
const codeOf = async (run: () => Promise<unknown>) => run().then(() => null, (error: unknown) => (error as { code: string }).code);

describe('a remote frame', () => {
  test('sends nothing before it is fetched', () => {
    const before = tasks.length;
    all.filter(col('mass').gt(3000)).groupBy('species').agg(len()).sort('species').head(2);
    expect(tasks).toHaveLength(before);
  });

  test('is answered over all pods together, whatever they call their dataset', async () => {
    const table = await all.groupBy('species').agg(len(), col('mass').mean().alias('mean'), col('beak').std().alias('dev')).sort('species').fetch();
    expect(table.toRecords().map(({ species, len: n }) => [species, n])).toEqual([['Adelie', 152], ['Chinstrap', 68], ['Gentoo', 124]]);
    for (const { species, mean } of table.toRecords()) expect(mean).toBeCloseTo(meanOf(rowsOf(species as string).map((row) => row['mass'] as number | null)), 9);
    expect(table.origin).toMatchObject({ pods: ['biscoe', 'dream', 'torgersen'], absent: [], suppressed: [], warnings: [] });
    expect(table.column('len')).toEqual([152, 68, 124]);
    expect(() => table.column('nobody')).toThrow(expect.objectContaining({ code: 'schema.unknown-column' }));
  });

  test('draws itself as a table', async () => {
    const table = await all.groupBy('species').agg(len(), col('mass').mean().alias('mean')).sort('species').fetch();
    expect(String(table).split('\n')).toEqual([
      'species    len       mean',
      'text       integer   number',
      '───────────────────────────',
      'Adelie         152  3700.662',
      'Chinstrap       68  3733.088',
      'Gentoo         124  5076.016',
      '3 rows',
    ].map((line) => expect.stringMatching(new RegExp(`^${line.replace(/ +/g, ' +').replace('───────────────────────────', '─+').replaceAll('.', String.raw`\.`)}$`))));
  });

  test('is answered by each pod when asked for', async () => {
    const tables = await all.select(len(), col('mass').max().alias('heaviest')).fetchEach();
    expect([...tables].map(([pod, table]) => [pod, table.column('len')[0]])).toEqual([['biscoe', 168], ['dream', 124], ['torgersen', 52]]);
  });

  test('has the lazy names of Polars, which build the plan that they say', async () => {
    const steps = two.withColumns(col('mass').div(1000).alias('kg'), when(col('sex').eq('MALE')).then(1).otherwise(0).alias('male')).withColumn(lit(1).alias('one'))
      .dropNulls('kg').fillNull('?', 'sex').cast({ flipper: 'number' }).rename({ beak: 'bill' }).drop('one').filter(col('kg').gt(0)).sort('kg', { descending: true });
    expect(await steps.groupBy('species', 'sex').len().limit(3).first().explain('sentence')).toBe(
      "From penguins, add (mass / 1000) AS kg, CASE WHEN sex = 'MALE' THEN 1 ELSE 0 END AS male, then add 1 AS one, then drop rows with missing kg, then fill gaps: COALESCE(sex, '?'), then change types: CAST(flipper AS number), then rename beak to bill, then drop one, then keep rows where kg > 0, then sort by kg descending, then group by species, sex and compute COUNT(*), then keep the first 3 rows, then keep the first 1 rows.",
    );
  });

  test('says its columns and explains itself by what pods publish', async () => {
    const frame = all.groupBy('species').agg(col('mass').mean().alias('mean'));
    expect(await frame.schema()).toEqual([{ name: 'species', type: 'text' }, { name: 'mean', type: 'number' }]);
    expect((await frame.explain()).split('\n')).toEqual(['group by species and compute AVG(mass) AS mean', '  data']);
    expect(await two.select('mass').explain('sentence')).toBe('From penguins, show mass.');
    expect(await codeOf(() => all.select('mas').schema())).toBe('schema.unknown-column');
  });

  test('mistakes have codes, and what cannot be pooled says what can', async () => {
    const error = await all.select(col('mass').median()).fetch().catch((caught: unknown) => caught);
    expect(hasCode(error, 'plan.cannot-pool') && error.details.hint).toMatch(/combine: each/);
    expect(await codeOf(() => all.select(col('mas').sum()).fetch())).toBe('schema.unknown-column');
    expect(await codeOf(() => all.head(5).fetch())).toBe('plan.cannot-pool');
  });

  test('policies are asked: a small group is refused', async () => {
    const strict = frameCalls(penguinPods({ minSize: 10 }).asker).frame(everywhere);
    expect(await codeOf(() => strict.groupBy('sex').agg(len()).fetch())).toBe('policy.denied');
    expect((await strict.dropNulls('sex').groupBy('sex').agg(len()).sort('sex').fetch()).column('len')).toEqual([165, 168]);
  });
});

describe('frames meet', () => {
  const names = podnet.table('names', { rows: [{ species: 'Adelie', family: 'brush' }, { species: 'Gentoo', family: 'brush' }, { species: 'Chinstrap', family: 'strap' }] });

  test('tables of one\'s own, above and below an aggregation', async () => {
    const below = await all.join(names, { on: 'species' }).groupBy('family').agg(len()).sort('family').fetch();
    expect(below.rows).toEqual([['brush', 276], ['strap', 68]]);
    const above = await all.groupBy('species').agg(len()).join(names, { on: 'species' }).select('family', 'len').sort('len').fetch();
    expect(above.rows).toEqual([['strap', 68], ['brush', 124], ['brush', 152]]);
  });

  test('a stack of two parts of a frame', async () => {
    const stack = podnet.concat([all.filter(col('sex').eq('MALE')).select('mass'), all.filter(col('sex').eq('FEMALE')).select('mass')]);
    expect((await stack.select(len()).fetch()).rows).toEqual([[333]]);
  });

  test('frames of other pods, and two tables of one name, do not', () => {
    expect(() => all.join(two, { on: 'species' })).toThrow(expect.objectContaining({ code: 'usage.invalid' }));
    expect(() => all.join(names, { on: 'species' }).join(podnet.table('names', { rows: [{ species: 'x' }] }), { on: 'species' })).toThrow(expect.objectContaining({ code: 'usage.invalid' }));
    expect(() => podnet.concat([all])).toThrow(expect.objectContaining({ code: 'usage.invalid' }));
  });

  test('a table alone is on no pod', async () => {
    expect(await codeOf(() => names.fetch())).toBe('usage.invalid');
    expect(await names.schema()).toEqual([{ name: 'species', type: 'text' }, { name: 'family', type: 'text' }]);
  });

  test('types of a table show in its values, or are told', () => {
    const typed = podnet.table('t', { rows: [{ a: 1, b: 0.5, c: true, d: '2020-01-01', e: null }], types: { d: 'date', e: 'number' } });
    expect(typed.scope.tables['t']!.columns.map(({ type }) => type)).toEqual(['date', 'number', 'integer', 'number', 'boolean']);
    expect(() => podnet.table('t', { rows: [{ a: null }] })).toThrow(expect.objectContaining({ code: 'usage.invalid' }));
    expect(() => podnet.table('t', { rows: [{ a: 1 }, { a: 'x' }] })).toThrow(expect.objectContaining({ code: 'usage.invalid' }));
  });
});

describe('a collected frame', () => {
  test('stays at its pods and is gone on from', async () => {
    const heavy = await all.filter(col('mass').gt(4000)).collect({ name: 'heavy', hours: 2 });
    expect([heavy.name, heavy.expiresAt > Date.now() + 3_600_000]).toEqual(['heavy', true]);
    const expected = penguins.filter(({ row }) => (row['mass'] as number) > 4000).length;
    expect((await heavy.select(len()).fetch()).rows).toEqual([[expected]]);
    expect(await heavy.select('species').schema()).toEqual([{ name: 'species', type: 'text' }]);
    expect((await heavy.sql('SELECT count(*) AS n FROM self').then((frame) => frame.fetch())).rows).toEqual([[expected]]);
  });

  test('of groups is not pooled again', async () => {
    const means = await all.groupBy('species').agg(col('mass').mean()).collect();
    expect(means.name).toMatch(/^frame-[0-9a-f]{8}$/);
    const error = await means.select(col('mass').mean()).fetch().catch((caught: Error) => caught.message);
    expect(error).toMatch(/plan\.cannot-pool/);
  });
});

describe('SQL', () => {
  test('asks the same as a frame does', async () => {
    const table = await podnet.sql('SELECT species, count(*) AS n, avg(mass) AS mean FROM data GROUP BY species ORDER BY species', { dataset: 'penguins', pods: ['biscoe', 'dream'] }).fetch();
    const frame = await two.groupBy('species').agg(len().alias('n'), col('mass').mean().alias('mean')).sort('species').fetch();
    expect(table.rows).toEqual(frame.rows);
  });

  test('goes on from a frame, which is the table self', async () => {
    const frame = await all.filter(col('sex').isNotNull()).sql('SELECT sex, avg(mass) AS mean FROM self GROUP BY sex ORDER BY mean DESC');
    expect((await frame.fetch()).column('sex')).toEqual(['MALE', 'FEMALE']);
    expect(await codeOf(() => all.sql('SELECT nobody FROM self'))).toBe('schema.unknown-column');
    expect(await codeOf(() => all.sql('SELECT * FROM penguins'))).toBe('dataset.unknown');
  });

  test('brings tables of one\'s own', async () => {
    const table = await podnet.sql('SELECT count(*) AS n FROM data JOIN w USING (species)', { dataset: 'penguins', pods: ['dream'], tables: { w: { rows: [{ species: 'Chinstrap' }] } } }).fetch();
    expect(table.rows).toEqual([[68]]);
  });
});

test('a frame over all pods that serve a dataset', async () => {
  expect((await podnet.frameOfAll('penguins')).scope.pods).toEqual([{ pod: 'biscoe', dataset: 'penguins' }, { pod: 'dream', dataset: 'penguins' }]);
  expect(await codeOf(() => podnet.frameOfAll('nothing'))).toBe('dataset.unknown');
});

describe('plots', () => {
  test('a histogram counts what lies between breaks', async () => {
    const plot = await all.plot.histogram('mass', { breaks: [2000, 3000, 4000, 5000, 7000, 9000] });
    const masses = penguins.map(({ row }) => row['mass'] as number | null).filter((mass) => mass !== null) as number[];
    expect(plot).toMatchObject({ kind: 'histogram', x: { label: 'mass' }, subtitle: '3 pods' });
    expect(plot.bins).toEqual([[2000, 3000], [3000, 4000], [4000, 5000], [5000, 7000], [7000, 9000]].map(([from, to]) => ({ from, to, value: masses.filter((mass) => mass >= from! && (mass < to! || (to === 9000 && mass === to))).length })));
    expect((await all.plot.histogram('mass', { breaks: [0, 10000] })).bins).toEqual([{ from: 0, to: 10000, value: masses.length }]);
    expect(await codeOf(() => all.plot.histogram('mass', { breaks: [2, 1] }))).toBe('usage.invalid');
  });

  test('bars, boxes and lines', async () => {
    expect((await all.plot.bar('species')).bars).toEqual([{ label: 'Adelie', value: 152 }, { label: 'Chinstrap', value: 68 }, { label: 'Gentoo', value: 124 }]);
    const box = await all.plot.box('mass', { by: 'species', unit: 'g' });
    expect(box.boxes.map(({ label, value }) => [label, value !== null && value !== 'suppressed' && 'sd' in value && value.sd > 300])).toEqual([['Adelie', true], ['Chinstrap', true], ['Gentoo', true]]);
    const one = await podnet.frame('torgersen/birds').plot.box('mass', { percentiles: true });
    expect(one.boxes[0]!.value).toMatchObject({ median: 3700 });
    const line = await all.plot.line('flipper', { value: col('mass').mean(), every: 20, by: 'sex', label: 'mass' });
    expect(line.series.map(({ name }) => name)).toEqual(['null', 'FEMALE', 'MALE']);
    expect(line.series[1]!.points.every(({ x }, at, points) => x % 20 === 0 && (at === 0 || points[at - 1]!.x < x))).toBe(true);
  });

  test('are released where groups are large enough, and refused where one is not', async () => {
    const strict = frameCalls(penguinPods({ minSize: 5 }).asker).frame(everywhere).filter(col('species').eq('Adelie'));
    expect((await strict.plot.histogram('mass', { breaks: [3100, 3400, 3700, 4000, 4300] })).bins.every(({ value }) => typeof value === 'number' && value > 10)).toBe(true);
    expect((await strict.plot.correlation(['beak', 'mass'])).cells[0]![1]).toBeGreaterThan(0.5);
    expect((await strict.plot.box('mass')).boxes).toHaveLength(1);
    expect(await codeOf(() => strict.plot.histogram('mass', { breaks: [2700, 2900, 4300] }))).toBe('policy.denied');
    expect(await codeOf(() => strict.plot.box('mass', { percentiles: true }))).toBe('plan.cannot-pool');
  });

  test('correlations are Pearson\'s over complete rows of all pods', async () => {
    const names = ['beak', 'depth', 'flipper', 'mass'];
    const plot = await all.plot.correlation(names);
    const complete = penguins.map(({ row }) => names.map((name) => row[name] as number | null)).filter((values) => !values.includes(null)) as number[][];
    const means = names.map((_name, i) => meanOf(complete.map((values) => values[i]!)));
    const product = (i: number, j: number): number => complete.reduce((sum, values) => sum + (values[i]! - means[i]!) * (values[j]! - means[j]!), 0);
    plot.cells.forEach((row, i) => row.forEach((cell, j) => expect(cell).toBeCloseTo(product(i, j) / Math.sqrt(product(i, i) * product(j, j)), 10)));
    expect(await codeOf(() => all.plot.correlation(['mass']))).toBe('usage.invalid');
  });
});
