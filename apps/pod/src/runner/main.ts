import { setFlagsFromString } from 'node:v8';
import { prepareElements, type PodSession } from '@podnet/elements';
import { openEngine } from '@podnet/engine';
import { isFault } from '@podnet/errors';
import { DataCache } from './data-cache.ts';
import type { FromRunner, ToRunner } from './messages.ts';
import { openSession } from './session.ts';

/**
 * The process that computes. It has no secrets, no connection and no word with anybody but its agent: it may be killed at any time,
 * and everything it says that is not an answer is a code.
 */
const mostCacheBytes = 256 * 1024 * 1024;

// The bodies of frames live outside of the heap; counted as part of it they do not have all of it collected every few steps.
setFlagsFromString('--external-memory-accounted-in-global-limit');
setFlagsFromString('--heap-growing-percent=300');

// Without its agent it has no work; nothing is half done that anybody would miss.
process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => process.exit(0));

const say = (message: FromRunner): void => void process.send?.(message);

let session: PodSession | undefined;
const [engine] = await Promise.all([openEngine(), prepareElements()]);
const cache = new DataCache(engine, mostCacheBytes);

function answer(message: Exclude<ToRunner, { type: 'close' }>): FromRunner {
  const { job } = message;
  switch (message.type) {
    case 'inspect':
      return { type: 'inspected', job, inspection: engine.inspect(message.dataset, message.baseDir) };
    case 'open': {
      session = openSession(message.work, cache);
      const outputs = session.start();
      // What a session says at its start was said before it was put aside.
      return { type: 'outputs', job, outputs: message.resumed ? outputs.filter((output) => output.type === 'finish') : outputs };
    }
    case 'frame':
      return { type: 'outputs', job, outputs: session?.frame(message.step, message.body) ?? [] };
  }
}

process.on('message', (message: ToRunner) => {
  if (message.type === 'close') {
    session = undefined;
    return;
  }
  try {
    say(answer(message));
  } catch (error) {
    const { job } = message;
    const log = String((isFault(error) ? ((error as Error).cause ?? error.message) : ((error as Error)?.stack ?? error)) ?? '');
    say(isFault(error) ? { type: 'fault', job, code: error.code, says: error.message, at: error.details.at, hint: error.details.hint, log } : { type: 'fault', job, code: 'internal.unexpected', says: 'The computation failed.', log });
  }
});
say({ type: 'ready' });
