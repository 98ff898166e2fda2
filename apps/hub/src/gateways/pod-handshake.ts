import { Injectable } from '@nestjs/common';
import { podAuth, typ, validate, type PodState } from '@podnet/contracts';
import { checkFresh, memoryReplayGuard, openSigned, type PublicJwk, type ReplayGuard } from '@podnet/envelope';
import { Fault } from '@podnet/errors';
import { Database } from '../database/database.ts';
import { HubKeys } from '../keys/hub-keys.ts';

/** How old a pod's signed greeting may be. */
const greetingMs = 60_000;
/** Greetings of one pod that are remembered; a pod that comes back every few seconds needs a hundred. */
const mostGreetings = 1_000;

export interface KnownPod {
  podId: string;
  state: PodState;
}

/** Establishes which pod opens a socket: a fresh greeting to this very hub, signed with the pod's key, used once. */
@Injectable()
export class PodHandshake {
  /** One for each pod: a pod that greets without end shuts nobody out but itself. */
  private readonly used = new Map<string, ReplayGuard>();

  constructor(
    private readonly database: Database,
    private readonly keys: HubKeys,
  ) {}

  /** **Throws** `auth.invalid`, `envelope.*`, `conflict.state` for a pod that was removed. */
  async admit(token: string): Promise<KnownPod> {
    let pod: (KnownPod & { signing: PublicJwk }) | undefined;
    const { payload, kid } = await openSigned(token, { typ: typ.podAuth, maxBytes: 16_384, keys: async (thumbprint) => (pod = await this.podOf(thumbprint))?.signing });
    const greeting = validate(podAuth, payload, { code: 'envelope.malformed' });
    if (!pod || greeting.podId !== pod.podId) throw new Fault('auth.invalid');
    if (greeting.hub !== this.keys.name) throw new Fault('envelope.wrong-recipient', 'The greeting is addressed to another hub.', { at: 'hub' });
    checkFresh(greeting, Date.now(), { maxAgeMs: greetingMs });
    if (this.usedBy(kid).seen(greeting.nonce, greeting.issuedAt + greetingMs)) throw new Fault('envelope.replayed', 'The greeting has been used before.');
    if (pod.state === 'removed') throw new Fault('conflict.state', 'This pod has been removed from the hub.', { hint: 'Register a new pod and join with new keys.' });
    return { podId: pod.podId, state: pod.state };
  }

  private usedBy(kid: string): ReplayGuard {
    let guard = this.used.get(kid);
    if (!guard) this.used.set(kid, (guard = memoryReplayGuard({ capacity: mostGreetings, now: () => Date.now() })));
    return guard;
  }

  /** Where a pod stands now. */
  async stateOf(podId: string): Promise<PodState> {
    const { state } = await this.database.client.pod.findUniqueOrThrow({ where: { id: podId }, select: { state: true } });
    return state as PodState;
  }

  private async podOf(signingThumbprint: string): Promise<(KnownPod & { signing: PublicJwk }) | undefined> {
    const row = await this.database.client.pod.findUnique({ where: { signingThumbprint }, select: { id: true, state: true, signingKey: true } });
    return row ? { podId: row.id, state: row.state as PodState, signing: row.signingKey as unknown as PublicJwk } : undefined;
  }
}
