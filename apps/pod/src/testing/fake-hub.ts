import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { limits, namespaces, podAuth, podCalls, typ, validate, type ClaimedAssignment, type Mail, type hubToPod } from '@podnet/contracts';
import { openSigned, thumbprint, type PublicJwk } from '@podnet/envelope';
import { Fault, toFault } from '@podnet/errors';
import { Server, type Socket } from 'socket.io';

interface HeldAssignment {
  claimed: Omit<ClaimedAssignment, 'epoch' | 'leaseMs'>;
  epoch: number;
  state: string;
  code: string | null;
  verdict: string | null;
  result: Uint8Array | null;
  reports: number;
}

/** A hub for one pod, in memory, that keeps to `events.ts` word for word; for specs. */
export class FakeHub {
  readonly assignments = new Map<string, HeldAssignment>();
  readonly published: unknown[] = [];
  /** Queries that wait for the custodian, as the hub carries them. */
  readonly reviews = new Map<string, { copies: { device: string; sealed: string }[]; ended: string | null; refused: string | null; requestId: string | null }>();
  readonly calls: string[] = [];
  /** Frames of the pod, as they come. */
  onFrame: ((frame: { assignmentId: string; epoch: number; step: number; body: Uint8Array }) => void) | undefined;
  onMoved: ((assignmentId: string, assignment: HeldAssignment) => void) | undefined;
  /** Throws in place of the answer to a call. */
  refuse: ((call: string) => Fault | undefined) | undefined;
  private mail: Mail[] = [];
  private seq = 0;
  private readonly http: HttpServer;
  private readonly server: Server;
  private socket: Socket | undefined;
  private readonly waiting: { until: () => boolean; resolve: () => void }[] = [];

  private constructor(podKey: PublicJwk, name: string) {
    this.http = createServer((_, response) => void response.writeHead(404).end('not here'));
    this.server = new Server(this.http, { transports: ['websocket'], maxHttpBufferSize: 32 << 20 });
    const namespace = this.server.of(namespaces.pods);
    namespace.use((socket, next) => {
      void this.admit(socket, podKey, name).then(() => next(), (error: unknown) => next(Object.assign(new Error('refused'), { data: toFault(error).toBody() })));
    });
    namespace.on('connection', (socket) => this.serve(socket));
  }

