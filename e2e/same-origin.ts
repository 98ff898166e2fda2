import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

/** A server that gives the given pages, and hands everything else to the hub: what a reverse proxy does for a web application. */
export async function sameOrigin(hub: string, pages: Record<string, { type: string; body: string }>): Promise<{ url: string; close(): Promise<void> }> {
  const { hostname, port } = new URL(hub);
  const sockets = new Set<Duplex>();

  function answer(asked: IncomingMessage, response: ServerResponse): void {
    const page = pages[asked.url ?? ''];
    if (page) return void response.writeHead(200, { 'content-type': page.type }).end(page.body);
    const onward = request({ hostname, port, path: asked.url, method: asked.method, headers: asked.headers }, (given) => {
      response.writeHead(given.statusCode!, given.headers);
      given.pipe(response);
    });
    onward.on('error', () => response.destroy());
    asked.pipe(onward);
  }

  /** Websockets, byte by byte. */
  function upgrade(asked: IncomingMessage, socket: Duplex, head: Buffer): void {
    const onward = connect(Number(port), hostname, () => {
      const headers = Object.entries(asked.headers).map(([name, value]) => `${name}: ${String(value)}`);
      onward.write(`${asked.method} ${asked.url} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
      onward.write(head);
      socket.pipe(onward).pipe(socket);
    });
    sockets.add(onward).add(socket);
    for (const [one, other] of [[onward, socket], [socket, onward]] as const) one.on('error', () => other.destroy()).on('close', () => other.destroy());
  }

  const server = createServer(answer).on('upgrade', upgrade);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
