import { apiPrefix, routes, validate, type Route, type RouteName } from '@podnet/contracts';
import { Fault, isFaultCode } from '@podnet/errors';
import type { z } from 'zod';

type Routes = typeof routes;
type Part<R, K extends string, Otherwise> = R extends Record<K, infer S> ? (S extends z.ZodType ? z.input<S> : Otherwise) : Otherwise;

/** What a call of a route takes: its parameters, query and body under their names. */
export type CallInput<N extends RouteName> = { [K in 'params' | 'query' | 'body' as Routes[N] extends Record<K, z.ZodType> ? K : never]: Part<Routes[N], K, never> } & (Routes[N] extends { header: string } ? { idempotencyKey: string } : unknown) &
  (Routes[N] extends { binary: 'body' } ? { bytes: Uint8Array } : unknown);
/** What it answers. */
export type CallAnswer<N extends RouteName> = Routes[N] extends { binary: 'answer' } ? Uint8Array : Routes[N] extends { answer: infer S } ? (S extends z.ZodType ? z.output<S> : void) : void;

export interface RestOptions {
  hub: string;
  fetch?: typeof fetch;
  /** The token to send, if any. `renew` is asked once after a 401. */
  token?: (renew: boolean) => Promise<string | undefined>;
  timeoutMs?: number;
}

export interface Rest {
  call<N extends RouteName>(name: N, input: CallInput<N>, signal?: AbortSignal): Promise<CallAnswer<N>>;
}

/** The hub's REST interface, typed from the same contracts that the hub serves. **Throws** the hub's own faults, `hub.unreachable` without an answer. */
export function makeRest({ hub, fetch: fetcher = fetch, token, timeoutMs = 30_000 }: RestOptions): Rest {
  const base = new URL(hub).origin + apiPrefix;

  async function send(route: Route, input: LooseInput, bearer: string | undefined, signal?: AbortSignal): Promise<Response> {
    const headers = new Headers({ accept: route.binary === 'answer' ? 'application/octet-stream, application/problem+json' : 'application/json, application/problem+json' });
    if (bearer) headers.set('authorization', `Bearer ${bearer}`);
    if (input.idempotencyKey) headers.set('idempotency-key', input.idempotencyKey);
    let payload: BodyInit | undefined;
    if (input.bytes) {
      headers.set('content-type', 'application/octet-stream');
      payload = input.bytes as Uint8Array<ArrayBuffer>;
    } else if (input.body !== undefined) {
      headers.set('content-type', 'application/json');
      payload = JSON.stringify(input.body);
    }
    const limit = AbortSignal.timeout(timeoutMs);
    try {
      return await fetcher(base + address(route, input), { method: route.method, headers, body: payload, redirect: 'error', signal: signal ? AbortSignal.any([signal, limit]) : limit });
    } catch (cause) {
      if (signal?.aborted) throw new Fault('interrupted', undefined, { cause });
      throw new Fault('hub.unreachable', `The hub at ${new URL(hub).origin} does not answer.`, { hint: 'Check the address and that the hub is running.', cause });
    }
  }

  return {
    async call(name, input, signal) {
      const route: Route = routes[name];
      const loose = input as LooseInput;
      const bearer = route.access === 'public' ? undefined : await token?.(false);
      let response = await send(route, loose, bearer, signal);
      if (response.status === 401 && route.access !== 'public' && token) {
        const renewed = await token(true);
        if (renewed && renewed !== bearer) {
          await response.body?.cancel();
          response = await send(route, loose, renewed, signal);
        }
      }
      if (!response.ok) throw await faultOf(response);
      if (route.binary === 'answer') return new Uint8Array(await response.arrayBuffer()) as never;
      if (!route.answer || response.status === 204) {
        await response.body?.cancel();
        return undefined as never;
      }
      return validate(route.answer, await response.json()) as never;
    },
  };
}

interface LooseInput {
  params?: Record<string, string>;
  query?: Record<string, unknown>;
  body?: unknown;
  bytes?: Uint8Array;
  idempotencyKey?: string;
}

function address(route: Route, input: LooseInput): string {
  const path = route.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(input.params?.[name] ?? '')));
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(input.query ?? {})) if (value !== undefined) query.set(key, String(value));
  return query.size > 0 ? `${path}?${query}` : path;
}

async function faultOf(response: Response): Promise<Fault> {
  const body: unknown = await response.json().catch(() => undefined);
  if (isFaultCode((body as { code?: unknown } | undefined)?.code)) return Fault.fromBody(body);
  return new Fault(response.status === 503 ? 'internal.unavailable' : 'internal.unexpected', `The hub answered with status ${response.status}.`);
}
