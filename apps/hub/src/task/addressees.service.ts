import { Injectable } from '@nestjs/common';
import type { TaskManifest } from '@podnet/contracts';
import { findProtocol } from '@podnet/elements';
import { Fault, type FaultCode } from '@podnet/errors';
import { decideAll, type JointVerdict } from '@podnet/policy';
import type { Database } from '../database/database.ts';
import { Prisma } from '../generated/prisma/client.ts';
import { applicableGrant } from '../grant/applicable-grant.ts';
import { heldGrantsColumn, readHeldGrants, type HeldGrant, type HeldGrantsJson } from '../grant/held-grant.ts';
import { isVisible, podNotFound, type Viewer } from '../pod/visibility.ts';
import { courtesyFacts, type Standing } from './courtesy.ts';

/** One pod of a task, and how the modeller stands on it. */
export interface Addressee extends Standing {
  dataset: string;
  payloadHash: string;
  grants: HeldGrant[];
}

type Reader = Pick<Database['client'], '$queryRaw'>;

interface Row {
  podId: string;
  podName: string;
  state: string;
  custodianId: string;
  datasets: string[];
  grants: HeldGrantsJson;
}

/** Whom a task goes to, and what the hub expects them to say. */
@Injectable()
export class AddresseesService {
  /**
   * The pods of a task, in its order. In a transaction they stay what they are until it ends.
   * **Throws** `access.not-found` for a pod that is not there or not to be seen, `dataset.unknown`, `conflict.state`.
   */
  async find(reader: Reader, manifest: TaskManifest, viewer: Viewer, now: Date): Promise<Addressee[]> {
    const rows = await reader.$queryRaw<Row[]>`
      select p."id" as "podId", p."name" as "podName", p."state", p."custodianId",
        array(select d."name" from "Dataset" d where d."podId" = p."id") as "datasets",
        ${heldGrantsColumn(Prisma.sql`p."id"`, Prisma.sql`${viewer.userId}`)} as "grants"
      from "Pod" p where p."id" = any(${manifest.pods.map((pod) => pod.podId)}) and ${isVisible(viewer)}
      order by p."id" for share of p`;
    const found = new Map(rows.map((row) => [row.podId, row]));
    return manifest.pods.map(({ podId, dataset, payload }, index) => {
      const at = `pods[${index}]`;
      const row = found.get(podId);
      if (!row) throw podNotFound(at);
      if (row.state !== 'active') throw new Fault('conflict.state', 'The pod has not been confirmed by its custodian yet.', { at });
      const { podName, custodianId, datasets } = row;
      const grants = readHeldGrants(row.grants);
      const grant = applicableGrant(grants, dataset, now);
      const sees = viewer.admin || custodianId === viewer.userId || grant !== null;
      if (!sees || !datasets.includes(dataset)) throw new Fault('dataset.unknown', 'The pod has no such dataset, or you may not see it.', { at });
      return { podId, podName, custodianId, dataset, payloadHash: payload, grants, grant };
    });
  }

  /** What every pod would say, as far as the hub can know. **Throws** `usage.invalid` for too few or too many pods. */
  decide(manifest: TaskManifest, addressees: readonly Addressee[], asker: { userId: string; email: string }, now: Date): JointVerdict {
    const protocol = findProtocol(manifest.protocol.name, manifest.protocol.version);
    if (protocol && (manifest.pods.length < protocol.minPods || manifest.pods.length > protocol.maxPods)) {
      throw new Fault('usage.invalid', `The protocol ${protocol.name} takes ${protocol.minPods} to ${protocol.maxPods} pods.`, { at: 'pods' });
    }
    return decideAll(addressees.map((addressee) => courtesyFacts(manifest, addressee, asker, now)));
  }
}

/** The refusal of a task that the hub expects to be denied. */
export const denial = ({ code, verdicts }: JointVerdict): Fault =>
  new Fault(code as FaultCode, 'The task would be denied; the verdicts say why and what would pass.', { verdicts });
