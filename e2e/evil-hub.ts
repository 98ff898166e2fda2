import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { namespaces, type ClaimedAssignment, type TaskProgress } from '@podnet/contracts';
import { Server, type Socket } from 'socket.io';
import { io, type Socket as Onward } from 'socket.io-client';

type Json = Record<string, unknown>;

/**
 * A hub that does everything a hub does, because a real one stands behind it, and lies where it is told to: in what a pod
 * claims, in what the modeller is answered and in what the modeller is told.
 */
export class EvilHub {
  /** Changes what a pod gets for an assignment. */
  onClaim: ((claimed: ClaimedAssignment, podId: string) => ClaimedAssignment | Promise<ClaimedAssignment>) | undefined;
  /** Changes an answer of the REST interface. */
  onAnswer: ((path: string, answer: Json) => Json) | undefined;
  /** Changes what a watcher of a task is told. */
  onProgress: ((task: TaskProgress) => TaskProgress) | undefined;
  /** What was submitted, newest last. */
  readonly submitted: { manifest: string; payloads: { podId: string; payload: string }[] }[] = [];
  url = '';
  readonly #hub: string;
  readonly #onward = new Set<Onward>();
  readonly #server = createServer((asked, response) => void this.#pass(asked, response).catch(() => response.destroy()));
  readonly #sockets = new Server(this.#server, { transports: ['websocket'], maxHttpBufferSize: 32 << 20 });

  private constructor(hub: string) {
    this.#hub = hub;
    for (const namespace of Object.values(namespaces)) {
      this.#sockets.of(namespace).use((socket, admit) => void this.#connect(namespace, socket).then(() => admit(), admit));
    }
  }

  static async before(hub: string): Promise<EvilHub> {
    const evil = new EvilHub(hub);
    await new Promise<void>((listening) => evil.#server.listen(0, '127.0.0.1', listening));
    evil.url = `http://127.0.0.1:${(evil.#server.address() as AddressInfo).port}`;
    return evil;
  }

  honest(): void {
    this.onClaim = this.onAnswer = this.onProgress = undefined;
  }

  async close(): Promise<void> {
    for (const onward of this.#onward) onward.close();
    await this.#sockets.close();
  }

  /** Opens the same connection at the hub, in the same name, and passes on what either says. */
  async #connect(namespace: string, socket: Socket): Promise<void> {
    const onward = io(this.#hub + namespace, { auth: socket.handshake.auth, transports: ['websocket'], forceNew: true, reconnection: false });
    this.#onward.add(onward);
    await new Promise<void>((resolve, reject) => onward.once('connect', resolve).once('connect_error', reject));
    onward.on('disconnect', () => socket.disconnect(true));
    socket.on('disconnect', () => onward.close());
    socket.onAny((event: string, ...args: unknown[]) => {
      const ack = args.at(-1) as (answer: unknown) => void;
      const said = typeof ack === 'function' ? args.slice(0, -1) : args;
      if (typeof ack !== 'function') return void onward.emit(event, ...said);
      onward.emit(event, ...said, (answer: Json) => void this.#answered(event, answer).then(ack));
    });
    onward.onAny((event: string, ...args: unknown[]) => {
      if (event === 'task:progress' && this.onProgress) args[0] = this.onProgress(args[0] as TaskProgress);
      socket.emit(event, ...args);
    });
  }

  async #answered(event: string, answer: Json): Promise<Json> {
    const data = answer['data'] as { claimed?: ClaimedAssignment | null; task?: TaskProgress } | undefined;
    if (event === 'pod:claim' && data?.claimed && this.onClaim) return { ...answer, data: { claimed: await this.onClaim(data.claimed, podIdOf(data.claimed, this.submitted)) } };
    if (event === 'task:watch' && data?.task && this.onProgress) return { ...answer, data: { task: this.onProgress(data.task) } };
    return answer;
  }

  async #pass(asked: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of asked) parts.push(part as Buffer);
    const body = Buffer.concat(parts);
    if (asked.method === 'POST' && asked.url === '/api/v1/tasks') this.submitted.push(JSON.parse(body.toString()) as (typeof this.submitted)[number]);
    const { host: _host, connection: _connection, 'content-length': _length, 'transfer-encoding': _encoding, ...headers } = asked.headers;
    const given = await fetch(this.#hub + asked.url!, { method: asked.method!, headers: headers as Record<string, string>, ...(body.length > 0 ? { body } : {}) });
    let bytes = Buffer.from(await given.arrayBuffer());
    const isJson = given.headers.get('content-type')?.includes('json') ?? false;
    if (isJson && given.ok && this.onAnswer) bytes = Buffer.from(JSON.stringify(this.onAnswer(asked.url!, JSON.parse(bytes.toString()) as Json)));
    response.writeHead(given.status, { 'content-type': given.headers.get('content-type') ?? 'application/octet-stream' }).end(bytes);
  }
}

/** Whose payload it is. */
function podIdOf({ payload }: ClaimedAssignment, submitted: EvilHub['submitted']): string {
  return submitted.flatMap(({ payloads }) => payloads).find((each) => each.payload === payload)?.podId ?? '';
}
