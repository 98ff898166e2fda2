import { limits, reviewDecision, sealContext, sealedReview, typ, validate, type ApprovalScope, type Review, type SealedReview } from '@podnet/contracts';
import { openSealedSigned, sealSigned, thumbprint } from '@podnet/envelope';
import { Fault, isFaultCode } from '@podnet/errors';
import { requireDevice, type Device } from '../client/device.ts';
import type { HubSocket } from '../client/hub-socket.ts';
import { trustPod, type TrustedPod } from '../client/pins.ts';
import type { Session } from '../client/session.ts';
import type { ClientStore } from '../client/store.ts';
import { newsOf } from './news.ts';

/** A query that waits, and what the pod shows of it. `content` is null when nothing is sealed to this device: then it is decided at the pod. */
export interface OpenedReview extends Review {
  content: SealedReview | null;
}

export interface DecideOptions {
  /** The hash of what was seen; refused when something else waits by now. */
  hash?: string;
  note?: string;
  /** How long to wait for what the pod makes of it. Not at all unless told so. */
  waitMs?: number;
  signal?: AbortSignal;
}

export interface ApproveOptions extends DecideOptions {
  /** Once unless told otherwise. */
  scope?: ApprovalScope;
}

/** What custodians do with queries that wait for them. What they see comes sealed from the pod, and what they decide goes sealed to it: the hub carries both. */
export function reviewCalls(session: Session, store: ClientStore, socket: HubSocket, now: () => number = Date.now) {
  const { rest } = session;
  const list = async ({ pod, all = false }: { pod?: string; all?: boolean } = {}): Promise<Review[]> => {
    const podId = pod === undefined ? undefined : await podIdOf(pod);
    return (await rest.call('listReviews', { query: { ...(podId ? { podId } : {}), state: all ? ('all' as const) : ('open' as const) } })).reviews;
  };

  async function podIdOf(nameOrId: string): Promise<string> {
    const found = (await rest.call('listPods', {})).pods.find((pod) => pod.name === nameOrId || pod.id === nameOrId);
    if (!found) throw new Fault('access.not-found', `There is no pod ${nameOrId}, or you may not see it.`, { hint: 'List the pods you may see with: podnet pods list.' });
    return found.id;
  }

  async function opened(id: string): Promise<{ review: OpenedReview; pod: TrustedPod; device: Device }> {
    const device = await requireDevice(store);
    const { sealed, ...review } = await rest.call('showReview', { params: { id }, query: { device: await thumbprint(device.keys.encryption) } });
    const pod = await trustPod(await rest.call('showPod', { params: { id: review.pod.id } }), store);
    return { review: { ...review, content: sealed === null ? null : await open(sealed, review, pod, device) }, pod, device };
  }

  async function decide(id: string, decision: 'approve' | 'deny', scope: ApprovalScope | null, { hash, note, waitMs = 0, signal }: DecideOptions): Promise<Review> {
    const { review, pod, device } = await opened(id);
    if (!review.content) throw new Fault('conflict.state', 'What this query would tell is not sealed to this device.', { at: id, hint: 'Have the pod pin it (podnet pod devices add), use a device that it has pinned, or decide at the pod, in the folder of its pod.yaml.' });
    if (hash !== undefined && hash !== review.content.hash) throw new Fault('conflict.stale', 'Something else waits than what you have seen.', { at: id, hint: `Look at it again with: podnet review show ${id}` });
    const payload = reviewDecision.parse({ v: 1, podId: pod.podId, reviewId: id, hash: review.content.hash, decision, note: note ?? null, scope, decidedAt: now() });
    const sealed = await sealSigned({ signTyp: typ.reviewDecisionSigned, sealTyp: typ.reviewDecision, payload, signKey: device.keys.signing, to: pod.keys.encryption, context: sealContext.reviewDecision(pod.podId, id) });
    const answered = await rest.call('decideReview', { params: { id }, body: { decision: sealed } });
    return waitMs > 0 ? settled(answered, waitMs, signal) : answered;
  }

  /** Waits until the pod has said what became of a decision. **Throws** the code with which it refused it. */
  async function settled(answered: Review, waitMs: number, signal?: AbortSignal): Promise<Review> {
    let review = answered;
    const patience = AbortSignal.timeout(waitMs);
    const news = newsOf(socket, signal ? AbortSignal.any([signal, patience]) : patience, 1_000);
    for await (const _ of news) {
      const { sealed: __, ...current } = await rest.call('showReview', { params: { id: answered.id }, query: {} });
      review = current;
      if (review.state !== 'answered') break;
    }
    if (review.state === 'open' && review.refusedCode !== null) {
      throw new Fault(isFaultCode(review.refusedCode) ? review.refusedCode : 'envelope.unknown-key', 'The pod has not taken the decision.', { at: review.id, hint: 'A pod believes only the devices that its custodian had when it joined.' });
    }
    return review;
  }

  return {
    /** Queries that wait, oldest first; with `all` those that are over too, newest first. */
    list,
    /** **Throws** `access.not-found`; `envelope.*` and `pin.changed` when it is not the pod's own word. */
    show: async (id: string): Promise<OpenedReview> => (await opened(id)).review,
    /** Lets exactly what was shown leave. **Throws** `conflict.stale`, `conflict.state`. */
    approve: (id: string, { scope = { runs: 1 }, ...options }: ApproveOptions = {}): Promise<Review> => decide(id, 'approve', scope, options),
    /** Lets nothing leave; the modeller reads the note. */
    deny: (id: string, options: DecideOptions = {}): Promise<Review> => decide(id, 'deny', null, options),
    /** Each query that waits, and each that comes, once, until `signal` aborts. */
    async *watch({ pod, signal }: { pod?: string; signal: AbortSignal }): AsyncGenerator<Review, void, undefined> {
      const told = new Set<string>();
      for await (const _ of newsOf(socket, signal)) {
        for (const review of await list(pod === undefined ? {} : { pod })) {
          if (told.has(review.id)) continue;
          told.add(review.id);
          yield review;
        }
      }
    },
  };
}

/** What the hub says of a review must be what the pod has signed: who asks, for which task, until when. */
async function open(sealed: string, review: Review, pod: TrustedPod, device: Device): Promise<SealedReview> {
  const kid = await thumbprint(pod.keys.signing);
  const { payload, body } = await openSealedSigned(sealed, {
    signTyp: typ.reviewSigned, sealTyp: typ.review, keys: (asked) => (asked === kid ? pod.keys.signing : undefined),
    key: device.keys.encryption, context: sealContext.review(pod.podId, review.id), maxBytes: limits.reviewBytes,
  });
  if (body) throw new Fault('envelope.malformed', 'The review carries more than it should.', { at: review.id });
  const content = validate(sealedReview, payload, { code: 'envelope.malformed' });
  const { shown } = content;
  const isThis = content.podId === pod.podId && content.reviewId === review.id && content.assignmentId === review.assignmentId && shown.taskId === review.taskId && shown.requester.userId === review.requester.id;
  if (!isThis) throw new Fault('envelope.tampered', 'The hub shows something else about this review than what the pod has signed.', { at: review.id });
  return content;
}
