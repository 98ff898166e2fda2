import { assignmentResult, limits, sealContext, typ, type TaskPayload } from '@podnet/contracts';
import type { Body } from '@podnet/elements';
import { packBody, sealSigned, type PrivateJwk, type PublicKeys } from '@podnet/envelope';
import { Fault } from '@podnet/errors';

export interface ResultOptions {
  body: Body;
  payload: TaskPayload;
  assignmentId: string;
  datasetVersion: string;
  /** The pod's own key. */
  signKey: PrivateJwk;
  /** The device that asked. */
  device: PublicKeys;
  now: number;
}

/** The answer of one assignment: signed by the pod, sealed to the device that asked. **Throws** `usage.too-large`. */
export async function sealResult({ body, payload, assignmentId, datasetVersion, signKey, device, now }: ResultOptions): Promise<Uint8Array> {
  const ref = ({ name, version }: { name: string; version: number }) => ({ name, version });
  const { taskId, podId, dataset } = payload;
  const facts = assignmentResult.parse({
    v: 1,
    taskId,
    podId,
    assignmentId,
    dataset,
    datasetVersion,
    protocol: ref(payload.protocol),
    algorithm: ref(payload.algorithm),
    model: payload.model && ref(payload.model),
    endedAt: now,
  });
  const text = await sealSigned({ signTyp: typ.resultSigned, sealTyp: typ.result, payload: facts, body: packBody(body), signKey, to: device.encryption, context: sealContext.result(taskId, podId, assignmentId) });
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > limits.resultBytes) throw new Fault('usage.too-large', 'The result is larger than a result may be.');
  return bytes;
}
