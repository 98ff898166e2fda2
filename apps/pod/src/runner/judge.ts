import { Fault, isFaultCode } from '@podnet/errors';
import type { QueryRecord } from '../query/query-record.ts';
import type { FromRunner, Judged } from './messages.ts';
import type { RunnerPool, Tenant } from './runner-pool.ts';
import type { RunnerProcess } from './runner-process.ts';

const longestMs = 10 * 60_000;

/**
 * What the policies say to a query, in a runner, and nothing is released. Null: it asks nothing that they could judge.
 * **Throws** `plan.*`, `schema.*`, `usage.*`, `dataset.unknown`, `conflict.stale` for a plan that cannot be read; `runner.*`.
 */
export function judgeInRunner(pool: RunnerPool, of: Judged, mostMs = longestMs): Promise<QueryRecord | null> {
  const { promise, resolve, reject } = Promise.withResolvers<QueryRecord | null>();
  const end = (reuse: boolean, settle: () => void): void => {
    clearTimeout(timer);
    pool.release(tenant, { reuse });
    settle();
  };
  const tenant: Tenant = {
    onRunner(runner: RunnerProcess) {
      runner.onMessage = (message: FromRunner) => {
        if (message.type === 'judged') end(true, () => resolve(message.query));
        else if (message.type === 'fault') end(true, () => reject(new Fault(isFaultCode(message.code) ? message.code : 'internal.unexpected', message.says, { ...(message.at ? { at: message.at } : {}), ...(message.hint ? { hint: message.hint } : {}), cause: message.log })));
      };
      runner.onEnd = (reason) => end(false, () => reject(new Fault(reason === 'memory' ? 'runner.memory' : 'runner.crashed')));
      runner.send({ type: 'judge', job: 1, of });
    },
  };
  const timer = setTimeout(() => end(false, () => reject(new Fault('runner.deadline'))), mostMs);
  pool.acquire(tenant);
  return promise;
}
