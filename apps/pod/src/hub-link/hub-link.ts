import { hubToPod, namespaces, podCalls, validate } from '@podnet/contracts';
import { Fault, isFault, toFault, type FaultBody } from '@podnet/errors';
import { io, type Socket } from 'socket.io-client';
import type { z } from 'zod';

type Calls = typeof podCalls;
type Served = typeof hubToPod;
export type CallName = keyof Calls;
export type Input<N extends CallName> = z.input<Calls[N]['input']>;
export type Output<N extends CallName> = z.output<Calls[N]['output']>;

/** What the hub may ask of a pod. */
export type Handlers = { [N in keyof Served]: (input: z.output<Served[N]['input']>) => Promise<z.input<Served[N]['output']>> };

/** The one connection to the hub: outgoing, websocket only. */
export interface HubLink {
  readonly isConnected: boolean;
  /** **Throws** the hub's fault, `hub.unreachable` when no answer came in time or the connection broke. */
  call<N extends CallName>(name: N, input: Input<N>, timeoutMs?: number): Promise<Output<N>>;
  close(): void;
}

export interface LinkOptions {
  url: string;
  handlers: Handlers;
  /** Made anew for each attempt to connect. */
  token(): Promise<string>;
  onConnect(): void;
  onDisconnect(): void;
  /** An attempt failed. The hub's own refusal comes as its fault. */
  onRefused(fault: Fault): void;
}

const callMs = 10_000;
/** A hub that says no is asked less and less often. */
const refusedAgainMs = 1_000;
const mostRefusedMs = 15_000;

/** Connects, and connects again for ever: at once, then within three seconds at most, with jitter so that pods do not come in step. */
export function openHubLink({ url, handlers, token, onConnect, onDisconnect, onRefused }: LinkOptions): HubLink {
  const socket: Socket = io(new URL(namespaces.pods, url).href, {
    transports: ['websocket'],
    auth: (present) => void token().then((text) => present({ token: text }), () => present({})),
    reconnectionDelay: 150,
    reconnectionDelayMax: 3_000,
    randomizationFactor: 0.5,
    timeout: 10_000,
    // Another connection of this process must not be shared: closing one would close both.
    forceNew: true,
  });
  let closed = false;
  let again: NodeJS.Timeout | undefined;
  let refusals = 0;

  const retry = (): void => {
    if (closed) return;
    clearTimeout(again);
    refusals += 1;
    again = setTimeout(() => socket.connect(), Math.min(refusedAgainMs * refusals, mostRefusedMs) * (0.5 + Math.random()));
  };
  socket.on('connect', () => {
    refusals = 0;
    onConnect();
  });
  socket.on('disconnect', (reason) => {
    onDisconnect();
    // The library does not come back by itself when the hub has closed the connection on purpose.
    if (reason === 'io server disconnect') retry();
  });
  socket.on('connect_error', (error: Error & { data?: FaultBody }) => {
    onRefused(error.data === undefined ? new Fault('hub.unreachable', 'The hub does not answer.', { cause: error }) : Fault.fromBody(error.data));
    if (!socket.active) retry();
  });
  for (const name of Object.keys(hubToPod) as (keyof Served)[]) {
    socket.on(name, (input: unknown, answer?: (ack: unknown) => void) => {
      void serve(name, handlers, input).then((ack) => answer?.(ack));
    });
  }

  return {
    get isConnected() {
      return socket.connected;
    },
    async call(name, input, timeoutMs = callMs) {
      if (!socket.connected) throw new Fault('hub.unreachable', 'The hub is not connected.');
      let ack: unknown;
      try {
        ack = await socket.timeout(timeoutMs).emitWithAck(name, input);
      } catch (cause) {
        throw new Fault('hub.unreachable', 'The hub has not answered in time.', { cause });
      }
      return readAck(name, ack);
    },
    close() {
      closed = true;
      clearTimeout(again);
      socket.close();
    },
  };
}

function readAck<N extends CallName>(name: N, ack: unknown): Output<N> {
  const { ok, data, error } = (typeof ack === 'object' && ack !== null ? ack : {}) as { ok?: unknown; data?: unknown; error?: unknown };
  if (ok !== true) throw Fault.fromBody(error);
  // Later hubs may say more than this pod knows: their new keys are of no use to it, and no mistake.
  const output = podCalls[name].output as unknown as z.ZodObject;
  return validate(output.strip(), data, { code: 'usage.unsupported' }) as Output<N>;
}

async function serve(name: keyof Served, handlers: Handlers, input: unknown): Promise<unknown> {
  try {
    const data = await (handlers[name] as (input: unknown) => Promise<unknown>)(validate(hubToPod[name].input as z.ZodType, input ?? {}));
    return { ok: true, data };
  } catch (error) {
    return { ok: false, error: toFault(error).toBody() };
  }
}

/** True for a failure of the way, not of the call: the same call may work later. */
export const isAway = (error: unknown): boolean => isFault(error) && (error.code === 'hub.unreachable' || error.code === 'internal.unavailable');

