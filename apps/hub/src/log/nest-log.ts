import type { LoggerService } from '@nestjs/common';
import type { Logger } from 'pino';
import { describeError } from './error.ts';

/** Lets Nest write into the hub's log: its chatter only when tracing, its errors without texts that could quote a value. */
export class NestLog implements LoggerService {
  constructor(private readonly target: Logger) {}

  log(message: unknown): void {
    this.target.trace({ nest: String(message) });
  }

  debug(message: unknown): void {
    this.target.trace({ nest: String(message) });
  }

  verbose(message: unknown): void {
    this.target.trace({ nest: String(message) });
  }

  warn(message: unknown): void {
    this.target.warn({ nest: String(message) });
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.target.error({ error: describeError(message), from: typeof rest.at(-1) === 'string' && !String(rest.at(-1)).includes('\n') ? rest.at(-1) : undefined }, 'an error reached the framework');
  }

  fatal(message: unknown): void {
    this.error(message);
  }
}
