import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printTree, type CheckedRows, type CarrierDemand, type SmallTables, type Sources, type UnitCount } from '@podnet/plan';
import { ask, attackSources, attackTables, attacks, randomPlans, randomSources, randomTables, type Asked } from '@podnet/plan/fixtures';
import fc from 'fast-check';
import { plainWork, refusals, stageTables } from '../fixtures/staged-tables.ts';
import { openEngine, type Engine, type QueryOutcome, type QueryTable } from '../index.ts';

/** The executor against the reference: the same answers, the same counts. `ENGINE_LAW_RUNS=5000` asks for a long night. */
const numRuns = Number(process.env['ENGINE_LAW_RUNS'] ?? 60);

let folder: string;
let engine: Engine;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'query-'));
  engine = await openEngine();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const cellText = (cell: unknown): unknown => (typeof cell === 'number' ? (Number.isFinite(cell) ? Number(cell.toPrecision(9)) : null) : cell);
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
    }), { numRuns, endOnFailure: numRuns <= 60 });
  });

  describe.each(attacks)('on attacks: %s', (_group, rows) => {
    let tables: Map<string, QueryTable> | undefined;
    it.each(rows)('%s', (_attack, plan, _verdict, sources = attackSources) => {
      tables ??= staged(attackSources, attackTables);
      compare(ask(plan, sources, attackTables, { minSize: 5, orderStatistics: 'allow' }), tables, 5);
    });
  });
});
