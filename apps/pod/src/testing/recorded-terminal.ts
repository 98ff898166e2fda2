import type { Terminal } from '../commands/terminal.ts';

/** A terminal that remembers what it was told; for specs. */
export class RecordedTerminal implements Terminal {
  readonly lines: string[] = [];
  readonly said: string[] = [];
  isInteractive = false;
  answer = false;

  out(line: string): void {
    this.lines.push(line);
  }

  say(line: string): void {
    this.said.push(line);
  }

  confirm(question: string): Promise<boolean> {
    this.said.push(question);
    return Promise.resolve(this.answer);
  }
}
