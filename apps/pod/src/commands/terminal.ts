/** Where a command speaks: answers to stdout, everything else to stderr. */
export interface Terminal {
  readonly isInteractive: boolean;
  out(line: string): void;
  say(line: string): void;
  /** Asks a yes-or-no question on the terminal. */
  confirm(question: string): Promise<boolean>;
}

export const processTerminal: Terminal = {
  get isInteractive() {
    return process.stdin.isTTY === true && process.stderr.isTTY === true;
  },
  out: (line) => void process.stdout.write(`${line}\n`),
  say: (line) => void process.stderr.write(`${line}\n`),
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
