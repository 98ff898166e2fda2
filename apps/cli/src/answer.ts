import { type Fault, type FaultBody } from '@podnet/errors';
import { verdictLines, type Verdict } from '@podnet/policy';
import { indented, plainText, type Style } from '@podnet/terminal';
import type { Answer } from './command.ts';
import { requestLines } from './request-lines.ts';

/** The one shape of `--json`. */
export const envelopeOf = (answer: Answer): string => JSON.stringify({ ok: true, data: answer.data });
export const envelopeOfFault = (fault: Fault): string => JSON.stringify({ ok: false, error: fault.toBody() });

/** A fault for people: the sentence, the place, every cause, every verdict, and what would help. */
export function faultText(fault: Fault, style: Style): string {
  const { at, hint, causes = [], verdicts = [] } = fault.details;
  const lines = [`${style.bad('✗')} ${plainText(fault.message)}${at ? style.dim(`  (${plainText(at)})`) : ''}  ${style.dim(`[${fault.code}]`)}`];
  for (const cause of causes.filter((each) => each.detail !== fault.message || each.at !== at)) lines.push(`  ${style.bad('✗')} ${causeText(cause, style)}`);
  // Of pods that agree nobody needs to hear why, when others do not.
  const told = (verdicts as Verdict[]).filter(({ decision }, _, all) => decision !== 'permit' || all.every((each) => each.decision === 'permit'));
  for (const verdict of told) lines.push('', verdictText(verdict, style));
  if (hint) lines.push(`  ${plainText(hint)}`);
  const asks = requestLines(verdicts as Verdict[]);
  if (asks.length > 0) lines.push('', 'Ask the custodian:', ...asks.map((line) => `  ${line}`));
  return lines.join('\n');
}

const causeText = ({ at, detail, hint }: FaultBody, style: Style): string => `${at ? `${plainText(at)}: ` : ''}${plainText(detail)}${hint ? style.dim(`  ${plainText(hint)}`) : ''}`;

/** A verdict: each check with ✓ or ✗, and what would pass. */
export function verdictText(verdict: Verdict, style: Style): string {
  const lines = verdictLines(verdict).map((line) => {
    const clean = plainText(line);
    return clean.trimStart().startsWith('✗') ? style.bad(clean) : clean.trimStart().startsWith('✓') ? style.good(clean) : clean;
  });
  return indented(lines.join('\n'));
}
