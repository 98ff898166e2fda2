import { limits, makeId, sealContext, typ, type TaskManifest, type TaskPayload } from '@podnet/contracts';
import { checkSchemas, columnNeeds, parseTriple, prepareElements, scansBeside } from '@podnet/elements';
import { encodeBase64url, sealSigned, sealToSelf, sha256Base64url, sign, thumbprint } from '@podnet/envelope';
import { Fault, isFault } from '@podnet/errors';
import type { Device } from '../client/device.ts';
import { pinnedId, trustPod, type TrustedPod } from '../client/pins.ts';
import type { Session } from '../client/session.ts';
import type { ClientStore } from '../client/store.ts';
import { foldPlan } from './folded-plan.ts';
import { columnsOf, machineOf, type TaskPlan } from './plan.ts';
import { askOf, deadlineMs, podsOf, type ParsedTask } from './task-file.ts';

/** A task, checked against the pods' schemas, signed and sealed: ready to be submitted or asked about. */
export interface PreparedTask {
  plan: TaskPlan;
  manifest: string;
  payloads: { podId: string; payload: string }[];
  /** The plan sealed to the modeller; stored with the task. */
  checkpoint: string;
}

/**
 * Resolves pods, checks the triple and the columns, signs and seals.
 * **Throws** `access.not-found`, `dataset.unknown`, `element.*`, `schema.incompatible` with a cause for each pod and column, `pin.changed`.
 */
export async function prepareTask(task: ParsedTask, { session, store, device, review, now = Date.now() }: { session: Session; store: ClientStore; device: Device; review?: TaskPayload['review']; now?: number }): Promise<PreparedTask> {
  const account = await session.account();
  if (!account) throw new Fault('auth.required');
  await prepareElements();
  const { asks: triple } = parseTriple({ protocol: askOf(task.protocol), algorithm: askOf(task.algorithm), model: task.model ? askOf(task.model) : null });
  const pods = await resolvePods(session, store, task);

  const refusal = checkSchemas(columnNeeds(triple), pods.map(({ pod, schema }) => ({ podName: pod.name, columns: columnsOf(schema) })));
  if (refusal) throw refusal;

  const taskId = makeId('task', now);
  const taskLimits = { deadlineAt: now + deadlineMs(task), minPods: task.limits.minPods ?? pods.length, onPodLoss: task.limits.onPodLoss };
  if (taskLimits.minPods > pods.length) throw new Fault('usage.invalid', 'limits.minPods asks for more pods than the task names.', { at: 'limits.minPods' });
  const common = { v: 1 as const, taskId, userId: account.id, ...triple, privacy: task.privacy ?? null, secureAggregation: false, limits: taskLimits };

  const sealed = await Promise.all(
    pods.map(async ({ pod, dataset, schema }, podIndex) => {
      const payload: TaskPayload = {
        ...common,
        protocol: record(triple.protocol),
        algorithm: record(triple.algorithm),
        model: triple.model && record(triple.model),
        podId: pod.podId,
        dataset,
        label: task.label ?? null,
        podIndex,
        podCount: pods.length,
        ...(review ? { review } : {}),
        channelKey: encodeBase64url(crypto.getRandomValues(new Uint8Array(32))),
      };
      const text = await sealSigned({ signTyp: typ.payloadSigned, sealTyp: typ.payload, payload, signKey: device.keys.signing, to: pod.keys.encryption, context: sealContext.payload(taskId, pod.podId) });
      return { podName: pod.name, signing: pod.keys.signing as TaskPlan['pods'][number]['signing'], payload, schema, text, hash: await sha256Base64url(text) };
    }),
  );

  const ref = ({ name, version }: { name: string; version: number }) => ({ name, version });
  const manifest: TaskManifest = {
    ...common,
    protocol: ref(triple.protocol),
    algorithm: ref(triple.algorithm),
    model: triple.model && ref(triple.model),
    sealTo: await thumbprint(device.keys.encryption),
    pods: sealed.map(({ payload, hash }) => ({ podId: payload.podId, dataset: payload.dataset, payload: hash })),
    issuedAt: now,
    expiresAt: taskLimits.deadlineAt,
  };
  const scanned = pods.map(({ pod, dataset }) => {
    const names = new Set(scannedOf(triple, dataset));
    return pod.detail.schemas.filter((other) => names.has(other.dataset));
  });
  const plan: TaskPlan = { taskId, pods: sealed.map(({ podName, signing, payload, schema }, at) => ({ podName, signing, payload, schema, ...(scanned[at]!.length > 0 ? { others: scanned[at] } : {}) })) };
  // What its own side would refuse must not be at the hub by then.
  machineOf(plan);
  const prepared = {
    plan,
    manifest: await sign({ typ: typ.manifest, payload: manifest, key: device.keys.signing }),
    payloads: sealed.map(({ payload, text }) => ({ podId: payload.podId, payload: text })),
    checkpoint: await sealToSelf({ keys: device.keys, payload: { plan: foldPlan(plan), state: null }, context: sealContext.checkpoint(taskId) }),
  };
  if (new TextEncoder().encode(JSON.stringify(prepared.payloads)).length + prepared.manifest.length + prepared.checkpoint.length > limits.taskBytes) {
    throw new Fault('usage.too-large', `The task is larger than ${limits.taskBytes / 1024} KiB.`, { hint: 'Name fewer pods or send smaller parameters.' });
  }
  return prepared;
}

