import { Injectable } from '@nestjs/common';
import { limits, podCard, typ, validate, type PodCard, type PublishedSchema } from '@podnet/contracts';
import { canonicalJson, openSigned, sha256Base64url, type PublicJwk } from '@podnet/envelope';
import { Fault } from '@podnet/errors';
import { AuditService } from '../audit/audit.service.ts';
import { Database } from '../database/database.ts';

/** Takes what a pod publishes about itself: its signed card, and exactly the schemas that the card names. */
@Injectable()
export class PublicationService {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
  ) {}

  /** Replaces what was published before. **Throws** `envelope.*` for a card that is not this pod's or not about these schemas. */
  async publish(podId: string, card: string, schemas: readonly PublishedSchema[]): Promise<void> {
    const pod = await this.database.client.pod.findUniqueOrThrow({ where: { id: podId }, select: { signingKey: true, encryptionKey: true, signingThumbprint: true } });
    const { payload } = await openSigned(card, { typ: typ.podCard, maxBytes: 1_048_576, keys: (kid) => (kid === pod.signingThumbprint ? (pod.signingKey as unknown as PublicJwk) : undefined) });
    const said = validate(podCard, payload, { code: 'envelope.malformed' });
    const own = canonicalJson({ signing: pod.signingKey, encryption: pod.encryptionKey });
    if (said.podId !== podId || canonicalJson(said.keys) !== own) throw new Fault('envelope.tampered', 'The card speaks of another pod or other keys.', { at: 'card' });
    if (said.issuedAt > Date.now() + limits.clockLeewayMs) throw new Fault('envelope.expired', 'The card is from the future.', { at: 'card', hint: 'Compare the clocks of pod and hub.' });
    await this.refuseOtherSchemas(said, schemas);
    await this.store(podId, card, said, schemas);
  }

  private async refuseOtherSchemas(said: PodCard, schemas: readonly PublishedSchema[]): Promise<void> {
    const named = new Map(said.datasets.map((dataset) => [dataset.name, dataset]));
    if (named.size !== said.datasets.length || said.datasets.length !== schemas.length) throw new Fault('envelope.tampered', 'The card names other datasets than the schemas that came with it.', { at: 'schemas' });
    for (const [index, schema] of schemas.entries()) {
      const dataset = named.get(schema.dataset);
      named.delete(schema.dataset);
      if (!dataset || dataset.version !== schema.version || dataset.schemaHash !== (await sha256Base64url(canonicalJson(schema)))) {
        throw new Fault('envelope.tampered', 'A schema is not the one that the card names.', { at: `schemas[${index}]` });
      }
    }
  }

  private async store(podId: string, card: string, said: PodCard, schemas: readonly PublishedSchema[]): Promise<void> {
    await this.database.transaction(async (tx) => {
      const before = await tx.dataset.findMany({ where: { podId }, select: { name: true, version: true } });
      await tx.pod.updateMany({ where: { id: podId }, data: { card, version: said.version } });
      await tx.dataset.deleteMany({ where: { podId } });
      await tx.dataset.createMany({ data: schemas.map((schema) => ({ podId, name: schema.dataset, version: schema.version, schema: structuredClone(schema) })) });
      // A pod publishes at every connection; only what is new is worth an entry.
      const list = (rows: readonly { name: string; version: string }[]) => rows.map(({ name, version }) => `${name} ${version}`).toSorted();
      const now = list(said.datasets);
      if (list(before).join() !== now.join()) await this.audit.record(tx, { actor: 'pod', actorId: podId, action: 'pod.published', subject: podId, detail: { datasets: now } });
    });
  }
}
