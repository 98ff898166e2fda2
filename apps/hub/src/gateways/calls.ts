import { validate } from '@podnet/contracts';
import { Fault, type FaultBody } from '@podnet/errors';
import type { Logger } from 'pino';
import type { Socket } from 'socket.io';
import type { z } from 'zod';
import { publicFault } from '../http/fault-filter.ts';
import { describeError } from '../log/error.ts';

/** Calls of one socket that may be under way at the same time. */
const mostInFlight = 64;

export type Reply<T = unknown> = { ok: true; data: T } | { ok: false; error: FaultBody };
type Ack = (reply: Reply) => void;

interface CallContract {
  input: z.ZodType;
  output: z.ZodType;
}

export type Handlers<Calls extends Record<string, CallContract>> = { [E in keyof Calls]: (input: z.output<Calls[E]['input']>) => Promise<z.input<Calls[E]['output']>> };

/** The ack of a packet, wherever the client put it. */
export const ackOf = (args: readonly unknown[]): Ack | undefined => args.findLast((arg): arg is Ack => typeof arg === 'function');

/** A refusal, as an ack carries it. */
export const refused = (fault: Fault): Reply => ({ ok: false, error: fault.toBody() });

/**
 * Answers the calls of a contract on one socket. Whatever a client sends, its ack is answered: input is held against the
 * contract, everything thrown becomes a fault of the table, an event nobody knows is refused by name.
 */
export function answerCalls<Calls extends Record<string, CallContract>>(socket: Socket, calls: Calls, handlers: Handlers<Calls>, { log, alsoKnown }: { log: Logger; alsoKnown: readonly string[] }): void {
  const known = new Set([...Object.keys(calls), ...alsoKnown]);
  let inFlight = 0;

  async function answer(event: keyof Calls & string, input: unknown): Promise<Reply> {
    if (inFlight >= mostInFlight) return refused(new Fault('usage.rate-limited', 'Too many calls are under way on this connection.', { retryAfter: 1 }));
    inFlight += 1;
    try {
      return { ok: true, data: await handlers[event](validate(calls[event]!.input, input) as never) };
    } catch (error) {
      const fault = publicFault(error);
      if (fault.http >= 500) log.error({ event, code: fault.code, error: describeError(fault.cause ?? error) }, 'a socket call failed');
      return refused(fault);
    } finally {
      inFlight -= 1;
    }
  }

  for (const event of Object.keys(handlers)) {
    socket.on(event, (...args: unknown[]) => void answer(event, typeof args[0] === 'function' ? undefined : args[0]).then((reply) => ackOf(args)?.(reply)));
  }
  socket.onAny((event: string, ...args: unknown[]) => {
    if (!known.has(event)) ackOf(args)?.(refused(new Fault('usage.unsupported', 'The hub knows no such call.')));
  });
}

/** Middleware of a namespace: who may connect. A refusal reaches the client as `connect_error` with the fault in `data`. */
export function admitting(admit: (token: string, socket: Socket) => Promise<void>, log: Logger) {
  return (socket: Socket, next: (error?: Error) => void): void => {
    const { token } = (socket.handshake.auth ?? {}) as { token?: unknown };
    const admitted = typeof token === 'string' && token.length > 0 && token.length <= 16_384 ? admit(token, socket) : Promise.reject(new Fault('auth.required'));
    admitted.then(
      () => next(),
      (error: unknown) => {
        const fault = publicFault(error);
        if (fault.http >= 500) log.error({ code: fault.code, error: describeError(fault.cause ?? error) }, 'a socket could not be admitted');
        next(Object.assign(new Error(fault.message), { data: fault.toBody() }));
      },
    );
  };
}