/** The task's pods, sorted by id: every fold over pods keeps this order. */
async function resolvePods(session: Session, store: ClientStore, task: ParsedTask): Promise<{ pod: TrustedPod; dataset: string; schema: TrustedPod['detail']['schemas'][number] }[]> {
  const { rest } = session;
  let listing: Promise<{ id: string; name: string }[]> | undefined;
  const list = () => (listing ??= rest.call('listPods', {}).then(({ pods }) => pods));
  const found = await Promise.all(
    podsOf(task).map(async ({ pod: name, dataset }, i) => {
      const known = await pinnedId(name, store);
      const shown = known === undefined ? undefined : await rest.call('showPod', { params: { id: known } }).catch(goneIsNothing);
      const summary = shown && (shown.name === name || shown.id === name) ? shown : (await list()).find((pod) => pod.name === name || pod.id === name);
      if (!summary) throw new Fault('access.not-found', `There is no pod ${name}, or you may not see it.`, { at: `pods[${i}]`, hint: 'List the pods you may see with: podnet pods list.' });
      const pod = await trustPod(summary === shown ? shown : await rest.call('showPod', { params: { id: summary.id } }), store);
      const schema = pod.detail.schemas.find((candidate) => candidate.dataset === dataset);
      if (!schema) throw new Fault('dataset.unknown', `The pod ${pod.name} has no dataset ${dataset}, or you may not see it.`, { at: `pods[${i}]`, hint: `Show its datasets with: podnet pods show ${pod.name}.` });
      return { pod, dataset, schema };
    }),
  );
  return found.toSorted((a, b) => (a.pod.podId < b.pod.podId ? -1 : 1));
}

/** For a `catch`: a pod that is not there any more may have a successor. **Throws** everything else. */
function goneIsNothing(error: unknown): undefined {
  if (!isFault(error) || error.code !== 'access.not-found') throw error;
}

/** Where SQL cannot be read, the pods will. */
function scannedOf(triple: Parameters<typeof scansBeside>[0], dataset: string): readonly string[] {
  try {
    return scansBeside(triple, dataset);
  } catch (error) {
    if (!isFault(error) || error.code !== 'usage.unsupported') throw error;
    return [];
  }
}

const record = ({ name, version, params }: { name: string; version: number; params: unknown }) => ({ name, version, params: params as Record<string, unknown> });
