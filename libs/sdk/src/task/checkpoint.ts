import { sealContext } from '@podnet/contracts';
import type { Body } from '@podnet/elements';
import { openFromSelf, packBody, sealToSelf, unpackBody, type KeyPair } from '@podnet/envelope';
import { hubAwayMs, patiently } from '../client/patience.ts';
import type { Session } from '../client/session.ts';
import { foldPlan, unfoldPlan } from './folded-plan.ts';
import type { TaskPlan } from './plan.ts';

/** A state to save, and how far it has come. */
export interface Stand {
  body: Body;
  position: number;
}

/** Saves the modeller's state at the hub, sealed to the modeller. */
export interface CheckpointKeeper {
  /** Resolves when the hub has it. **Throws** `conflict.stale` when somebody else who drives the task is further, `conflict.state` when it has ended. */
  saveNow(state: Stand): Promise<void>;
  /** Saves before long, and only the newest of what was asked meanwhile: an older state is only older, never wrong. */
  saveSoon(state: () => Stand): void;
}

const leastPauseMs = 250;
/** How much longer than saving took the pause after it is: saving may take a tenth of the time. */
const pauseShare = 9;

export function makeCheckpointKeeper(session: Session, keys: KeyPair, plan: TaskPlan): CheckpointKeeper {
  const folded = foldPlan(plan);
  let newest: (() => Stand) | undefined;
  let saving: Promise<void> = Promise.resolve();
  let waits = false;
  let tookMs = 0;
  let endPause = (): void => undefined;

  async function save({ body, position }: Stand): Promise<void> {
    const startedAt = performance.now();
    const text = await sealToSelf({ keys, payload: { plan: folded, state: true }, body: packBody(body), context: sealContext.checkpoint(plan.taskId) });
    await session.rest.call('saveCheckpoint', { params: { id: plan.taskId }, query: { position }, bytes: new TextEncoder().encode(text) });
    tookMs = performance.now() - startedAt;
  }

  function pause(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, Math.max(leastPauseMs, pauseShare * tookMs));
    endPause = () => {
      clearTimeout(timer);
      resolve();
    };
    return promise;
  }

  return {
    async saveNow(state) {
      newest = undefined;
      endPause();
      await saving;
      // The hub may be away for a moment; what comes after must not happen before this is safe.
      await patiently(() => save(state), hubAwayMs);
    },
    saveSoon(state) {
      newest = state;
      if (waits) return;
      waits = true;
      saving = saving.then(async () => {
        // Somebody who waits for `saveNow` waits for no pause.
        if (newest) await pause();
        waits = false;
        const latest = newest;
        newest = undefined;
        // A lost one costs repeated rounds after a crash, nothing else.
        if (latest) await save(latest()).catch(() => undefined);
      });
    },
  };
}

/** Opens a checkpoint. `state` is undefined when the task had not begun. **Throws** `envelope.*`. */
export async function openCheckpoint(bytes: Uint8Array, keys: KeyPair, taskId: string): Promise<{ plan: TaskPlan; state?: Body }> {
  const text = new TextDecoder().decode(bytes);
  const { payload, body } = await openFromSelf(text, { keys, context: sealContext.checkpoint(taskId), maxBytes: 32 << 20 });
  const plan = unfoldPlan((payload as { plan?: unknown }).plan);
  return body ? { plan, state: unpackBody(body) } : { plan };
}
