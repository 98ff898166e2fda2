import type { TaskPayload, TaskProgress } from '@podnet/contracts';
import { isAssignmentOver, isTaskOver } from '@podnet/contracts';
import { prepareElements, type Outcome } from '@podnet/elements';
import { canonicalJson } from '@podnet/envelope';
import { Fault, isFault } from '@podnet/errors';
import type { Verdict } from '@podnet/policy';
import { requireDevice, type Device } from '../client/device.ts';
import type { HubSocket } from '../client/hub-socket.ts';
import { hubAwayMs, patiently } from '../client/patience.ts';
import type { CallInput } from '../client/rest.ts';
import type { Session } from '../client/session.ts';
import type { ClientStore } from '../client/store.ts';
import { makeCheckpointKeeper, openCheckpoint } from './checkpoint.ts';
import { machineOf, type TaskPlan } from './plan.ts';
import { prepareTask } from './prepare.ts';
import { makeResultReader } from './result.ts';
import { endOf, runTask, type TaskEvent } from './run.ts';
import { readTask, type ParsedTask, type TaskFile } from './task-file.ts';

export interface DriveOptions {
  onEvent?: (event: TaskEvent) => void;
  signal?: AbortSignal;
  /** False: ends with `policy.review` as soon as a custodian is asked. The task itself goes on waiting, and can be attached to. */
  waitForReview?: boolean;
}

/** A submitted task. */
export interface TaskHandle {
  taskId: string;
  /** The pods that it was sealed to. */
  pods: readonly { readonly podId: string; readonly podName: string }[];
  /** Drives the task to its outcome. One task, one outcome: calling it again, here or elsewhere, ends in the same. */
  outcome(options?: DriveOptions): Promise<Outcome>;
}

export interface SubmitOptions {
  /** The same key answers the same task, however often it is sent. */
  idempotencyKey?: string;
  /** `forward`: let the pods decide even where the hub expects a denial. */
  courtesy?: 'refuse' | 'forward';
  /** Where a policy rejects the query its custodian is asked all the same, for this request. */
  review?: NonNullable<TaskPayload['review']>;
}

/** What the hub expects, and what every pod that is there says. */
export interface CanIAnswer {
  hub: Verdict[];
  pods: { podId: string; podName: string; online: boolean; verdict: Verdict | null }[];
}

