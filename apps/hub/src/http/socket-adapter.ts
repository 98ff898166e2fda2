import type { INestApplicationContext } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { limits } from '@podnet/contracts';
import type { Server, ServerOptions } from 'socket.io';

/** Sockets over websocket only: no polling, no upgrades, nothing served to browsers, no message larger than a frame. */
export class SocketAdapter extends IoAdapter {
  private server: Server | undefined;

  constructor(application: INestApplicationContext) {
    super(application);
  }

  override createIOServer(port: number, options?: Partial<ServerOptions>): Server {
    this.server ??= super.createIOServer(port, {
      ...options,
      transports: ['websocket'],
      allowUpgrades: false,
      serveClient: false,
      perMessageDeflate: false,
      httpCompression: false,
      maxHttpBufferSize: limits.frameBytes + 64 * 1024,
      connectTimeout: 10_000,
      pingInterval: 10_000,
      pingTimeout: 10_000,
    } as ServerOptions) as Server;
    return this.server;
  }

  /** Sockets that are connected right now. */
  get sockets(): number {
    return this.server?.engine?.clientsCount ?? 0;
  }
}
