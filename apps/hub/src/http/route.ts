import { createParamDecorator, HttpCode, RequestMapping, RequestMethod, SetMetadata, type ExecutionContext } from '@nestjs/common';
import { apiPrefix, type Route } from '@podnet/contracts';
import type { z } from 'zod';
import type { Caller } from './caller.ts';
import { exchangeOf } from './exchange.ts';
import { operations } from './operations.ts';

type Read<S> = S extends z.ZodType ? z.output<S> : Record<string, never>;

/** What a handler is given: everything about the call, validated, typed by its route. */
export interface Input<R extends Route> {
  params: Read<R['params']>;
  query: Read<R['query']>;
  body: R extends { binary: 'body' } ? Uint8Array : R extends { body: infer B } ? Read<B> : undefined;
  caller: R['access'] extends 'public' ? null : Caller;
  header: R extends { header: infer H extends string } ? Record<H, string> : Record<string, never>;
  ip: string;
  traceId: string;
}

/** What a handler answers. It is checked against the route before it leaves. */
export type Answer<R extends Route> = R extends { binary: 'answer' } ? Uint8Array : R extends { answer: infer A extends z.ZodType } ? z.input<A> : void;

/** Metadata of a handler that is bound to a route; without it the guard stays closed. */
export const routeMetadata = 'podnet:route';

const callInput = createParamDecorator((_: unknown, context: ExecutionContext) => exchangeOf(context.switchToHttp().getRequest()).input);

/**
 * Binds a method of a controller to a route of the contract: method, path, status, and its only argument, the `Input`.
 * The compiler checks argument and answer against the route; the boundary checks them again at run time.
 */
export function Handles<const R extends Route>(route: R) {
  return <F extends (input: Input<R>) => Answer<R> | Promise<Answer<R>>>(target: object, key: string | symbol, descriptor: TypedPropertyDescriptor<F>): void => {
    bind(apiPrefix + route.path, route, target, key, descriptor);
    callInput()(target, key, 0);
  };
}

/** Opens a path outside the contract (health, metrics) to everybody. Its handler uses Nest's own decorators. */
export function Opens(path: string) {
  return (target: object, key: string | symbol, descriptor: PropertyDescriptor): void => {
    const route: Route = { method: 'GET', path, access: 'public', summary: path, tag: 'operations', status: 200 };
    operations.add(route);
    bind(path, route, target, key, descriptor);
  };
}

function bind(path: string, route: Route, target: object, key: string | symbol, descriptor: PropertyDescriptor): void {
  RequestMapping({ path, method: RequestMethod[route.method] })(target, key, descriptor);
  HttpCode(route.status ?? (route.answer || route.binary === 'answer' ? 200 : 204))(target, key, descriptor);
  SetMetadata(routeMetadata, route)(target, key, descriptor);
}
