import type { Mail } from '@podnet/contracts';
import { isAway, type HubLink } from '../hub-link/hub-link.ts';
import type { LocalLog } from '../log/local-log.ts';

export interface MailroomOptions {
  link(): HubLink;
  log: LocalLog;
  /** Deals with one piece; resolves when it need not be delivered again. */
  handle(mail: Mail): Promise<void>;
}

const mostAtOnce = 32;

/** Fetches the pod's mail: when the hub hints, after each connection and every few seconds, whatever came of the hints. */
export class Mailroom {
  private readonly options: MailroomOptions;
  /** Dealt with, and the hub does not know yet. */
  private readonly done = new Set<string>();
  /** Being dealt with. */
  private readonly open = new Map<string, Promise<void>>();
  private acknowledging: NodeJS.Timeout | undefined;
  private pulling = false;
  private again = false;

  constructor(options: MailroomOptions) {
    this.options = options;
  }

  /** Pulls until nothing new comes. */
  pull(): void {
    if (this.pulling) {
      this.again = true;
      return;
    }
    this.pulling = true;
    void this.pullAll().finally(() => {
      this.pulling = false;
      if (this.again) {
        this.again = false;
        this.pull();
      }
    });
  }

  private async pullAll(): Promise<void> {
    const { link, log } = this.options;
    try {
      for (;;) {
        const ack = [...this.done].slice(0, 1_000);
        const { mail } = await link().call('pod:pull', { ack, max: mostAtOnce });
        for (const seq of ack) this.done.delete(seq);
        const fresh = mail.filter(({ seq }) => !this.open.has(seq) && !this.done.has(seq));
        for (const piece of fresh) this.deal(piece);
        if (fresh.length < mostAtOnce) return;
        // A full batch that nobody has dealt with would only come again.
        await Promise.race(fresh.map(({ seq }) => this.open.get(seq) ?? Promise.resolve()));
      }
    } catch (error) {
      if (!isAway(error)) log.failure('mail.failed', error);
    }
  }

  private deal(mail: Mail): void {
    const { seq } = mail;
    const dealt = this.options
      .handle(mail)
      .then(
        () => void this.done.add(seq),
        // It stays in the mailbox and comes again.
        (error: unknown) => this.options.log.failure('mail.kept', error, { kind: mail.kind }),
      )
      .finally(() => {
        this.open.delete(seq);
        this.acknowledge();
      });
    this.open.set(seq, dealt);
  }

  /** Soon, but not once for each piece. */
  private acknowledge(): void {
    if (this.done.size === 0) return;
    this.acknowledging ??= setTimeout(() => {
      this.acknowledging = undefined;
      this.pull();
    }, 100);
  }

  stop(): void {
    clearTimeout(this.acknowledging);
  }
}
