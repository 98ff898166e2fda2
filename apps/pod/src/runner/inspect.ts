import type { DatasetConfig } from '@podnet/contracts';
import type { Inspection } from '@podnet/engine';
import { Fault, isFaultCode } from '@podnet/errors';
import type { FromRunner } from './messages.ts';
import type { RunnerPool, Tenant } from './runner-pool.ts';
import type { RunnerProcess } from './runner-process.ts';

const longestMs = 10 * 60_000;

/**
 * Looks at a dataset, in a runner.
 * **Throws** the engine's fault, whose sentence is for the custodian only; `runner.crashed`, `runner.memory`, `runner.deadline`.
 */
export function inspectDataset(pool: RunnerPool, dataset: DatasetConfig, baseDir: string, mostMs = longestMs): Promise<Inspection> {
  const { promise, resolve, reject } = Promise.withResolvers<Inspection>();
  const end = (reuse: boolean, settle: () => void): void => {
    clearTimeout(timer);
    pool.release(tenant, { reuse });
    settle();
  };
  const tenant: Tenant = {
    onRunner(runner: RunnerProcess) {
      runner.onMessage = (message: FromRunner) => {
        if (message.type === 'inspected') end(true, () => resolve(message.inspection));
        else if (message.type === 'fault') end(true, () => reject(faultOf(message)));
      };
      runner.onEnd = (reason) => end(false, () => reject(new Fault(reason === 'memory' ? 'runner.memory' : 'runner.crashed', 'The file could not be looked at.', { hint: 'The pod’s log says more; a larger runner.memory may help.' })));
      runner.send({ type: 'inspect', job: 1, dataset, baseDir });
    },
  };
  const timer = setTimeout(() => end(false, () => reject(new Fault('runner.deadline', 'Looking at the file took too long.'))), mostMs);
  pool.acquire(tenant);
  return promise;
}

function faultOf({ code, says, at, hint, log }: Extract<FromRunner, { type: 'fault' }>): Fault {
  return new Fault(isFaultCode(code) ? code : 'internal.unexpected', says, { ...(at ? { at } : {}), ...(hint ? { hint } : {}), cause: log });
}
