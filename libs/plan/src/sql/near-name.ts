/** The known name nearest to one that is not known, when it is near enough to be meant. */
export function nearName(name: string, known: Iterable<string>): string | null {
  let [best, least]: [string | null, number] = [null, Math.max(1, Math.floor(Math.min(name.length, 40) / 3)) + 1];
  for (const candidate of known) {
    const steps = Math.abs(candidate.length - name.length) < least ? stepsBetween(name, candidate) : Infinity;
    if (steps < least) [best, least] = [candidate, steps];
  }
  return best;
}

/** Letters to put in, take out or exchange. */
function stepsBetween(a: string, b: string): number {
  let before = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [row, letter] of [...a].entries()) {
    const line = [row + 1];
    for (let at = 1; at <= b.length; at += 1) line.push(Math.min(before[at]! + 1, line[at - 1]! + 1, before[at - 1]! + (letter === b[at - 1] ? 0 : 1)));
    before = line;
  }
  return before[b.length]!;
}
