import type { Context } from './context.ts';

/** What a value of an option or argument names, for completion. */
export type Completes = 'pod' | 'task' | 'file' | 'role' | 'shell';

export interface Argument {
  name: string;
  says: string;
  required?: boolean;
  /** All that follow, as a list; only the last argument. */
  several?: boolean;
  completes?: Completes;
}

export interface Option {
  /** `--role <role>` takes a value, `--yes` does not; `--pod <pod...>` takes several. */
  flags: string;
  says: string;
  required?: boolean;
  completes?: Completes;
}

/** What a command answers: fields for programs, text for people. */
export interface Answer {
  data: unknown;
  text?: string;
  /** Nothing is printed: another program has spoken already. */
  silent?: boolean;
  /** Exit status when it is not 0, for instance 8 for a partial success. */
  exit?: number;
}

export type Values = Record<string, string | string[] | boolean | undefined>;

/** One command. Definitions are light; what `run` needs is loaded when it runs. */
export interface Command {
  /** Words after `podnet`: `task run`. */
  path: string;
  says: string;
  arguments?: readonly Argument[];
  options?: readonly Option[];
  /** Whole lines that work as they stand. */
  examples: readonly { line: string; says: string }[];
  run(context: Context, values: Values): Promise<Answer>;
}

export const command = <const C extends Command>(definition: C): Command => definition;

/** A value that commander promised to be there. */
export const text = (values: Values, name: string): string => String(values[name]);
export const optionalText = (values: Values, name: string): string | undefined => (typeof values[name] === 'string' ? values[name] : undefined);