  static async start(podKey: PublicJwk, name: string, port = 0): Promise<FakeHub> {
    const hub = new FakeHub(podKey, name);
    await new Promise<void>((resolve) => hub.http.listen(port, '127.0.0.1', resolve));
    return hub;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  get isConnected(): boolean {
    return this.socket?.connected ?? false;
  }

  async stop(): Promise<void> {
    await this.server.close();
    this.http.closeAllConnections();
  }

  /** Closes the pod's connection, as a network does. */
  cut(): void {
    this.socket?.conn.close();
  }

  /** Puts an assignment into the mailbox. */
  assign(claimed: HeldAssignment['claimed'], { hint = true } = {}): void {
    this.assignments.set(claimed.assignmentId, { claimed, epoch: 0, state: 'queued', code: null, verdict: null, result: null, reports: 0 });
    this.post({ kind: 'assignment', body: { assignmentId: claimed.assignmentId } }, hint);
  }

  post(mail: { kind: Mail['kind']; body: object }, hint = true): void {
    this.mail.push({ seq: String((this.seq += 1)), ...mail } as Mail);
    if (hint) this.hint();
  }

  hint(): void {
    this.socket?.emit('pod:hint', {});
  }

  /** What the hub's sweeper does with a lease that has ended. */
  expire(assignmentId: string): void {
    const held = this.assignments.get(assignmentId)!;
    held.state = 'queued';
    this.changed(assignmentId);
  }

  get mailCount(): number {
    return this.mail.length;
  }

  async ask<N extends keyof typeof hubToPod>(name: N, input: object): Promise<{ ok: boolean; data?: never; error?: never }> {
    return (await this.socket!.timeout(10_000).emitWithAck(name, input)) as never;
  }

  /** Resolves as soon as something is so; looked at after every call of the pod, and now and then for what makes no call. */
  async when(until: () => boolean, what: string, timeoutMs = 20_000): Promise<void> {
    if (until()) return;
    let timer: NodeJS.Timeout | undefined;
    const looks = setInterval(() => this.look(), 50);
    const entry = { until, resolve: () => undefined as void };
    try {
      await new Promise<void>((resolve, reject) => {
        entry.resolve = resolve;
        this.waiting.push(entry);
        timer = setTimeout(() => reject(new Error(`It never came to this: ${what}. Calls: ${this.calls.slice(-30).join(' ')}`)), timeoutMs);
      });
    } finally {
      clearTimeout(timer);
      clearInterval(looks);
      this.waiting.splice(this.waiting.indexOf(entry), 1);
    }
  }

  ended(assignmentId: string): Promise<HeldAssignment> {
    return this.when(() => ['done', 'denied', 'failed', 'parked'].includes(this.assignments.get(assignmentId)?.state ?? ''), `${assignmentId} has ended`).then(() => this.assignments.get(assignmentId)!);
  }

  private async admit(socket: Socket, podKey: PublicJwk, name: string): Promise<void> {
    const kid = await thumbprint(podKey);
    const { payload } = await openSigned((socket.handshake.auth as { token: string }).token, { typ: typ.podAuth, keys: (asked) => (asked === kid ? podKey : undefined) });
    if (validate(podAuth, payload).hub !== name) throw new Fault('auth.invalid');
  }

  private serve(socket: Socket): void {
    this.socket = socket;
    for (const name of Object.keys(podCalls) as (keyof typeof podCalls)[]) {
      socket.on(name, (input: unknown, ack: (answer: unknown) => void) => {
        this.calls.push(name);
        try {
          const refusal = this.refuse?.(name);
          if (refusal) throw refusal;
          ack({ ok: true, data: podCalls[name].output.parse(this.answer(name, podCalls[name].input.parse(input))) });
        } catch (error) {
          ack({ ok: false, error: toFault(error).toBody() });
        }
        this.look();
      });
    }
    socket.on('disconnect', () => this.look());
    this.look();
  }

  private answer(name: keyof typeof podCalls, raw: unknown): unknown {
    const input = raw as { assignmentId: string; epoch: number; ack: string[]; max: number; inflight: HeldLease[]; leases: HeldLease[]; verdict: string; state: string; code: string | null; result: Uint8Array | null; step: number; body: Uint8Array; reviewId: string; copies: { device: string; sealed: string }[]; requestId: string | null };
    const isHeld = ({ assignmentId, epoch }: HeldLease): boolean => {
      const held = this.assignments.get(assignmentId);
      return held?.epoch === epoch && (held.state === 'leased' || held.state === 'running');
    };
    const held = this.assignments.get(input.assignmentId);
    switch (name) {
      case 'pod:hello': {
        const lost = input.inflight.filter((lease) => !isHeld(lease)).map((lease) => lease.assignmentId);
        for (const [id, each] of this.assignments) {
          if ((each.state === 'leased' || each.state === 'running') && !input.inflight.some((lease) => lease.assignmentId === id)) each.state = 'queued';
          if (each.state === 'queued' && !this.mail.some((mail) => mail.kind === 'assignment' && mail.body.assignmentId === id)) this.post({ kind: 'assignment', body: { assignmentId: id } }, false);
        }
        return { now: Date.now(), name: 'the-hub', custodianId: `usr_${'0'.repeat(26)}`, lost };
      }
      case 'pod:publish':
        this.published.push(raw);
        return {};
      case 'pod:pull':
        this.mail = this.mail.filter((mail) => !input.ack.includes(mail.seq));
        return { mail: this.mail.slice(0, input.max) };
      case 'pod:claim':
        if (!held || ['done', 'denied', 'failed', 'parked', 'cancelled'].includes(held.state)) return { claimed: null };
        held.epoch += 1;
        held.state = 'leased';
        this.changed(input.assignmentId);
        return { claimed: { ...held.claimed, epoch: held.epoch, leaseMs: limits.leaseMs } };
      case 'pod:heartbeat':
        return { lost: input.leases.filter((lease) => !isHeld(lease)).map((lease) => lease.assignmentId) };
      case 'pod:running':
        if (!isHeld(input)) throw new Fault('lease.stale');
        Object.assign(held!, { state: 'running', verdict: input.verdict });
        this.changed(input.assignmentId);
        return {};
      case 'pod:report':
        if (!held) throw new Fault('access.not-found');
        held.reports += 1;
        if (held.epoch === input.epoch && held.state === input.state) return {};
        if (!isHeld(input)) throw new Fault('lease.stale');
        Object.assign(held, { state: input.state, code: input.code, verdict: input.verdict ?? held.verdict, result: input.result });
        this.changed(input.assignmentId);
        return {};
      case 'pod:frame':
        if (!isHeld(input)) throw new Fault('lease.stale');
        this.onFrame?.(input);
        return { delivered: true };
      case 'pod:review':
        this.reviews.set(input.reviewId, { copies: input.copies, ended: null, refused: null, requestId: input.requestId });
        return {};
      case 'pod:review-ended':
        this.reviews.get(input.reviewId)!.ended = input.state;
        return {};
      case 'pod:decision-refused':
        Object.assign(this.reviews.get(input.reviewId) ?? {}, { refused: input.code });
        return {};
    }
  }

  private changed(assignmentId: string): void {
    this.onMoved?.(assignmentId, this.assignments.get(assignmentId)!);
  }

  private look(): void {
    for (const { until, resolve } of [...this.waiting]) if (until()) resolve();
  }
}

interface HeldLease {
  assignmentId: string;
  epoch: number;
}
