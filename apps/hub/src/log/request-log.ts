import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';
import type { Logger } from 'pino';
import { beginExchange, exchangeOf } from '../http/exchange.ts';
import { operations } from '../http/operations.ts';

/** Told about every request that ended. */
export type Observer = (request: { method: string; route: string; status: number; ms: number }) => void;

/** The first middleware: begins the exchange, and writes one line when it ends. Paths are written as their patterns. */
export function requestLog(log: Logger, observe: Observer) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const traceId = randomUUID();
    beginExchange(request, { traceId, startedAt: performance.now() });
    response.setHeader('x-trace-id', traceId);
    response.once('close', () => {
      const { route, startedAt, caller } = exchangeOf(request);
      const ms = Math.round((performance.now() - startedAt) * 10) / 10;
      const line = { method: request.method, route: route?.path ?? 'unknown', status: response.statusCode, ms };
      // What watches the hub asks every few seconds; that is worth a line only to those who look for it.
      log[route && operations.has(route) ? 'debug' : 'info']({ ...line, traceId, ...(caller ? { userId: caller.userId } : {}), ...(response.writableFinished ? {} : { cut: true }) }, 'request');
      observe(line);
    });
    next();
  };
}
