import { Injectable } from '@nestjs/common';
import { publishedSchema, type PodDetail, type PodState, type PodSummary } from '@podnet/contracts';
import { compareRoles, type RoleName } from '@podnet/policy';
import { Database } from '../database/database.ts';
import { Prisma } from '../generated/prisma/client.ts';
import { Presence } from './presence.ts';
import { isVisible, liveGrant, podNotFound, type Viewer } from './visibility.ts';

interface Row {
  id: string;
  name: string;
  state: PodState;
  custodianId: string;
  custodianName: string;
  lastSeenAt: Date | null;
  datasets: string[];
  grants: { role: RoleName; dataset: string | null }[];
}

/** The pods that somebody may see, and what they may see of them. */
@Injectable()
export class ExploreService {
  constructor(
    private readonly database: Database,
    private readonly presence: Presence,
  ) {}

  async list(viewer: Viewer): Promise<PodSummary[]> {
    const rows = await this.rows(viewer, Prisma.sql`true`);
    return rows.map((row) => this.summary(row, viewer));
  }

  /** **Throws** `access.not-found`. */
  async summaryOf(podId: string, viewer: Viewer): Promise<PodSummary> {
    return this.summary(await this.row(podId, viewer), viewer);
  }

  /** **Throws** `access.not-found`. */
  async show(podId: string, viewer: Viewer): Promise<PodDetail> {
    const row = await this.row(podId, viewer);
    const visible = visibleDatasets(row, viewer);
    const pod = await this.database.client.pod.findUniqueOrThrow({ where: { id: podId }, select: { signingKey: true, encryptionKey: true, fingerprint: true, card: true, version: true } });
    const datasets = await this.database.client.dataset.findMany({ where: { podId, name: { in: visible } }, select: { schema: true }, orderBy: { name: 'asc' } });
    return {
      ...this.summary(row, viewer),
      keys: pod.signingKey && pod.encryptionKey ? ({ signing: pod.signingKey, encryption: pod.encryptionKey } as PodDetail['keys']) : null,
      fingerprint: pod.fingerprint,
      card: pod.card,
      version: pod.version,
      schemas: datasets.map(({ schema }) => publishedSchema.parse(schema)),
    };
  }

  private async row(podId: string, viewer: Viewer): Promise<Row> {
    const [row] = await this.rows(viewer, Prisma.sql`p."id" = ${podId}`);
    if (!row) throw podNotFound();
    return row;
  }

  private rows(viewer: Viewer, where: Prisma.Sql): Promise<Row[]> {
    return this.database.client.$queryRaw<Row[]>`
      select p."id", p."name", p."state", p."custodianId", u."name" as "custodianName", p."lastSeenAt",
        array(select d."name" from "Dataset" d where d."podId" = p."id" order by d."name") as "datasets",
        (select coalesce(jsonb_agg(jsonb_build_object('role', g."role", 'dataset', g."dataset")), '[]') from "Grant" g
          where g."podId" = p."id" and g."accountId" = ${viewer.userId} and ${liveGrant}) as "grants"
      from "Pod" p join "Account" u on u."id" = p."custodianId"
      where ${isVisible(viewer)} and ${where} order by p."name"`;
  }

  private summary(row: Row, viewer: Viewer): PodSummary {
    const { id, name, state, custodianId, custodianName, lastSeenAt } = row;
    return {
      id,
      name,
      state,
      online: this.presence.isOnline(id),
      custodian: { id: custodianId, name: custodianName },
      yourRole: roleHere(row, viewer),
      datasets: visibleDatasets(row, viewer),
      lastSeenAt: lastSeenAt?.toISOString() ?? null,
    };
  }
}

function roleHere({ custodianId, grants }: Row, { userId, admin }: Viewer): string | null {
  if (custodianId === userId) return 'custodian';
  const [strongest] = grants.map((grant) => grant.role).toSorted(compareRoles);
  return strongest ?? (admin ? 'admin' : null);
}

/** Who holds a role on one dataset only sees that one. */
function visibleDatasets({ custodianId, grants, datasets }: Row, { userId, admin }: Viewer): string[] {
  if (admin || custodianId === userId || grants.some((grant) => grant.dataset === null)) return datasets;
  return datasets.filter((name) => grants.some((grant) => grant.dataset === name));
}