/** What modellers do with tasks. */
export function taskCalls(session: Session, store: ClientStore, socket: HubSocket) {
  const { rest } = session;
  const prepare = async (task: ParsedTask | TaskFile, review?: SubmitOptions['review']) => {
    const device = await requireDevice(store);
    return { device, prepared: await prepareTask(readTask(task as TaskFile), { session, store, device, ...(review ? { review } : {}) }) };
  };

  function handle(plan: TaskPlan, device: Device, saved?: Parameters<ReturnType<typeof machineOf>['restore']>[0]): TaskHandle {
    const { taskId } = plan;
    return {
      taskId,
      pods: plan.pods.map(({ podName, payload: { podId } }) => ({ podId, podName })),
      outcome(options = {}) {
        const machine = machineOf(plan);
        return runTask({
          plan,
          machine,
          ...(saved ? { state: machine.restore(saved) } : {}),
          async reload() {
            const { state } = await openCheckpoint(await patiently(() => rest.call('loadCheckpoint', { params: { id: taskId } }), hubAwayMs), device.keys, taskId);
            return state && machine.restore(state);
          },
          socket,
          results: makeResultReader(session, device.keys, plan),
          checkpoints: makeCheckpointKeeper(session, device.keys, plan),
          cancel: () => rest.call('cancelTask', { params: { id: taskId } }),
          drop: (assignmentId) => rest.call('dropPod', { params: { id: taskId }, body: { assignmentId } }),
          ...options,
        });
      },
    };
  }

  return {
    /** Checks, signs, seals and submits. Resolves after the hub's commit. **Throws** `policy.*` with a verdict for each pod. */
    async submit(task: ParsedTask | TaskFile, { idempotencyKey, courtesy = 'refuse', review }: SubmitOptions = {}): Promise<TaskHandle> {
      const { device, prepared } = await prepare(task, review);
      const { plan, manifest, payloads, checkpoint } = prepared;
      try {
        await patiently(() => rest.call('submitTask', { idempotencyKey: idempotencyKey ?? plan.taskId, body: { manifest, payloads, checkpoint, courtesy } }), hubAwayMs);
      } catch (error) {
        if (!isFault(error) || error.code !== 'conflict.exists' || !idempotencyKey) throw error;
        // Sealed twice, the same task has other bytes; whether it is the same is told by what was sealed.
        return this.earlier(idempotencyKey, plan, error);
      }
      return handle(plan, device);
    },

    /** The task that was submitted with a key, if it asks for the same. **Throws** `refusal` when it does not. */
    async earlier(idempotencyKey: string, plan: TaskPlan, refusal: Fault): Promise<TaskHandle> {
      const [task] = (await rest.call('listTasks', { query: { idempotencyKey, limit: 1 } })).tasks;
      if (!task) throw refusal;
      const device = await requireDevice(store);
      const saved = await openCheckpoint(await rest.call('loadCheckpoint', { params: { id: task.taskId } }), device.keys, task.taskId);
      if (canonicalJson(askedFor(saved.plan)) !== canonicalJson(askedFor(plan))) throw refusal;
      return handle(saved.plan, device, saved.state);
    },

    /** Takes a task up again, on any machine with the device's keys. */
    async attach(taskId: string): Promise<TaskHandle> {
      await prepareElements();
      const device = await requireDevice(store);
      const bytes = await rest.call('loadCheckpoint', { params: { id: taskId } });
      const { plan, state } = await openCheckpoint(bytes, device.keys, taskId);
      return handle(plan, device, state);
    },

    /** The outcome of a task that has ended. **Throws** `conflict.state` while it is under way, its own fault when it has none. */
    async result(taskId: string): Promise<Outcome> {
      const task = await rest.call('showTask', { params: { id: taskId } });
      // Every pod's end is there a moment before the hub has drawn the sum.
      if (!isTaskOver(task.state) && !task.assignments.every(({ state }) => isAssignmentOver(state))) throw new Fault('conflict.state', 'The task is still under way.', { hint: `Take it up with: podnet task attach ${taskId}` });
      if (task.state === 'cancelled' || task.state === 'expired') throw endOf(task);
      return (await this.attach(taskId)).outcome();
    },

    /** A dry run against the hub's and every pod's own policy. Nothing is charged, no data is read. */
    async canI(task: ParsedTask | TaskFile): Promise<CanIAnswer> {
      const { device, prepared } = await prepare(task);
      const { plan, manifest, payloads } = prepared;
      const reader = makeResultReader(session, device.keys, plan);
      const answer = await rest.call('canI', { body: { manifest, payloads } });
      const pods = await Promise.all(
        answer.pods.map(async ({ podId, online, verdict }) => ({
          podId,
          podName: plan.pods.find((pod) => pod.payload.podId === podId)?.podName ?? podId,
          online,
          verdict: verdict ? await reader.verdict(podId, verdict, null) : null,
        })),
      );
      return { hub: answer.hub, pods };
    },

    list: async (query: Partial<CallInput<'listTasks'>['query']> = {}): Promise<TaskProgress[]> => (await rest.call('listTasks', { query })).tasks,
    show: (taskId: string): Promise<TaskProgress> => rest.call('showTask', { params: { id: taskId } }),
    cancel: (taskId: string): Promise<TaskProgress> => rest.call('cancelTask', { params: { id: taskId } }),

    /** Watches a task without driving it, until it ends or `signal` aborts. */
    async watch(taskId: string, onProgress: (task: TaskProgress) => void, signal?: AbortSignal): Promise<TaskProgress> {
      const { promise, resolve, reject } = Promise.withResolvers<TaskProgress>();
      const see = (task: TaskProgress): void => {
        onProgress(task);
        if (isTaskOver(task.state)) resolve(task);
      };
      const { task, stop } = await socket.watch(taskId, { progress: see, frame: () => undefined, reconnected: () => undefined });
      const interrupt = (): void => reject(new Fault('interrupted', 'You have left the task; it has not been cancelled.'));
      signal?.addEventListener('abort', interrupt, { once: true });
      see(task);
      return promise.finally(() => {
        stop();
        signal?.removeEventListener('abort', interrupt);
      });
    },
  };
}

/** What a task asks for, without what is drawn anew each time it is sealed. */
function askedFor({ pods }: TaskPlan): unknown {
  return pods.map(({ payload: { podId, dataset, protocol, algorithm, model, privacy, label, limits } }) => ({ podId, dataset, protocol, algorithm, model, privacy, label, minPods: limits.minPods, onPodLoss: limits.onPodLoss }));
}
