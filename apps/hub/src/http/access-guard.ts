import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Route } from '@podnet/contracts';
import { Fault } from '@podnet/errors';
import type { Request } from 'express';
import { Authenticator } from '../identity/authenticator.ts';
import { exchangeOf } from './exchange.ts';
import { routeMetadata } from './route.ts';

/** Closed until a route says who may come in: a handler that is bound to no route does not exist. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticator: Authenticator,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const route = this.reflector.get<Route | undefined>(routeMetadata, context.getHandler());
    if (context.getType() !== 'http' || !route) throw new Fault('access.not-found');
    const request = context.switchToHttp().getRequest<Request>();
    const exchange = exchangeOf(request);
    exchange.route = route;
    if (route.access === 'public') {
      exchange.caller = null;
      return true;
    }
    const caller = await this.authenticator.authenticate(bearer(request.headers.authorization));
    if (route.access === 'admin' && !caller.admin) throw new Fault('access.forbidden', 'Only an admin may do this.');
    exchange.caller = caller;
    return true;
  }
}

function bearer(header: string | undefined): string {
  const token = /^Bearer ([\x21-\x7e]{1,16384})$/i.exec(header ?? '')?.[1];
  if (token === undefined) throw new Fault('auth.required', header === undefined ? undefined : 'The authorization must be a bearer token.');
  return token;
}
