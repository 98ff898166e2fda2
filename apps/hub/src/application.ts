import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import { CoreModule, type Core } from './core.module.ts';
import { Metrics } from './health/metrics.ts';
import { Readiness } from './health/readiness.ts';
import { Drain } from './http/drain.ts';
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

/** A composed hub. */
export interface Application {
  nest: NestExpressApplication;
  /** Opens the door. Answers the address people can use. */
  listen(): Promise<string>;
  /** Lets calls under way finish, then closes sockets and rooms. */
  close(): Promise<void>;
}

/** Composes the hub out of its rooms; `moreRooms` is for specs. */
export async function makeApplication(core: Core, moreRooms: Type[] = []): Promise<Application> {
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
  const drain = new Drain();
  const metrics = application.get(Metrics);
  application.use(requestLog(core.log, (request) => metrics.observe(request)), drain.middleware, securityHeaders);
  const sockets = new SocketAdapter(application);
  metrics.watchSockets(() => sockets.sockets);
  application.useWebSocketAdapter(sockets);
  return {
    nest: application,
    listen: () => open(application, core.settings),
    close: async () => {
      application.get(Readiness).leave();
      await drain.finish(application.getHttpServer() as Server, core.settings.drainMs);
      await application.close();
    },
  };
}

async function open(application: NestExpressApplication, { host, port }: { host: string; port: number }): Promise<string> {
  const server = application.getHttpServer() as Server;
  server.headersTimeout = headersMs;
  server.requestTimeout = requestMs;
  server.keepAliveTimeout = keepAliveMs;
  await application.listen(port, host);
  const address = server.address() as AddressInfo;
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${address.port}`;
}
