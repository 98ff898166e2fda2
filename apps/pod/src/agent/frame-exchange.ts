import { limits } from '@podnet/contracts';
import type { Body } from '@podnet/elements';
import { packBody, unpackBody, type Channel } from '@podnet/envelope';
import { Fault } from '@podnet/errors';

/** The frames of one assignment. The last answer is kept: a question that comes again is not computed again. */
export class FrameExchange {
  private question: { step: number; bytes: Uint8Array; answer?: Uint8Array } | undefined;
  private readonly channel: Channel;

  constructor(channel: Channel) {
    this.channel = channel;
  }

  /** The session begins anew: an answer of the old one would say of the new one what is not so. */
  forget(): void {
    this.question = undefined;
  }

  /**
   * Opens a question. `answer`: what was answered to the very same one before.
   * **Throws** `envelope.*` for what the modeller has not sealed for this step.
   */
  async open(step: number, frame: Uint8Array): Promise<{ body: Body; answer?: Uint8Array }> {
    const bytes = await this.channel.open('to-pod', step, frame);
    const body = unpackBody(bytes);
    const known = this.question;
    if (known?.step === step && Buffer.compare(known.bytes, bytes) === 0) return { body, answer: known.answer };
    this.question = { step, bytes };
    return { body };
  }

  /** **Throws** `usage.too-large`. */
  async seal(step: number, body: Body): Promise<Uint8Array> {
    const answer = await this.channel.seal('to-modeller', step, packBody(body));
    if (answer.length > limits.frameBytes) throw new Fault('usage.too-large', 'A step has a larger answer than a frame may carry.');
    if (this.question?.step === step) this.question.answer = answer;
    return answer;
  }
}
