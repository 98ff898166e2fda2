import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import { CoreModule, type Core } from './core.module.ts';
import { securityHeaders } from './http/security-headers.ts';
import { SocketAdapter } from './http/socket-adapter.ts';
import { NestLog } from './log/nest-log.ts';
import { requestLog } from './log/request-log.ts';
import { rooms } from './rooms.ts';

/** How long a request may take to arrive: headers, and everything. */
const headersMs = 10_000;
const requestMs = 60_000;
const keepAliveMs = 20_000;

@Module({})
class HubModule {
  static of(core: Core, moreRooms: Type[]): DynamicModule {
    return { module: HubModule, imports: [CoreModule.of(core), ...rooms, ...moreRooms] };
  }
}

/** Composes the hub out of its rooms; `moreRooms` is for specs. It does not listen yet. */
export async function makeApplication(core: Core, moreRooms: Type[] = []): Promise<NestExpressApplication> {
  const application = await NestFactory.create<NestExpressApplication>(HubModule.of(core, moreRooms), new ExpressAdapter(), {
    bodyParser: false,
    logger: new NestLog(core.log),
    abortOnError: false,
    forceCloseConnections: true,
  });
  application.disable('x-powered-by');
  application.disable('etag');
  application.set('query parser', 'simple');
  application.set('trust proxy', core.settings.trustedProxies);
  application.use(requestLog(core.log, () => undefined), securityHeaders);
  application.useWebSocketAdapter(new SocketAdapter(application));
  return application;
}

/** Opens the door. Answers the address people can use. */
export async function listen(application: NestExpressApplication, { host, port }: { host: string; port: number }): Promise<string> {
  const server = application.getHttpServer() as Server;
  server.headersTimeout = headersMs;
  server.requestTimeout = requestMs;
  server.keepAliveTimeout = keepAliveMs;
  await application.listen(port, host);
  const address = server.address() as AddressInfo;
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${address.port}`;
}
