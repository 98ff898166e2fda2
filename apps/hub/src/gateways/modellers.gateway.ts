import { Inject, type OnModuleDestroy } from '@nestjs/common';
import { WebSocketGateway, type OnGatewayConnection, type OnGatewayDisconnect, type OnGatewayInit } from '@nestjs/websockets';
import { limits, modellerCalls, namespaces } from '@podnet/contracts';
import { Fault } from '@podnet/errors';
import type { Logger } from 'pino';
import type { Namespace, Socket } from 'socket.io';
import type { Caller } from '../http/caller.ts';
import { publicFault } from '../http/fault-filter.ts';
import { Authenticator } from '../identity/authenticator.ts';
import { endsCaller, SessionEndings } from '../identity/session-endings.ts';
import { logToken } from '../log/log.ts';
import { ProgressService } from '../task/progress.service.ts';
import { TaskEvents } from '../task/task-events.ts';
import { ackOf, admitting, answerCalls, refused, type Handlers } from './calls.ts';
import { Relay } from './relay.ts';
import { Watchers } from './watchers.ts';

/** Tasks that one socket may watch. */
const mostWatched = 1_000;
/** Batches of frames of one socket that may be under way. */
const mostBatches = 64;

interface ModellerSocketData {
  caller: Caller;
  watched: Set<string>;
  batches: number;
  /** Ends the connection when its token would have ended; the client comes back with a fresh one. */
  expiry: NodeJS.Timeout;
}

type ModellerSocket = Socket<never, never, never, ModellerSocketData>;
const { 'task:frames': _, ...answered } = modellerCalls;

/** Where modellers watch their tasks and exchange frames with the pods of them. */
@WebSocketGateway({ namespace: namespaces.modellers })
export class ModellersGateway implements OnGatewayInit<Namespace>, OnGatewayConnection<ModellerSocket>, OnGatewayDisconnect<ModellerSocket>, OnModuleDestroy {
  private readonly sockets = new Set<ModellerSocket>();
  private readonly stopListening: () => void;

  constructor(
    private readonly authenticator: Authenticator,
    private readonly progress: ProgressService,
    private readonly watchers: Watchers,
    private readonly relay: Relay,
    endings: SessionEndings,
    events: TaskEvents,
    @Inject(logToken) private readonly log: Logger,
  ) {
    this.stopListening = endings.on((ending) => {
      for (const socket of this.sockets) if (endsCaller(ending, socket.data.caller)) socket.disconnect(true);
    });
    events.on('hinted', (accountIds) => {
      for (const socket of this.sockets) if (accountIds.includes(socket.data.caller.userId)) (socket as unknown as Socket).emit('review:hint', {});
    });
  }

  onModuleDestroy(): void {
    this.stopListening();
  }

  afterInit(namespace: Namespace): void {
    namespace.use(
      admitting(async (token, socket) => {
        (socket.data as ModellerSocketData).caller = await this.authenticator.authenticate(token);
      }, this.log),
    );
  }

  handleConnection(socket: ModellerSocket): void {
    socket.data.watched = new Set();
    socket.data.batches = 0;
    socket.data.expiry = setTimeout(() => socket.disconnect(true), limits.accessTokenMs).unref();
    this.sockets.add(socket);
    answerCalls(socket, answered, this.handlers(socket), { log: this.log, alsoKnown: ['task:frames'] });
    socket.on('task:frames' as never, ((...args: unknown[]) => void this.passFrames(socket, args)) as never);
  }

  handleDisconnect(socket: ModellerSocket): void {
    clearTimeout(socket.data.expiry);
    this.sockets.delete(socket);
    for (const taskId of socket.data.watched) this.watchers.remove(taskId, socket as unknown as Socket);
  }

  private handlers(socket: ModellerSocket): Handlers<typeof answered> {
    const { caller, watched } = socket.data;
    return {
      'task:watch': async ({ taskId }) => {
        if (watched.size >= mostWatched && !watched.has(taskId)) throw new Fault('usage.rate-limited', `One connection watches ${mostWatched} tasks at most.`);
        await this.progress.ofOwner(taskId, caller.userId);
        if (socket.connected) {
          watched.add(taskId);
          this.watchers.add(taskId, socket as unknown as Socket);
        }
        // Read after watching has begun: what happens from here on is told.
        const task = await this.progress.ofOwner(taskId, caller.userId);
        this.watchers.know(task);
        return { task };
      },
      'task:unwatch': async ({ taskId }) => {
        watched.delete(taskId);
        this.watchers.remove(taskId, socket as unknown as Socket);
        return {};
      },
    };
  }

  private async passFrames(socket: ModellerSocket, args: readonly unknown[]): Promise<void> {
    const { data } = socket;
    const ack = ackOf(args);
    if (data.batches >= mostBatches) {
      ack?.(refused(new Fault('usage.rate-limited', 'Too many frames are under way on this connection.', { retryAfter: 1 })));
      return;
    }
    data.batches += 1;
    try {
      const answer = await this.relay.toPods(data.caller.userId, args[0]);
      ack?.({ ok: true, data: answer });
    } catch (error) {
      ack?.(refused(publicFault(error)));
    } finally {
      data.batches -= 1;
    }
  }
}
