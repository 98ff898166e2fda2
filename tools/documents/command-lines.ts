/** One command of a document: where it stands and its words. */
export interface CommandLine {
  file: string;
  number: number;
  words: string[];
}

/** Splits a line of a shell: quotes group, a comment, a pipe or a redirection ends what is looked at. */
export function shellWords(line: string): string[] {
  const words: string[] = [];
  for (const [token] of line.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)) {
    if (/^(?:#|\||&&|;|>|>>|2>|<)/.test(token)) break;
    words.push(token.replace(/"([^"]*)"|'([^']*)'/g, (_, double?: string, single?: string) => double ?? single ?? ''));
  }
  return words;
}

/** Words after `podnet`, or undefined for another program. Variables before it belong to the shell. */
export function podnetArguments(words: readonly string[]): string[] | undefined {
  const rest = words.slice(words.findIndex((word) => !/^[A-Z][A-Z0-9_]*=/.test(word)));
  if (rest[0] === 'podnet') return rest.slice(1);
  const npm = rest[0] === 'npm' && rest[1] === 'run' ? rest.slice(2).filter((word) => word !== '--silent') : [];
  return npm[0] === 'podnet' && npm[1] === '--' ? npm.slice(2) : undefined;
}
