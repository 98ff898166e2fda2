import { EventEmitter } from 'node:events';
import { Injectable } from '@nestjs/common';
import type { Socket } from 'socket.io';

/** Which pods are connected to this hub right now, and by which socket. Forgotten when the hub stops: it is no truth. */
@Injectable()
export class Presence extends EventEmitter<{ changed: [podId: string, online: boolean] }> {
  private readonly sockets = new Map<string, Socket>();

  /** A pod has connected. A socket it had before is closed: it may be a connection that died unnoticed. */
  arrived(podId: string, socket: Socket): void {
    const before = this.sockets.get(podId);
    this.sockets.set(podId, socket);
    before?.disconnect(true);
    if (!before) this.emit('changed', podId, true);
  }

  /** A socket has closed. False: the pod has another one by now. */
  left(podId: string, socket: Socket): boolean {
    if (this.sockets.get(podId) !== socket) return false;
    this.sockets.delete(podId);
    this.emit('changed', podId, false);
    return true;
  }

  socketOf(podId: string): Socket | undefined {
    return this.sockets.get(podId);
  }

  isOnline(podId: string): boolean {
    return this.sockets.has(podId);
  }

  get online(): string[] {
    return [...this.sockets.keys()];
  }
}
