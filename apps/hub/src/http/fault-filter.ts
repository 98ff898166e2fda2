import { Catch, HttpException, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { Fault, isFault, type FaultCode } from '@podnet/errors';
import type { Request, Response } from 'express';
import type { Logger } from 'pino';
import { databaseFault } from '../database/fault.ts';
import { describeError } from '../log/error.ts';
import { logToken } from '../log/log.ts';
import { exchangeOf } from './exchange.ts';

const codeOfStatus: Record<number, FaultCode> = {
  400: 'usage.malformed',
  401: 'auth.required',
  403: 'access.forbidden',
  404: 'access.not-found',
  405: 'access.not-found',
  413: 'usage.too-large',
  415: 'usage.unsupported',
  429: 'usage.rate-limited',
  503: 'internal.unavailable',
};

/** Anything thrown as a fault that may leave. Texts of frameworks, of the database and of the engine stay behind. */
export function publicFault(error: unknown): Fault {
  if (isFault(error)) return error;
  const known = databaseFault(error);
  if (known) return known;
  const status = error instanceof HttpException ? error.getStatus() : error instanceof URIError ? 400 : undefined;
  const code = status === undefined ? undefined : codeOfStatus[status];
  return code ? new Fault(code, code === 'access.not-found' ? 'There is no such path.' : undefined) : new Fault('internal.unexpected', undefined, { cause: error });
}

/** Makes an answer of every error: `application/problem+json` (RFC 9457), always from the one table. */
@Catch()
export class FaultFilter implements ExceptionFilter {
  constructor(@Inject(logToken) private readonly log: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const { traceId, route } = exchangeOf(request);
    const fault = publicFault(error);
    if (fault.http >= 500) this.log.error({ traceId, route: route?.path, code: fault.code, error: describeError(isFault(error) ? (error.cause ?? error) : error) }, 'a call failed');
    if (response.headersSent || response.destroyed) {
      response.destroy();
      return;
    }
    const body = fault.toBody();
    if (fault.code === 'internal.unexpected') body.hint = `Quote ${traceId} to those who run the hub.`;
    if (body.retryAfter !== undefined) response.setHeader('retry-after', String(body.retryAfter));
    if (fault.http === 401) response.setHeader('www-authenticate', 'Bearer');
    response.status(fault.http).setHeader('content-type', 'application/problem+json');
    response.end(JSON.stringify(body));
  }
}
