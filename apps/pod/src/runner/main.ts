import { setFlagsFromString } from 'node:v8';
import { prepareElements, type PodOutput, type PodSession } from '@podnet/elements';
import { openEngine } from '@podnet/engine';
import { Fault, isFault } from '@podnet/errors';
import { answersWithNoise } from '../gate/scans.ts';
import { DataCache } from './data-cache.ts';
import type { QueryRecord } from '../query/query-record.ts';
import type { FromRunner, Judged, ToRunner } from './messages.ts';
import { noisyData } from './noisy-data.ts';
import { makeQuery, type AskedQuery } from './query.ts';
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
let asked: AskedQuery | undefined;
const [engine] = await Promise.all([openEngine(), prepareElements()]);
const cache = new DataCache(engine, mostCacheBytes);

function answer(message: Exclude<ToRunner, { type: 'close' }>): FromRunner {
  const { job } = message;
  switch (message.type) {
    case 'inspect':
      return { type: 'inspected', job, inspection: engine.inspect(message.dataset, message.baseDir) };
    case 'open': {
      const { work } = message;
      const noisy = work.query && answersWithNoise(work) ? noisyData(work.query, engine, work.baseDir) : undefined;
      asked = work.query && !noisy ? makeQuery(work.query, work.algorithm, engine, work.baseDir) : undefined;
      session = openSession(work, cache, message.resumed, asked, noisy);
      const outputs = session.start();
      // What a session says at its start was said before it was put aside.
      return said(job, message.resumed ? outputs.filter((output) => output.type === 'finish') : outputs);
    }
    case 'judge':
      return { type: 'judged', job, query: judge(message.of) };
    case 'frame':
      return said(job, session?.frame(message.step, message.body) ?? []);
  }
}

/** A denial is an answer here; what cannot be read at all is not. The rows themselves stay. */
function judge(of: Judged): QueryRecord | null {
  const query = 'work' in of ? makeQuery(of.work.query, of.work.algorithm, engine, of.work.baseDir, { dry: true }) : makeQuery(of.context, { name: 'judge', version: 1 }, engine, of.baseDir);
  try {
    if ('work' in of) openSession(of.work, cache, false, query).start();
    else query.ask(of.ask);
  } catch (error) {
    if (query.record?.judgement.decision !== 'deny' && !query.isDry) throw error;
  }
  if (query.kept ?? query.framesDone) return null;
  if (!query.record) throw new Fault('usage.unsupported', 'This task asks no query that could be judged.');
  return { ...query.record, answer: null };
}

const said = (job: number, outputs: PodOutput[]): FromRunner => ({ type: 'outputs', job, outputs, ...(asked?.record ? { query: asked.record } : {}), ...(asked?.kept ? { kept: asked.kept } : {}), ...(asked?.framesDone ? { frames: asked.framesDone } : {}) });

process.on('message', (message: ToRunner) => {
  if (message.type === 'close') {
    session = undefined;
    asked = undefined;
    return;
  }
  try {
    say(answer(message));
  } catch (error) {
    const { job } = message;
    if (asked?.known && asked.record) return say({ type: 'known', job, query: asked.record, analysis: asked.known });
    const log = String((isFault(error) ? ((error as Error).cause ?? error.message) : ((error as Error)?.stack ?? error)) ?? '');
    say(isFault(error) ? { type: 'fault', job, code: error.code, says: error.message, at: error.details.at, hint: error.details.hint, log, ...(asked?.record?.judgement.decision === 'deny' ? { query: asked.record } : {}), ...(asked && !asked.record ? { isUnread: true } : {}) } : { type: 'fault', job, code: 'internal.unexpected', says: 'The computation failed.', log });
  }
});
say({ type: 'ready' });
