import type { HubSocket } from '../client/hub-socket.ts';

/** Hints get lost; nobody waits longer than this for what is there. */
const lookMs = 15_000;

/** Comes at once, and then whenever something may be new: by a hint, after a break, every few seconds. Ends when `signal` aborts. */
export async function* newsOf(socket: Pick<HubSocket, 'onHint'>, signal: AbortSignal, everyMs: number = lookMs): AsyncGenerator<void, void, undefined> {
  let wake: () => void = () => undefined;
  let isNew = false;
  const note = (): void => {
    isNew = true;
    wake();
  };
  const stop = socket.onHint(note);
  signal.addEventListener('abort', note);
  try {
    while (!signal.aborted) {
      isNew = false;
      yield;
      if (isNew || signal.aborted) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, everyMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  } finally {
    stop();
    signal.removeEventListener('abort', note);
  }
}
