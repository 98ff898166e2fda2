import { openModellerMachine, type ModellerEffect, type ModellerEvent, type Outcome, type Transition } from '@podnet/elements';
import { packBody, unpackBody, type Channel } from '@podnet/envelope';
import type { PodHouse, SubmittedTask } from './pod-house.ts';

/** Drives a task with rounds over one pod, as the SDK does: sends, repeats, begins anew at a later epoch. For specs. */
export class FakeModeller {
  readonly outcome: Promise<Outcome>;
  /** Answers so far. */
  answers = 0;
  /** Frames as they were sent and answered, by step. */
  readonly sent = new Map<number, Uint8Array>();
  readonly got = new Map<number, string[]>();
  onAnswer: ((count: number) => void) | undefined;
  private readonly house: PodHouse;
  private readonly id: string;
  private readonly channel: Channel;
  private readonly machine;
  private readonly settle: { resolve(outcome: Outcome): void; reject(error: Error): void };
  private state: unknown;
  private waiting: { step: number; frame: Uint8Array } | undefined;
  private epoch = 0;
  private line: Promise<void> = Promise.resolve();
  private readonly again: NodeJS.Timeout;

  static async start(house: PodHouse, task: SubmittedTask): Promise<FakeModeller> {
    const id = await house.submit(task, { hint: false });
    const modeller = new FakeModeller(house, id, task, await house.channel(id));
    house.hub.post({ kind: 'assignment', body: { assignmentId: id } });
    return modeller;
  }

  private constructor(house: PodHouse, id: string, { payload }: SubmittedTask, channel: Channel) {
    this.house = house;
    this.id = id;
    this.channel = channel;
    const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
    this.outcome = promise;
    this.settle = { resolve, reject };
    this.machine = openModellerMachine({
      protocol: payload!.protocol!, algorithm: payload!.algorithm!, model: payload!.model ?? null, privacy: payload!.privacy ?? null, minPods: 1,
      pods: [{ podId: house.podId, podName: 'north', dataset: 'people', schema: [{ name: 'age', kind: 'integer', bounds: { lower: 0, upper: 100, granularity: 1 } }, { name: 'height', kind: 'number' }, { name: 'group', kind: 'category', domain: ['a', 'b'], domainSource: 'declared' }, { name: 'y', kind: 'category', domain: ['0', '1'], domainSource: 'declared' }] }],
    });
    house.hub.onMoved = (assignmentId, held) => {
      if (assignmentId !== id) return;
      if (held.state === 'running' && held.epoch !== this.epoch) {
        this.epoch = held.epoch;
        this.waiting = undefined;
        this.deliver({ type: 'pod-ready', podId: house.podId, epoch: held.epoch });
      }
      if (['done', 'denied', 'failed', 'parked'].includes(held.state)) this.finish(held.state as 'done', held.code);
    };
    house.hub.onFrame = (frame) => {
      if (frame.assignmentId !== id || frame.epoch !== this.epoch) return;
      this.inLine(async () => {
        const body = unpackBody(await this.channel.open('to-modeller', frame.step, frame.body));
        if (this.waiting?.step === frame.step) this.waiting = undefined;
        this.answers += 1;
        this.got.set(frame.step, [...(this.got.get(frame.step) ?? []), Buffer.from(packBody(body)).toString('base64')]);
        this.onAnswer?.(this.answers);
        await this.apply(this.machine.step(this.state, { type: 'frame', podId: house.podId, epoch: frame.epoch, step: frame.step, body }));
      });
    };
    this.again = setInterval(() => this.post(), 200);
    this.inLine(() => this.apply(this.machine.start()));
  }

  private finish(state: 'done', code: string | null): void {
    this.inLine(async () => {
      const body = state === 'done' ? (await this.house.open(this.id)).body : null;
      await this.apply(this.machine.step(this.state, { type: 'pod-ended', podId: this.house.podId, state, code: code as never, body }));
    });
  }

  private deliver(event: ModellerEvent): void {
    this.inLine(() => this.apply(this.machine.step(this.state, event)));
  }

  private inLine(work: () => Promise<void>): void {
    this.line = this.line.then(work).catch((error: Error) => this.end(() => this.settle.reject(error)));
  }

  private async apply({ state, effects }: Transition<unknown>): Promise<void> {
    this.state = state;
    for (const effect of effects) await this.carryOut(effect);
  }

  private async carryOut(effect: ModellerEffect): Promise<void> {
    if (effect.type === 'send') {
      this.waiting = { step: effect.step, frame: await this.channel.seal('to-pod', effect.step, packBody(effect.body)) };
      this.sent.set(effect.step, this.waiting.frame);
      this.post();
    } else if (effect.type === 'finish') this.end(() => this.settle.resolve(effect.outcome));
    else if (effect.type === 'fail') this.end(() => this.settle.reject(new Error(`${effect.code}: ${effect.says}`)));
  }

  /** Asks a step once more, word for word or with another question. */
  async askAgain(step: number, question?: Parameters<typeof packBody>[0]): Promise<unknown> {
    const frame = question ? await this.channel.seal('to-pod', step, packBody(question)) : this.sent.get(step)!;
    return this.house.hub.ask('pod:frame', { assignmentId: this.id, step, body: frame });
  }

  get assignmentId(): string {
    return this.id;
  }

  /** Asks nothing more. */
  stop(): void {
    clearInterval(this.again);
  }

  private post(): void {
    if (!this.waiting || !this.house.hub.isConnected) return;
    const { step, frame } = this.waiting;
    this.house.hub.ask('pod:frame', { assignmentId: this.id, step, body: frame }).catch(() => undefined);
  }

  private end(settle: () => void): void {
    clearInterval(this.again);
    settle();
  }
}
