import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { podConfig } from '@podnet/contracts';
import { analysePlan, col, len, parsePlan, scan, type LazyPlan, type Source } from '@podnet/plan';
import { plainWork } from '../fixtures/staged-tables.ts';
import { openEngine, type Engine, type QueryTable } from '../index.ts';

/** `full` has a value in every row, `gaps` not; nobody is both in `left` and beyond 30 in `right`. */
const left = ['id,group,full,gaps', ...Array.from({ length: 60 }, (_none, at) => `${at},${at % 3},${at},${at % 4 === 0 ? '' : at}`)].join('\n');
const right = ['id,there', ...Array.from({ length: 30 }, (_none, at) => `${at},${at}`)].join('\n');

let folder: string;
let engine: Engine;
let tables: Map<string, QueryTable>;
let sources: Map<string, Source>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'complete-'));
  engine = await openEngine();
  const opened = Object.entries({ left, right }).map(([name, text]) => {
    writeFileSync(join(folder, `${name}.csv`), text);
    const config = podConfig.parse({ version: 1, name: 'n', hub: 'http://localhost', datasets: [{ name, source: { csv: `${name}.csv` } }] }).datasets[0]!;
    const { columns: schema } = engine.inspect(config, folder);
    const table: QueryTable = { kind: 'dataset', config, schema, version: 'v', unit: 'id' };
    return { name, table, source: { kind: 'dataset', unit: 'id', columns: engine.planColumns(config, folder, schema) } satisfies Source };
  });
  tables = new Map(opened.map(({ name, table }) => [name, table]));
  sources = new Map(opened.map(({ name, source }) => [name, source]));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Smallest set by what its carrier is, and how the sets of the answer look. */
function counted(lazy: LazyPlan) {
  const plan = parsePlan(lazy.toJson(), sources);
  const analysis = analysePlan(plan);
  const { measurement } = engine.query(plainWork(plan, analysis, tables, folder, 100, { difference: new Map([['left', 1], ['right', 1]]), planJson: lazy.toJson() }));
  const { demands } = analysis.checkpoints.at(-1)!;
  const kinds = demands.map(({ carrier }, at): [string, number | undefined] => [`${analysis.carriers[carrier]!.kind} of ${analysis.carriers[carrier]!.dataset}`, measurement.checkpoints.at(-1)!.demands[at]!.smallest?.units]);
  return { kinds, sets: measurement.sets.map(({ dataset, feature, sizes, sums }) => ({ dataset, feature, sizes: [...sizes].sort((a, b) => b - a), sums })) };
}

const grouped = scan('left').groupBy('group');

it('who has a value where nothing is missing is everybody, also of what is computed of it', () => {
  for (const value of [col('full'), col('full').add(1).mul(2)]) {
    const { kinds, sets } = counted(grouped.agg(value.mean().alias('x')));
    expect(new Set(kinds.map(([, units]) => units))).toEqual(new Set([20]));
    const [people, values] = [sets.find(({ feature }) => feature === 'people')!, sets.find(({ feature }) => feature !== 'people')!];
    expect(people.sizes).toEqual([60, 20, 20, 20]);
    expect(values.sums).toEqual(people.sums);
  }
});

it('where something is missing, who has a value is counted', () => {
  const { kinds, sets } = counted(grouped.agg(col('gaps').mean(), len().alias('n')));
  expect(Object.fromEntries(kinds)).toEqual({ 'scan of left': 20, 'contributors of left': 15 });
  expect(sets.map(({ sizes }) => sizes)).toEqual(expect.arrayContaining([[60, 20, 20, 20], [45, 15, 15, 15]]));
  // What a condition takes away is missing.
  expect(Object.fromEntries(counted(grouped.agg(col('full').filter(col('full').lt(30)).mean())).kinds)['contributors of left']).toBe(10);
  // A quotient may be missing where its parts are not.
  expect(Object.fromEntries(counted(grouped.agg(col('full').rem(col('full').sub(2)).mean())).kinds)['contributors of left']).toBe(19);
});

it('a column without gaps has some after a join that finds nobody', () => {
  const { kinds } = counted(scan('left').join(scan('right'), { on: 'id', how: 'left' }).groupBy('group').agg(col('there').mean()));
  expect(Object.fromEntries(kinds)['contributors of left']).toBe(10);
  const inner = counted(scan('left').join(scan('right'), { on: 'id', how: 'inner' }).groupBy('group').agg(col('there').mean()));
  expect(new Set(inner.kinds.map(([, units]) => units))).toEqual(new Set([10]));
});

it('sides of a condition are as many, and the same people, as groups by it', () => {
  const women = counted(grouped.agg(col('gaps').fillNull(0).mean().alias('x')));
  const groups = counted(scan('left').groupBy('group', col('gaps').isNull()).len());
  const sides = women.sets.find(({ sizes }) => sizes.length === 6)!;
  expect(sides.sizes).toEqual([15, 15, 15, 5, 5, 5]);
  expect(groups.sets.flatMap(({ sums }) => sums)).toEqual(expect.arrayContaining([...sides.sums]));
});
