import { namespaces, type hubToModeller, type modellerCalls, type TaskProgress } from '@podnet/contracts';
import { Fault } from '@podnet/errors';
import { io, type Socket } from 'socket.io-client';
import type { z } from 'zod';

type Calls = typeof modellerCalls;
export type TaskFrame = z.output<(typeof hubToModeller)['task:frame']>;

export interface TaskListener {
  progress(task: TaskProgress): void;
  frame(frame: TaskFrame): void;
  /** The connection came back after a break: whatever was under way may have been lost. */
  reconnected(): void;
}

/** The modeller's socket: calls with acks, and the events of watched tasks. A channel, never the truth. */
export interface HubSocket {
  call<E extends keyof Calls>(event: E, input: z.input<Calls[E]['input']>, timeoutMs?: number): Promise<z.output<Calls[E]['output']>>;
  /** Watches one task until `stop` is called. Survives breaks of the connection. */
  watch(taskId: string, listener: TaskListener): Promise<{ task: TaskProgress; stop(): void }>;
  /** Something about reviews or requests may be new: by a hint of the hub, or after a break. Answers how to stop. */
  onHint(listener: () => void): () => void;
  close(): void;
}

const ackMs = 10_000;

export function makeHubSocket(hub: string, token: () => Promise<string>): HubSocket {
  const listeners = new Map<string, Set<TaskListener>>();
  const hinted = new Set<() => void>();
  let socket: Socket | undefined;
  let everConnected = false;

  function connection(): Socket {
    if (socket) return socket;
    socket = io(new URL(hub).origin + namespaces.modellers, {
      transports: ['websocket'],
      reconnectionDelay: 100,
      reconnectionDelayMax: 3_000,
      forceNew: true,
      // A token that cannot be had is a refusal by the hub, not a crash here.
      auth: (give) => void token().then((current) => give({ token: current }), () => give({ token: '' })),
    });
    socket.on('connect', () => {
      if (everConnected) void rewatch();
      everConnected = true;
      for (const listener of hinted) listener();
    });
    // The hub closes sockets whose token has ended; a fresh one opens the next.
    socket.on('disconnect', (reason) => {
      if (reason === 'io server disconnect') setTimeout(() => socket?.connect(), 200);
    });
    socket.on('connect_error', () => {
      if (socket && !socket.active) setTimeout(() => socket?.connect(), 1_000);
    });
    socket.on('task:progress', (task: TaskProgress) => listeners.get(task.taskId)?.forEach((listener) => listener.progress(task)));
    socket.on('review:hint', () => hinted.forEach((listener) => listener()));
    socket.on('task:frame', (frame: TaskFrame) => listeners.get(frame.taskId)?.forEach((listener) => listener.frame(frame)));
    return socket;
  }

  async function rewatch(): Promise<void> {
    for (const [taskId, set] of listeners) {
      const answer = await call('task:watch', { taskId }).catch(() => undefined);
      for (const listener of set) {
        if (answer) listener.progress(answer.task);
        listener.reconnected();
      }
    }
  }

  const call: HubSocket['call'] = async (event, input, timeoutMs = ackMs) => {
    let answer: { ok: true; data: unknown } | { ok: false; error: unknown };
    try {
      answer = (await connection().timeout(timeoutMs).emitWithAck(event, input)) as typeof answer;
    } catch (cause) {
      throw new Fault('hub.unreachable', 'The hub did not answer over its socket.', { cause });
    }
    if (!answer.ok) throw Fault.fromBody(answer.error);
    return answer.data as never;
  };

  return {
    call,
    async watch(taskId, listener) {
      const set = listeners.get(taskId) ?? new Set();
      listeners.set(taskId, set.add(listener));
      const stop = (): void => {
        set.delete(listener);
        if (set.size === 0 && listeners.get(taskId) === set) listeners.delete(taskId);
      };
      try {
        const { task } = await call('task:watch', { taskId });
        return { task, stop };
      } catch (error) {
        stop();
        throw error;
      }
    },
    onHint(listener) {
      connection();
      hinted.add(listener);
      return () => void hinted.delete(listener);
    },
    close() {
      listeners.clear();
      hinted.clear();
      socket?.disconnect();
      socket = undefined;
    },
  };
}
