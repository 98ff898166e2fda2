import { plainText, printable } from './printable.ts';
import { placesText, saidOnce } from './said-once.ts';
import type { Check, Verdict } from './verdict.ts';

/**
 * A verdict as plain lines for terminals and logs: a heading, every check with ✓ or ✗ (– where a rule beside it made up for it), the cost where there is one, and
 * what would pass. A check that failed in several places is one line that names them. No colours; callers add them by the sign a line starts with. A verdict may come from elsewhere, so its
 * sentences are cleaned once more.
 */
export function verdictLines(verdict: Verdict): string[] {
  const { decision, code, cost } = verdict;
  const outcome = decision === 'permit' ? 'permitted' : decision === 'review' ? `waits for approval (${code})` : `denied (${code})`;
  const lines = [`${printable(verdict.podName)} · ${printable(verdict.dataset)}: ${outcome}`];
  for (const { one, places } of saidOnce(verdict.checks, ({ id, passed, excused }: PlacedCheck) => [id, passed, excused])) lines.push(checkLine(one, places));
  if (cost.epsilon > 0) lines.push(`  ${decision === 'permit' ? 'Cost' : 'Would cost'}: epsilon ${cost.epsilon}, delta ${cost.delta}.`);
  if (cost.leftBefore !== undefined) lines.push(`  Budget: epsilon ${cost.leftBefore} left before, ${cost.leftAfter ?? cost.leftBefore} after.`);
  if (cost.datasetLeftBefore !== undefined) lines.push(`  Budget of the dataset, for all modellers: epsilon ${cost.datasetLeftBefore} left before, ${cost.datasetLeftAfter ?? cost.datasetLeftBefore} after.`);
  if (verdict.wouldPass.length > 0) {
    lines.push('What would pass:');
    for (const hint of verdict.wouldPass) lines.push(`  - ${plainText(hint)}`);
    lines.push(plainText(verdict.whoCanGrant));
  }
  return lines;
}

/** What a check of a dataset's policy has besides: its place in the plan, and whether a rule beside it made up for it. */
type PlacedCheck = Check & { at?: unknown; excused?: unknown };

function checkLine(check: PlacedCheck, places: readonly string[]): string {
  const sign = check.passed ? '✓' : check.excused === true ? '–' : '✗';
  return `  ${'  '.repeat(depthOf(check.id))}${sign} ${plainText(check.says)}${placesText(places)}`;
}

const safeZone = '.safe-zone.';
const deepest = 12;

/** Rules of a safe zone stand below the group that they belong to: `dataset.titanic.safe-zone.any-of[0].role`. */
function depthOf(id: unknown): number {
  if (typeof id !== 'string' || !id.startsWith('dataset.') || !id.includes(safeZone)) return 0;
  return Math.min(deepest, id.slice(id.indexOf(safeZone) + safeZone.length).split('.').length - 1);
}
