import { limits, type AccessRequest, type RequestWhat } from '@podnet/contracts';
import { Fault } from '@podnet/errors';
import type { RoleName } from '@podnet/policy';
import { requireDevice } from '../client/device.ts';
import type { CallInput } from '../client/rest.ts';
import type { Session } from '../client/session.ts';
import type { ClientStore } from '../client/store.ts';
import { openCheckpoint } from '../task/checkpoint.ts';
import type { TaskHandle, taskCalls } from '../task/tasks.ts';
import type { ParsedTask } from '../task/task-file.ts';

export interface Asking {
  reason: string;
  dataset?: string;
}

/** Something beyond a role: an element by its name, or a custom model with the hash of its content. */
export type Extra = { element: string } | { model: { reference: string; hash: string } };

/** What modellers ask custodians for, and what custodians answer. */
export function requestCalls(session: Session, store: ClientStore, tasks: ReturnType<typeof taskCalls>) {
  const { rest } = session;

  async function podIdOf(nameOrId: string): Promise<string> {
    const found = (await rest.call('listPods', {})).pods.find((pod) => pod.name === nameOrId || pod.id === nameOrId);
    if (!found) throw new Fault('access.not-found', `There is no pod ${nameOrId}, or you may not see it.`, { hint: 'List the pods you may see with: podnet pods list.' });
    return found.id;
  }
  const make = async (pod: string, what: RequestWhat, { reason, dataset }: Asking): Promise<AccessRequest> => rest.call('makeRequest', { body: { podId: await podIdOf(pod), dataset: dataset ?? null, what, reason } });

  return {
    /** Asks for a role on a pod. Asking again answers the request that is open. **Throws** `access.not-found`, `usage.rate-limited`. */
    role: (pod: string, role: RoleName, asking: Asking): Promise<AccessRequest> => make(pod, { kind: 'role', role }, asking),

    extra: (pod: string, extra: Extra, asking: Asking): Promise<AccessRequest> => make(pod, 'element' in extra ? { kind: 'element', element: extra.element } : { kind: 'model', ...extra.model }, asking),

    /**
     * Asks for the answer to a query that a pod has denied: the same query goes to that pod once more, and its custodian is asked even where the
     * policy rejects. The reason is sealed to the pod with the query. It waits for the custodian as long as a task can.
     * **Throws** `access.not-found`, `conflict.state` when no pod, or more than one, has denied it.
     */
    async query(taskId: string, { reason, pod }: { reason: string; pod?: string }): Promise<{ request: AccessRequest; task: TaskHandle }> {
      const device = await requireDevice(store);
      const { assignments } = await rest.call('showTask', { params: { id: taskId } });
      const denied = assignments.filter((each) => each.state === 'denied' && (pod === undefined || each.podName === pod || each.podId === pod));
      const [assignment] = denied;
      if (!assignment) throw new Fault('conflict.state', pod === undefined ? 'No pod has denied this task.' : 'This pod has not denied the task.', { at: taskId });
      if (denied.length > 1) throw new Fault('conflict.state', 'Several pods have denied this task.', { at: taskId, hint: `Name one of them with --pod: ${denied.map((each) => each.podName).join(', ')}.` });
      const { plan } = await openCheckpoint(await rest.call('loadCheckpoint', { params: { id: taskId } }), device.keys, taskId);
      const asked = plan.pods.find(({ payload }) => payload.podId === assignment.podId)?.payload;
      if (!asked) throw new Fault('envelope.tampered', 'The hub names a pod that the task does not.', { at: assignment.podName });
      const request = await rest.call('makeRequest', { body: { podId: assignment.podId, dataset: null, what: { kind: 'query', assignmentId: assignment.assignmentId }, reason: null } });
      const write = ({ name, version, params }: { name: string; version: number; params: Record<string, unknown> }) => ({ ...params, name, version });
      const again: ParsedTask = {
        version: 1,
        ...(asked.label === null ? {} : { label: asked.label }),
        pods: [{ pod: assignment.podId, dataset: asked.dataset }],
        protocol: write(asked.protocol),
        algorithm: write(asked.algorithm),
        ...(asked.model ? { model: write(asked.model) } : {}),
        ...(asked.privacy ? { privacy: asked.privacy } : {}),
        // A little less than the most: clocks differ.
        limits: { deadline: `${limits.taskDeadlineMs.most / 3_600_000 - 1}h`, onPodLoss: 'wait' },
      };
      // One request, one task: who asks again gets the one that waits.
      const task = await tasks.submit(again, { idempotencyKey: `request:${request.id}`, review: { requestId: request.id, reason } });
      return { request, task };
    },

    /** Requests that you made or may decide, newest first. */
    list: async ({ pod, all = false }: { pod?: string; all?: boolean } = {}): Promise<AccessRequest[]> => (await rest.call('listRequests', { query: { ...(pod === undefined ? {} : { podId: await podIdOf(pod) }), state: all ? 'all' : 'open' } })).requests,
    show: (id: string): Promise<AccessRequest> => rest.call('showRequest', { params: { id } }),
    /** Gives the role or extra. `role`, `until`: something else than what was asked for. **Throws** `access.*`, `conflict.state`. */
    approve: (id: string, { note, role, endsAt }: { note?: string; role?: RoleName; endsAt?: string } = {}): Promise<AccessRequest> => decide(id, { decision: 'approve', ...(note === undefined ? {} : { note }), ...(role ? { role } : {}), ...(endsAt ? { endsAt } : {}) }),
    deny: (id: string, { note }: { note?: string } = {}): Promise<AccessRequest> => decide(id, { decision: 'deny', ...(note === undefined ? {} : { note }) }),
    withdraw: (id: string): Promise<AccessRequest> => rest.call('withdrawRequest', { params: { id } }),
  };

  function decide(id: string, body: CallInput<'decideRequest'>['body']): Promise<AccessRequest> {
    return rest.call('decideRequest', { params: { id }, body });
  }
}
