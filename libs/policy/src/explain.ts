import { plainText, printable } from './printable.ts';
import type { Verdict } from './verdict.ts';

/**
 * A verdict as plain lines for terminals and logs: a heading, every check with ✓ or ✗, the cost where there is one, and
 * what would pass. No colours; callers add them by the sign a line starts with. A verdict may come from elsewhere, so its
 * sentences are cleaned once more.
 */
export function verdictLines(verdict: Verdict): string[] {
  const { decision, code, cost } = verdict;
  const outcome = decision === 'permit' ? 'permitted' : decision === 'review' ? `waits for approval (${code})` : `denied (${code})`;
  const lines = [`${printable(verdict.podName)} · ${printable(verdict.dataset)}: ${outcome}`];
  for (const check of verdict.checks) lines.push(`  ${check.passed ? '✓' : '✗'} ${plainText(check.says)}`);
  if (cost.epsilon > 0) lines.push(`  Cost: epsilon ${cost.epsilon}, delta ${cost.delta}.`);
  if (cost.leftBefore !== undefined) lines.push(`  Budget: epsilon ${cost.leftBefore} left before, ${cost.leftAfter ?? cost.leftBefore} after.`);
  if (verdict.wouldPass.length > 0) {
    lines.push('What would pass:');
    for (const hint of verdict.wouldPass) lines.push(`  - ${plainText(hint)}`);
    lines.push(plainText(verdict.whoCanGrant));
  }
  return lines;
}
