import type { Body } from '@podnet/elements';
import { packBody, unpackBody } from '@podnet/envelope';
import { Fault } from '@podnet/errors';
import { digestOfBytes } from '../query/query-desk.ts';
import type { Store } from '../store/store.ts';

/** What a differentially private assignment has answered: each question once, stored before it leaves, and the same bytes whenever it is asked again. */
export class PrivateTurn {
  private readonly assignmentId: string;
  private readonly store: Pick<Store, 'privateSteps' | 'transaction'>;
  /** Questions that are being computed, by step: what they asked. */
  private readonly asked = new Map<number, string>();

  constructor(assignmentId: string, store: Pick<Store, 'privateSteps' | 'transaction'>) {
    this.assignmentId = assignmentId;
    this.store = store;
  }

  /** Something of it may have left: it cannot begin anew, for its noise would be drawn twice. */
  get hasAnswered(): boolean {
    return this.store.privateSteps.any(this.assignmentId);
  }

  /**
   * What was answered to this step. Undefined: it has to be computed.
   * **Throws** `conflict.state` for another question in the place of one that was asked: it would be answered twice for one charge.
   */
  known(step: number, question: Body): Body | undefined {
    const hash = digestOfBytes(packBody(question));
    const stored = this.store.privateSteps.find(this.assignmentId, step);
    const earlier = stored?.questionHash ?? this.asked.get(step);
    if (earlier !== undefined && earlier !== hash) throw new Fault('conflict.state', 'This step of a private task was asked before, and otherwise.');
    this.asked.set(step, hash);
    return stored && (unpackBody(stored.answer) as Body);
  }

  /** Stores the answer of a step; what is on the disk already is what leaves. */
  keep(step: number, answer: Body): Body {
    const { privateSteps, transaction } = this.store;
    return transaction(() => {
      const stored = privateSteps.find(this.assignmentId, step);
      if (stored) return unpackBody(stored.answer) as Body;
      const questionHash = this.asked.get(step);
      if (questionHash === undefined) throw new Fault('internal.unexpected');
      privateSteps.keep(this.assignmentId, step, { questionHash, answer: packBody(answer) });
      return answer;
    });
  }
}
