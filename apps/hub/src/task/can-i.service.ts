import { Injectable } from '@nestjs/common';
import { hubToPod, type PublicKeys } from '@podnet/contracts';
import type { Verdict } from '@podnet/policy';
import { z } from 'zod';
import { Database } from '../database/database.ts';
import { GrantTokens } from '../grant/grant-tokens.ts';
import { Presence } from '../pod/presence.ts';
import type { Viewer } from '../pod/visibility.ts';
import { AddresseesService, type Addressee } from './addressees.service.ts';
import { readManifest, type SealedTask } from './manifest.ts';
import { SubmissionService } from './submission.service.ts';

/** How long a pod may think about a question. */
const askMs = 5_000;

const answer = z.object({ ok: z.literal(true), data: hubToPod['pod:can-i'].output });

export interface PodAnswer {
  podId: string;
  online: boolean;
  verdict: string | null;
}

/** A dry run: hub and pods say what they would decide. Nothing is stored, charged or read. */
@Injectable()
export class CanIService {
  constructor(
    private readonly database: Database,
    private readonly addressees: AddresseesService,
    private readonly submission: SubmissionService,
    private readonly tokens: GrantTokens,
    private readonly presence: Presence,
  ) {}

  /** **Throws** what a submission throws, except that a denial is an answer here. */
  async ask(viewer: Viewer, task: SealedTask): Promise<{ hub: Verdict[]; pods: PodAnswer[] }> {
    const manifest = await readManifest(task, viewer.userId, (kid) => this.submission.deviceOf(viewer.userId, kid), Date.now());
    const now = new Date();
    const [addressees, asker] = await Promise.all([this.addressees.find(this.database.client, manifest, viewer, now), this.asker(viewer.userId)]);
    const { verdicts } = this.addressees.decide(manifest, addressees, asker, now);
    const payloads = new Map(task.payloads.map(({ podId, payload }) => [podId, payload]));
    const pods = await Promise.all(addressees.map((addressee) => this.askPod(addressee, asker, { manifest: task.manifest, payload: payloads.get(addressee.podId)! }, now)));
    return { hub: verdicts, pods };
  }

  private async asker(userId: string): Promise<{ userId: string; email: string; devices: PublicKeys[] }> {
    const { email, devices } = await this.database.client.account.findUniqueOrThrow({ where: { id: userId }, select: { email: true, devices: { where: { revokedAt: null }, select: { signingKey: true, encryptionKey: true } } } });
    return { userId, email, devices: devices.map(({ signingKey, encryptionKey }) => ({ signing: signingKey, encryption: encryptionKey }) as PublicKeys) };
  }

  private async askPod(addressee: Addressee, asker: { userId: string; email: string; devices: PublicKeys[] }, task: { manifest: string; payload: string }, now: Date): Promise<PodAnswer> {
    const { podId } = addressee;
    const socket = this.presence.socketOf(podId);
    if (!socket) return { podId, online: false, verdict: null };
    const { token } = await this.tokens.make({ ...addressee, ...asker }, now);
    // A pod that does not answer, or answers nonsense, has said nothing.
    const reply: unknown = await socket.timeout(askMs).emitWithAck('pod:can-i', { ...task, grant: token }).catch(() => undefined);
    const read = answer.safeParse(reply);
    return { podId, online: true, verdict: read.success ? read.data.data.verdict : null };
  }
}
