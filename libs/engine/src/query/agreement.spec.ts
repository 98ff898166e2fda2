import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { col, printTree, scan, type CheckedRows, type CarrierDemand, type LazyPlan, type SmallTables, type Sources, type UnitCount } from '@podnet/plan';
import { ask, attackSources, attackTables, attacks, end, randomPlans, randomSources, randomTables, step, type Asked } from '@podnet/plan/fixtures';
import fc from 'fast-check';
import { plainWork, refusals, stageTables } from '../fixtures/staged-tables.ts';
import { openEngine, type Engine, type QueryOutcome, type QueryTable } from '../index.ts';

/** The executor against the reference: the same answers, the same counts. `ENGINE_LAW_RUNS=5000 ENGINE_LAW_SEED=1` asks for a long night. */
const numRuns = Number(process.env['ENGINE_LAW_RUNS'] ?? 20);

const seed = Number(process.env['ENGINE_LAW_SEED'] ?? 20261126);

let folder: string;
let engine: Engine;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'query-'));
  engine = await openEngine();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Sums in another order differ in their last digits, and by nothing else. */
const cellText = (cell: unknown): unknown => (typeof cell !== 'number' ? cell : !Number.isFinite(cell) ? null : Math.abs(cell) < 1e-6 ? 0 : Number(cell.toPrecision(7)));
const rowsOf = ({ columns, rows }: QueryOutcome): unknown[][] => Array.from({ length: rows }, (_row, at) => columns.map(({ values }) => cellText(values[at])));
const textOf = (asked: Asked): unknown[][] => asked.run.rows.map((row) => row.map((cell, at) => (asked.plan.root.schema[at]!.type === 'date' && cell !== null ? new Date(Number(cell)).toISOString().slice(0, 10) : cellText(cell))));

/** The sets that a demand speaks of, by their sizes. */
function sizes({ rows }: CheckedRows, { carrier, demand }: CarrierDemand): { each: number[]; total: number } {
  const sets = rows.flatMap((row) => (row.units.has(carrier) ? [row.units.get(carrier)!] : []));
  const total = new Set(sets.flatMap((set) => [...set])).size;
  if (demand === 'every') return { each: sets.map(({ size }) => size), total };
  return { total, each: sets.flatMap((set) => {
    const sides = new Map<string, number>();
    for (const entry of set) sides.set((JSON.parse(entry) as [string, string])[0], (sides.get((JSON.parse(entry) as [string, string])[0]) ?? 0) + 1);
    return [...sides.values()];
  }) };
}

/** A count is right when it is the number itself, or a bound that is enough and not above it. */
function expectCount(found: UnitCount | null, truth: number | null, enough: number, what: string): void {
  if (truth === null || found === null) expect([what, found]).toEqual([what, truth]);
  else if (found.atLeast) expect([what, found.units >= enough && found.units <= truth]).toEqual([what, true]);
  else expect([what, found.units]).toEqual([what, truth]);
}

function compare(asked: Asked, tables: ReadonlyMap<string, QueryTable>, minSize: number): void {
  const outcome = engine.query(plainWork(asked.plan, asked.analysis, tables, folder, minSize));
  const what = printTree(asked.plan);
  expect([what, rowsOf(outcome)]).toEqual([what, textOf(asked)]);
  for (const checked of asked.run.checked) {
    asked.analysis.checkpoints[checked.index]!.demands.forEach((demand, at) => {
      const { each, total } = sizes(checked, demand);
      const found = outcome.measurement.checkpoints[checked.index]!.demands[at]!;
      const label = `${what} ${asked.analysis.carriers[demand.carrier]!.kind}`;
      expectCount(found.smallest, each.length === 0 ? null : Math.min(...each), minSize, `${label} smallest`);
      if (demand.demand === 'every') expectCount(found.total, total, found.smallest === null ? 0 : Math.min(minSize, found.smallest.units), `${label} total`);
    });
  }
  const failures = new Set<string>(asked.judgement.failures.map(({ why }) => why));
  expect([what, refusals(asked.analysis, outcome.measurement, minSize, 'allow')]).toEqual([what, failures]);
}

describe('the executor agrees with the reference', () => {
  let runs = 0;
  const staged = (sources: Sources, tables: SmallTables): Map<string, QueryTable> => stageTables(folder, `t${(runs += 1)}`, sources, tables);

  it('on random plans over random tables', () => {
    fc.assert(fc.property(randomPlans, randomTables, (plan, tables) => {
      compare(ask(plan, randomSources, tables, { minSize: 2, orderStatistics: 'allow' }), staged(randomSources, tables), 2);
    }), { numRuns, endOnFailure: true, seed });
  });

  it('on what the difference rule finds between two answers', () => {
    let compared = 0;
    let near = 0;
    const pairs = fc.tuple(fc.array(step, { maxLength: 1 }), end, end, fc.integer({ min: 1, max: 8 })).map(([steps, one, other, without]): [LazyPlan, LazyPlan] => {
      const after = (from: LazyPlan): LazyPlan => steps.reduce((plan, next) => next(plan), from);
      return [one(after(scan('s'))), other(after(scan('s').filter(col('id').neq(without))))];
    });
    fc.assert(fc.property(pairs, randomTables, fc.boolean(), ([first, second], tables, byUnit) => {
      const sources: Sources = byUnit ? randomSources : new Map([...randomSources].map(([name, source]) => [name, source.kind === 'dataset' ? { ...source, unit: null } : source]));
      const small: SmallTables = byUnit ? tables : new Map([...tables].map(([name, table]) => [name, { rows: table.rows, units: table.rows.map((_row, index) => String(index)) }]));
      const whole = ['s', 't'].map((dataset) => ({ dataset, feature: 'people', units: new Set(small.get(dataset)!.units) }));
      const before = ask(first, sources, small, { minSize: 2, orderStatistics: 'allow', released: whole });
      if (!before.judgement.released) return;
      const after = ask(second, sources, small, { minSize: 2, orderStatistics: 'allow', released: [...whole, ...before.judgement.sets] });
      if (after.judgement.failures.some(({ why }) => why !== 'difference')) return;
      compared += 1;
      const files = staged(sources, small);
      const difference = new Map(whole.map(({ dataset }) => [dataset, 2]));
      const released = engine.query(plainWork(before.plan, before.analysis, files, folder, 2, { difference, planJson: first.toJson() })).measurement.sets;
      const { differences } = engine.query(plainWork(after.plan, after.analysis, files, folder, 2, { difference, released, planJson: second.toJson() })).measurement;
      if (differences.length > 0) near += 1;
      expect([printTree(before.plan), printTree(after.plan), differences.length === 0]).toEqual([printTree(before.plan), printTree(after.plan), after.judgement.released]);
    }), { numRuns: numRuns * 15, endOnFailure: true, seed });
    expect([compared > 0, near > 0]).toEqual([true, true]);
  });

  describe.each(attacks)('on attacks: %s', (_group, rows) => {
    let tables: Map<string, QueryTable> | undefined;
    it.each(rows)('%s', (_attack, plan, _verdict, sources = attackSources) => {
      tables ??= staged(attackSources, attackTables);
      compare(ask(plan, sources, attackTables, { minSize: 5, orderStatistics: 'allow' }), tables, 5);
    });
  });
});
