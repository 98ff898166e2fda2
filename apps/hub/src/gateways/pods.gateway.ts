import { Inject } from '@nestjs/common';
import { WebSocketGateway, type OnGatewayConnection, type OnGatewayDisconnect, type OnGatewayInit } from '@nestjs/websockets';
import { namespaces, podCalls, type PodState } from '@podnet/contracts';
import { Fault } from '@podnet/errors';
import type { Logger } from 'pino';
import type { Namespace, Socket } from 'socket.io';
import { Database } from '../database/database.ts';
import { publicFault } from '../http/fault-filter.ts';
import { HubKeys } from '../keys/hub-keys.ts';
import { describeError } from '../log/error.ts';
import { logToken } from '../log/log.ts';
import { LeaseService } from '../mailbox/lease.service.ts';
import { MailboxService } from '../mailbox/mailbox.service.ts';
import { ReportService } from '../mailbox/report.service.ts';
import { Presence } from '../pod/presence.ts';
import { PublicationService } from '../pod/publication.service.ts';
import { ReviewDeskService } from '../review/review-desk.service.ts';
import { TaskEvents } from '../task/task-events.ts';
import { ackOf, admitting, answerCalls, refused, type Handlers, type Reply } from './calls.ts';
import { PodHandshake } from './pod-handshake.ts';
import { Relay } from './relay.ts';

/** How long a removed pod keeps its connection, to fetch the news. */
const farewellMs = 2_000;

interface PodSocketData {
  podId: string;
  state: PodState;
}

type PodSocket = Socket<never, never, never, PodSocketData>;
const { 'pod:frame': _, ...answered } = podCalls;

/** Where pods connect. They dial in; the hub only hints. */
@WebSocketGateway({ namespace: namespaces.pods })
export class PodsGateway implements OnGatewayInit<Namespace>, OnGatewayConnection<PodSocket>, OnGatewayDisconnect<PodSocket> {
  constructor(
    private readonly handshake: PodHandshake,
    private readonly presence: Presence,
    private readonly publication: PublicationService,
    private readonly mailbox: MailboxService,
    private readonly leases: LeaseService,
    private readonly reports: ReportService,
    private readonly desk: ReviewDeskService,
    private readonly relay: Relay,
    private readonly database: Database,
    private readonly hubKeys: HubKeys,
    events: TaskEvents,
    @Inject(logToken) private readonly log: Logger,
  ) {
    events.on('mailed', (podId) => this.presence.socketOf(podId)?.emit('pod:hint', {}));
    events.on('podRemoved', (podId) => this.sayFarewell(podId));
  }

  afterInit(namespace: Namespace): void {
    namespace.use(
      admitting(async (token, socket) => {
        Object.assign(socket.data as PodSocketData, await this.handshake.admit(token));
      }, this.log),
    );
  }

  handleConnection(socket: PodSocket): void {
    const { podId } = socket.data;
    answerCalls(socket, answered, this.handlers(socket), { log: this.log, alsoKnown: ['pod:frame'] });
    socket.on('pod:frame' as never, ((...args: unknown[]) => this.passFrame(socket, args)) as never);
    this.presence.arrived(podId, socket as unknown as Socket);
    this.noteSeen(podId);
    this.log.info({ podId }, 'a pod has connected');
  }

  handleDisconnect(socket: PodSocket): void {
    const { podId } = socket.data;
    if (!this.presence.left(podId, socket as unknown as Socket)) return;
    this.noteSeen(podId);
    this.log.info({ podId }, 'a pod has gone');
  }

  private handlers(socket: PodSocket): Handlers<typeof answered> {
    const { podId } = socket.data;
    const active = <I, O>(work: (input: I) => Promise<O>) => async (input: I): Promise<O> => {
      await this.refuseUnlessActive(socket);
      return work(input);
    };
    return {
      'pod:hello': active(async ({ version, inflight }) => {
        const lost = await this.leases.resume(podId, inflight);
        await this.mailbox.renew(podId);
        const { custodianId } = await this.database.client.pod.update({ where: { id: podId }, data: { version, lastSeenAt: new Date() }, select: { custodianId: true } });
        return { now: Date.now(), name: this.hubKeys.name, custodianId, lost };
      }),
      'pod:publish': active(async ({ card, schemas }) => {
        await this.publication.publish(podId, card, schemas);
        return {};
      }),
      // A pod that was removed while it was connected may still learn of it.
      'pod:pull': async ({ ack, max }) => {
        if (socket.data.state !== 'removed') await this.refuseUnlessActive(socket);
        return { mail: await this.mailbox.pull(podId, ack, max) };
      },
      'pod:claim': active(async ({ assignmentId }) => ({ claimed: await this.leases.claim(podId, assignmentId) })),
      'pod:heartbeat': active(async ({ leases }) => ({ lost: await this.leases.renew(podId, leases) })),
      'pod:running': active(async ({ verdict, ...lease }) => {
        await this.reports.running(podId, lease, verdict);
        return {};
      }),
      'pod:report': active(async (report) => {
        await this.reports.end(podId, report);
        return {};
      }),
      'pod:review': active(async (upload) => {
        await this.desk.upload(podId, upload);
        return {};
      }),
      'pod:review-ended': active(async (ended) => {
        await this.desk.end(podId, ended);
        return {};
      }),
      'pod:decision-refused': active(async (refused) => {
        await this.desk.refuse(podId, refused);
        return {};
      }),
    };
  }

  private passFrame(socket: PodSocket, args: readonly unknown[]): void {
    const ack = ackOf(args);
    let reply: Reply;
    try {
      reply = { ok: true, data: this.relay.toModeller(socket.data.podId, args[0]) };
    } catch (error) {
      reply = refused(publicFault(error));
    }
    ack?.(reply);
  }

  /** **Throws** `conflict.state` until the custodian has confirmed the pod; the pod asks again. */
  private async refuseUnlessActive({ data }: PodSocket): Promise<void> {
    if (data.state === 'active') return;
    if (data.state !== 'removed') data.state = await this.handshake.stateOf(data.podId);
    if (data.state === 'awaiting-confirmation') throw new Fault('conflict.state', 'The pod’s custodian has not confirmed its fingerprint yet.', { hint: 'Compare the fingerprint and confirm it at the hub; this pod goes on by itself then.' });
    if (data.state !== 'active') throw new Fault('conflict.state', 'This pod is not part of the hub any more.');
  }

  private sayFarewell(podId: string): void {
    const socket = this.presence.socketOf(podId);
    if (!socket) return;
    (socket.data as PodSocketData).state = 'removed';
    setTimeout(() => socket.disconnect(true), farewellMs).unref();
  }

  /** For people; it need not be exact, and must not hold anything up. */
  private noteSeen(podId: string): void {
    this.database.client.pod.updateMany({ where: { id: podId }, data: { lastSeenAt: new Date() } }).catch((error: unknown) => this.log.debug({ error: describeError(error) }, 'when a pod was seen could not be noted'));
  }
}
