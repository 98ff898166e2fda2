/** Where a command speaks: answers to stdout, everything else to stderr. */
export interface Terminal {
  readonly isInteractive: boolean;
  out(line: string): void;
  say(line: string): void;
  /** Asks a yes-or-no question on the terminal. */
  confirm(question: string): Promise<boolean>;
}

/** What a hub sent may stand in a line: escape sequences and marks that turn text around do nothing here. */
export function harmless(text: string): string {
  // eslint-disable-next-line no-control-regex -- the very characters that are taken out
  return text.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu, '\ufffd');
}

export const processTerminal: Terminal = {
  get isInteractive() {
    return process.stdin.isTTY === true && process.stderr.isTTY === true;
  },
  out: (line) => void process.stdout.write(`${harmless(line)}\n`),
  say: (line) => void process.stderr.write(`${harmless(line)}\n`),
  async confirm(question) {
    const { createInterface } = await import('node:readline/promises');
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim());
    } finally {
      lines.close();
    }
  },
};
