import fc from 'fast-check';
import { scan, type LazyPlan } from './builder/lazy-plan.ts';
import { ask, type Asked } from './fixtures/ask.ts';
import { argument, innerCondition, oncePerUnit, plainNumber, randomPlans, randomSources, randomTables, step } from './fixtures/random-plans.ts';
import { printTree } from './print/tree.ts';
import { removeUnit, runReference, type SmallTables } from './reference/run.ts';

/**
 * Random tables, random plans: the analysis against brute force. Runs are few by default; `PLAN_LAW_RUNS=20000` asks for a long night.
 */
const numRuns = Number(process.env['PLAN_LAW_RUNS'] ?? 300);

/** The units that a released row, or a checkpoint on the way, counted. */
function counted(asked: Asked, dataset: string, row: number | null): Set<string> {
  const carriers = asked.analysis.carriers;
  const units = new Set<string>();
  for (const { index, rows } of asked.run.checked) {
    const release = asked.analysis.checkpoints[index]!.kind === 'release';
    rows.forEach((hidden, at) => {
      if (release && row !== null && at !== row) return;
      for (const [id, set] of hidden.units) if (carriers[id]!.dataset === dataset) for (const unit of set) units.add(carriers[id]!.kind === 'side' || carriers[id]!.kind === 'alike' ? (JSON.parse(unit) as [string, string])[1] : unit);
    });
  }
  return units;
}

const rowText = (row: readonly unknown[]): string => JSON.stringify(row.map((cell) => (typeof cell === 'number' ? Number(cell.toPrecision(9)) : cell)));

function released(plan: LazyPlan, small: SmallTables): Asked | null {
  const asked = ask(plan, randomSources, small, { minSize: 2, orderStatistics: 'allow' });
  return asked.judgement.released ? asked : null;
}

describe('when a unit goes', () => {
  it('whatever changes in a released answer had counted it', () => {
    let answers = 0;
    fc.assert(fc.property(randomPlans, randomTables, (plan, small) => {
      const asked = released(plan, small);
      if (asked === null) return;
      answers += 1;
      const before = asked.run.rows.map(rowText);
      for (const dataset of asked.analysis.datasets) {
        for (const unit of new Set(small.get(dataset)!.units)) {
          const after = runReference(asked.plan, removeUnit(small, dataset, unit)).rows.map(rowText);
          const left = [...after];
          before.forEach((row, index) => {
            const at = left.indexOf(row);
            if (at >= 0) left.splice(at, 1);
            else if (!counted(asked, dataset, index).has(unit)) throw new Error(`A row changed for a unit that it did not count: ${printTree(asked.plan)}`);
          });
          if (left.length > 0 && !counted(asked, dataset, null).has(unit)) throw new Error(`A row came for a unit that was not counted: ${printTree(asked.plan)}`);
        }
      }
    }), { numRuns });
    expect(answers).toBeGreaterThan(numRuns / 50);
  });

  it('every single value of a released total moves for nobody, or for as many as the policy asks', () => {
    let answers = 0;
    const totals = fc.tuple(fc.array(step, { maxLength: 3 }), fc.oneof(
      fc.tuple(argument, fc.constantFrom('sum', 'mean', 'var', 'std')).map(([value, how]) => value[how as 'sum']()),
      fc.tuple(plainNumber, innerCondition, fc.constantFrom('sum', 'mean', 'count')).map(([value, where, how]) => value.filter(where)[how as 'sum']()),
      innerCondition.map((where) => where.sum()),
      argument.map((value) => value.count()),
    )).map(([steps, agg]) => steps.reduce((plan, next) => next(plan), scan('s')).select(agg.alias('a')));
    fc.assert(fc.property(totals, randomTables.map((all) => new Map([...all].map(([name, one]) => [name, name === 'own' ? one : oncePerUnit(one)]))), (plan, small) => {
      const asked = released(plan, small);
      if (asked === null) return;
      answers += 1;
      for (const dataset of asked.analysis.datasets) {
        const units = [...new Set(small.get(dataset)!.units)];
        const moving = units.filter((unit) => rowText(runReference(asked.plan, removeUnit(small, dataset, unit)).rows[0]!) !== rowText(asked.run.rows[0]!));
        if (moving.length === 1) throw new Error(`A released value hangs on a single unit: ${printTree(asked.plan)}`);
      }
    }), { numRuns });
    expect(answers).toBeGreaterThan(numRuns / 50);
  });
});
