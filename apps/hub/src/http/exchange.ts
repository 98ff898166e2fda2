import type { Route } from '@podnet/contracts';
import type { Caller } from './caller.ts';

/** What the hub knows about one request while it is under way; kept beside the request, never in it. */
export interface Exchange {
  traceId: string;
  startedAt: number;
  route?: Route;
  caller?: Caller | null;
  input?: unknown;
}

const exchanges = new WeakMap<object, Exchange>();

/** Begins an exchange for a request that just came in. */
export function beginExchange(request: object, exchange: Exchange): void {
  exchanges.set(request, exchange);
}

/** The exchange of a request. Every request has one: the first middleware begins it. */
export function exchangeOf(request: object): Exchange {
  const exchange = exchanges.get(request);
  if (!exchange) throw new Error('The request went around the first middleware.');
  return exchange;
}
