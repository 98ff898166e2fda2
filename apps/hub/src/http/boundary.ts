import { Inject, Injectable, StreamableFile, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { validate, type Route } from '@podnet/contracts';
import { Fault } from '@podnet/errors';
import type { Request, Response } from 'express';
import type { Logger } from 'pino';
import { lastValueFrom, of, type Observable } from 'rxjs';
import { z } from 'zod';
import { logToken } from '../log/log.ts';
import { Attempts } from './attempts.ts';
import { readBody } from './body.ts';
import { exchangeOf, type Exchange } from './exchange.ts';
import { publicFault } from './fault-filter.ts';
import { operations } from './operations.ts';

const nothing = z.strictObject({});
const idempotencyKey = z.string().regex(/^[\x21-\x7e]{1,200}$/, 'must be 1 to 200 printable characters');

/**
 * What every call passes between guard and handler: its input is read and validated, wrong attempts are counted, and what
 * the handler answers is held against the contract before it leaves.
 */
@Injectable()
export class Boundary implements NestInterceptor {
  constructor(
    private readonly attempts: Attempts,
    @Inject(logToken) private readonly log: Logger,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<Request>();
    const exchange = exchangeOf(request);
    const { route } = exchange;
    if (!route) throw new Fault('access.not-found');
    if (operations.has(route)) return next.handle();
    const input = await readInput(request, context.switchToHttp().getResponse<Response>(), exchange, route);
    exchange.input = input;
    const attempt = route.guarded ? this.attempts.begin(route.path, input.ip, accountOf(input)) : undefined;
    try {
      const answer: unknown = await lastValueFrom(next.handle(), { defaultValue: undefined });
      attempt?.forgive();
      return of(this.checked(route, answer));
    } catch (error) {
      if (publicFault(error).http >= 500) attempt?.forgive();
      throw error;
    }
  }

  private checked(route: Route, answer: unknown): unknown {
    if (route.binary === 'answer') {
      if (!ArrayBuffer.isView(answer)) throw this.wrong(route, ['']);
      return new StreamableFile(answer as Uint8Array, { type: 'application/octet-stream', length: answer.byteLength });
    }
    if (!route.answer) {
      if (answer !== undefined) throw this.wrong(route, ['']);
      return undefined;
    }
    const read = route.answer.safeParse(answer);
    if (!read.success) throw this.wrong(route, read.error.issues.map((issue) => issue.path.join('.')));
    return answer;
  }

  /** A mistake of ours. The log gets the places, never the values. */
  private wrong(route: Route, places: string[]): Fault {
    this.log.error({ route: route.path, places }, 'an answer does not keep to its contract');
    return new Fault('internal.unexpected');
  }
}

interface Read {
  params: unknown;
  query: unknown;
  body: unknown;
  caller: Exchange['caller'];
  header: Record<string, string>;
  ip: string;
  traceId: string;
}

async function readInput(request: Request, response: Response, exchange: Exchange, route: Route): Promise<Read> {
  const params = route.params ? validate(route.params, request.params) : {};
  const query = validate(route.query ?? nothing, request.query);
  const header: Record<string, string> = route.header ? { [route.header]: validate(idempotencyKey, request.headers[route.header]) } : {};
  const raw = await readBody(request, response, route);
  const body = route.body && route.binary !== 'body' ? validate(route.body, raw) : raw;
  return { params, query, body, caller: exchange.caller ?? null, header, ip: request.ip ?? '', traceId: exchange.traceId };
}

/** Whose secret is being tried: the caller's own, or that of the e-mail address given. */
function accountOf({ caller, body }: Read): string {
  if (caller) return caller.userId;
  const { email } = (body ?? {}) as { email?: unknown };
  return typeof email === 'string' ? email : '';
}
