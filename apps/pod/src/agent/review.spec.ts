import { createHash } from 'node:crypto';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeId, sealContext, typ, type SealedReview, type ShownReview } from '@podnet/contracts';
import { openSealedSigned, packBody, publicHalf, sealSigned, thumbprint, type KeyPair } from '@podnet/envelope';
import type { Answer } from '@podnet/elements';
import { col, scan } from '@podnet/plan';
import { run } from '../commands/run.ts';
import { decideReview } from '../query/decide-review.ts';
import type { Review } from '../store/reviews.ts';
import { openStore, type Store } from '../store/store.ts';
import { queryTask } from '../testing/asked-query.ts';
import { LivingPod } from '../testing/living-pod.ts';
import { peopleCsv, PodHouse, type SubmittedTask } from '../testing/pod-house.ts';
import { PodProcess } from '../testing/pod-process.ts';
import { RecordedTerminal } from '../testing/recorded-terminal.ts';

const yaml = `    policy: { safe_zone: { aggregation: { min_size: 10 } }, unsafe_handling: review }\n`;
const rows = queryTask(scan('people').head(5));

let pod: LivingPod;
afterEach(() => pod?.clear());

/** What the custodian types. */
async function custodian(...args: string[]): Promise<{ exit: number; data: Record<string, unknown>; error?: { code: string } }> {
  const terminal = new RecordedTerminal();
  const exit = await run([...args, '--config', pod.house.configPath, '--json'], terminal);
  const { data, error } = JSON.parse(terminal.lines.at(-1)!) as { data: Record<string, unknown>; error?: { code: string } };
  return { exit, data, ...(error ? { error } : {}) };
}

async function waiting(task: SubmittedTask = rows): Promise<{ id: string; review: Review }> {
  const id = await pod.house.submit(task);
  return { id, review: await waits(id) };
}

async function waits(id: string, except = ''): Promise<Review> {
  const found = (): Review | undefined => pod.store.reviews.list('waiting').find((review) => review.assignmentId === id && review.id !== except);
  const told = (): unknown => (JSON.parse(Buffer.from(pod.house.hub.assignments.get(id)!.verdict?.split('.')[1] ?? 'e30', 'base64url').toString()) as { decision?: string }).decision;
  await pod.house.hub.when(() => found() !== undefined && told() === 'review', 'it waits for its custodian');
  return found()!;
}

const answerOf = async (id: string) => (await pod.house.open(id)).body;

describe('a query that needs its custodian', () => {
  it('waits without a runner, tells who asked, and gives exactly what was shown once it is approved', async () => {
    pod = await LivingPod.build({ yaml });
    const { id, review } = await waiting();
    await pod.house.hub.when(() => pod.house.hub.assignments.get(id)!.state === 'running', 'the hub knows');
    expect(await pod.house.verdict(id)).toMatchObject({ decision: 'review', code: 'policy.review', assignmentId: id });
    expect((pod.pool as unknown as { busy: Map<unknown, unknown> }).busy.size).toBe(0);
    expect(pod.house.hub.assignments.get(id)!.result).toBeNull();

    const shown = (await custodian('review', 'show', review.id)).data['shown'] as ShownReview;
    expect(shown).toMatchObject({ requester: { email: 'modeller@example.org' }, sentence: 'From people, keep the first 5 rows.', rows: 5 });
    expect(shown.preview.columns.map(({ name }) => name)).toEqual(['age', 'height', 'group', 'y']);
    expect(shown.units[0]!.smallest!.units).toBe(1);
    expect((await custodian('review', 'list')).data['reviews']).toMatchObject([{ id: review.id, state: 'waiting', datasets: ['people'] }]);

    expect((await custodian('review', 'approve', review.id, '--note', 'for the report')).exit).toBe(0);
    expect((await pod.house.hub.ended(id)).state).toBe('done');
    const body = await answerOf(id);
    expect(createHash('sha256').update(packBody(body)).digest('base64url')).toBe(shown.answerHash);
    expect((body.json as unknown as Answer).columns.map(({ values }) => values)).toEqual(shown.preview.columns.map(({ values }) => values));
    const actions = pod.store.audit.entries().filter(({ action }) => /^(query|review)\./.test(action));
    expect(actions.map(({ action }) => action)).toEqual(['query.waiting', 'review.approved', 'query.released']);
    expect(actions.at(-1)!.detail).toMatchObject({ handling: 'review', review: review.id, note: 'for the report', approver: expect.stringContaining('custodian@example.org') as string });
    expect(pod.store.queryCounts.lastDay(pod.house.userId).get('people')).toBe(1);
  });

  it('tells the note of a denial to the modeller, sealed, and lets nothing out', async () => {
    pod = await LivingPod.build({ yaml });
    const { id, review } = await waiting();
    await custodian('review', 'deny', review.id, '--note', 'Ask for groups of ten');
    const held = await pod.house.hub.ended(id);
    expect([held.state, held.code, held.result]).toEqual(['denied', 'policy.denied', null]);
    expect(JSON.stringify({ ...(await pod.house.verdict(id)), details: '' })).not.toContain('groups of ten');
    expect(pod.store.releasedSets.of(pod.house.userId, ['people'])).toEqual([]);
    expect(pod.store.reviews.pending(pod.house.userId)).toEqual([]);
  });

  it('takes nobody’s place: twenty that wait do not keep others from being answered', async () => {
    pod = await LivingPod.build({ yaml: `${yaml}runner: { concurrency: 1 }\n` });
    for (let i = 0; i < 20; i++) await waiting(queryTask(scan('people').head(5 + i)));
    const id = await pod.house.submit(queryTask(scan('people').groupBy('group').len()));
    expect((await pod.house.hub.ended(id)).state).toBe('done');
  });

  it('ends at its deadline, undecided', async () => {
    pod = await LivingPod.build({ yaml });
    const { id, review } = await waiting({ ...rows, payload: { ...rows.payload, limits: { deadlineAt: Date.now() + 3_000, minPods: 1, onPodLoss: 'wait' } } });
    expect(await pod.house.hub.ended(id)).toMatchObject({ state: 'failed', code: 'task.deadline', result: null });
    expect(pod.store.reviews.find(review.id)!.state).toBe('expired');
    expect((await custodian('review', 'approve', review.id)).error!.code).toBe('conflict.state');
  });

  it('waits no more when it is cancelled, or when the role is taken away', async () => {
    pod = await LivingPod.build({ yaml });
    const first = await waiting();
    pod.house.hub.post({ kind: 'cancel', body: { assignmentId: first.id, code: 'task.cancelled' } });
    await pod.house.hub.when(() => pod.store.reviews.find(first.review.id)!.state === 'expired', 'the review has ended');
    const second = await waiting();
    pod.house.hub.post({ kind: 'revoke', body: { grantId: pod.house.grantId } });
    await pod.house.hub.when(() => pod.store.reviews.find(second.review.id)!.state === 'expired', 'the review has ended');
    expect((await custodian('review', 'approve', second.review.id)).error!.code).toBe('conflict.state');
  });

  it('is not approved by whoever asked, even the custodian', async () => {
    pod = await LivingPod.build({ yaml });
    const { review } = await waiting();
    const asCustodian = () => decideReview(pod.store, review.userId, review.id, { hash: review.hash, approve: true, by: 'x', note: null, scope: { runsLeft: 0, goodUntil: null } });
    expect(asCustodian).toThrow('Nobody approves a query of their own.');
    expect(pod.store.reviews.find(review.id)!.state).toBe('waiting');
  });
});

describe('an approval', () => {
  it('of something else than what waits does not count', async () => {
    pod = await LivingPod.build({ yaml });
    const { review } = await waiting();
    expect((await custodian('review', 'approve', review.id, '--hash', 'A'.repeat(43))).error!.code).toBe('conflict.stale');
    expect(pod.store.reviews.find(review.id)!.state).toBe('waiting');
  });

  it('does not count once the data has changed: it is computed and asked anew', async () => {
    pod = await LivingPod.build({ yaml });
    const { id, review } = await waiting();
    // The decision is made while the pod does not look.
    await pod.rest();
    appendFileSync(join(pod.house.folder, 'people.csv'), '\n49,150.5,b,1,more');
    await custodian('review', 'approve', review.id);
    await pod.wake();
    const again = await waits(id, review.id);
    expect(again.hash).not.toBe(review.hash);
    expect(pod.house.hub.assignments.get(id)!.result).toBeNull();
    await custodian('review', 'approve', again.id);
    expect((await pod.house.hub.ended(id)).state).toBe('done');
  });

  it('does not count once the policy has changed, and what waits is asked anew at once', async () => {
    pod = await LivingPod.build({ yaml });
    const { id, review } = await waiting();
    const file = join(pod.house.folder, 'stricter.yaml');
    writeFileSync(file, 'safe_zone: { aggregation: { min_size: 12 } }\nunsafe_handling: review\nsanitized_columns: [height]\n');
    expect((await custodian('policy', 'set', 'people', file)).exit).toBe(0);
    const again = await waits(id, review.id);
    expect(pod.store.reviews.find(review.id)!.state).toBe('outdated');
    expect((await custodian('review', 'approve', review.id)).error!.code).toBe('conflict.state');
    expect((again.shown as ShownReview).preview.columns.find(({ name }) => name === 'height')).toMatchObject({ nulled: true });
  });

  it('for two runs is good for one more, of this very question, with these very bytes', async () => {
    pod = await LivingPod.build({ yaml });
    const { id, review } = await waiting();
    await custodian('review', 'approve', review.id, '--runs', '2');
    await pod.house.hub.ended(id);
    const second = await pod.house.submit(rows);
    expect((await pod.house.hub.ended(second)).state).toBe('done');
    expect(await answerOf(second)).toEqual(await answerOf(id));
    const other = await waiting(queryTask(scan('people').head(6)));
    expect(other.review.state).toBe('waiting');
    await waiting();
  });

  it('is near to what waits: its sets count for the difference rule before it has left', async () => {
    pod = await LivingPod.build({ yaml: `    policy: { safe_zone: { all_of: [{ aggregation: { min_size: 10 } }, { columns: { deny: [height] } }] }, unsafe_handling: review }\n` });
    const sums = scan('people').filter(col('group').eq('a'));
    await waiting(queryTask(sums.select(col('height').sum(), col('age').count().alias('n'))));
    const near = queryTask(sums.filter(col('age').neq(20)).select(col('age').count().alias('n')));
    const { review } = await waiting(near);
    expect((review.shown as ShownReview).failed.map(({ id }) => id)).toEqual(expect.arrayContaining([expect.stringContaining('aggregation')]) as unknown);
    // Whom the other one does not wait for is answered.
    const userId = makeId('account');
    const other = await pod.house.submit({ payload: { ...near.payload, userId }, grant: { userId }, manifest: { userId } });
    expect((await pod.house.hub.ended(other)).state).toBe('done');
  });
});

describe('a decision through the hub', () => {
  /** What the custodian's device reads of a review. */
  async function seen(review: Review): Promise<SealedReview> {
    await pod.house.hub.when(() => (pod.house.hub.reviews.get(review.id)?.copies.length ?? 0) > 0, 'the hub has it');
    const { sealed } = pod.house.hub.reviews.get(review.id)!.copies[0]!;
    const { payload } = await openSealedSigned(sealed, {
      signTyp: typ.reviewSigned, sealTyp: typ.review, keys: () => publicHalf(pod.house.keys.pair).signing, key: pod.house.custodian.encryption, context: sealContext.review(pod.house.podId, review.id), maxBytes: 1 << 20,
    });
    return payload as SealedReview;
  }

  async function decide(review: Review, change: object = {}, by: KeyPair = pod.house.custodian, about = review.id): Promise<void> {
    const payload = { v: 1, podId: pod.house.podId, reviewId: review.id, hash: review.hash, decision: 'approve', note: null, scope: { runs: 1 }, decidedAt: Date.now(), ...change };
    const decision = await sealSigned({ signTyp: typ.reviewDecisionSigned, sealTyp: typ.reviewDecision, payload, signKey: by.signing, to: publicHalf(pod.house.keys.pair).encryption, context: sealContext.reviewDecision(pod.house.podId, about) });
    pod.house.hub.post({ kind: 'review-decided', body: { reviewId: about, decision, devices: [await thumbprint(by.signing)] } });
  }

  it('is taken with the signature of a pinned device: the hub has carried what it cannot read', async () => {
    pod = await LivingPod.build({ yaml });
    const { id, review } = await waiting();
    const content = await seen(review);
    expect(content).toMatchObject({ hash: review.hash, assignmentId: id, shown: { sentence: 'From people, keep the first 5 rows.', rows: 5 } });
    expect(JSON.stringify([...pod.house.hub.reviews])).not.toMatch(/people|height/);
    await decide(review);
    expect((await pod.house.hub.ended(id)).state).toBe('done');
    await pod.house.hub.when(() => pod.house.hub.reviews.get(review.id)!.ended === 'approved', 'the hub knows');
    expect(pod.store.reviews.find(review.id)!.decidedBy).toContain(await thumbprint(pod.house.custodian.signing));
    // The same mail again changes nothing, and is no refusal.
    await decide(review);
    await pod.house.hub.when(() => pod.house.hub.mailCount === 0, 'it was dealt with');
    expect(pod.house.hub.reviews.get(review.id)!.refused).toBeNull();
  });

  it('of anybody else, about anything else, is none', async () => {
    pod = await LivingPod.build({ yaml });
    const { id, review } = await waiting();
    const other = await waiting(queryTask(scan('people').head(6)));
    await seen(review);
    const refused = (code: string) => pod.house.hub.when(() => pod.house.hub.reviews.get(review.id)!.refused === code, `it was refused: ${code}`);
    await decide(review, {}, pod.house.hubKeys);
    await refused('envelope.unknown-key');
    await decide(review, {}, pod.house.modeller);
    await refused('envelope.unknown-key');
    await decide(review, { hash: 'A'.repeat(43) });
    await refused('conflict.stale');
    await decide(other.review, {}, pod.house.custodian, review.id);
    await refused('envelope.tampered');
    expect(pod.store.reviews.find(review.id)!.state).toBe('waiting');
    expect(pod.house.hub.assignments.get(id)!.result).toBeNull();
    await decide(review, { decision: 'deny', scope: null, note: 'no' });
    expect((await pod.house.hub.ended(id)).state).toBe('denied');
    expect(pod.store.reviews.find(other.review.id)!.state).toBe('waiting');
  });

  it('was asked for: what the policy rejects is put before the custodian, with the reason, once the modeller has made a request', async () => {
    pod = await LivingPod.build({ yaml: yaml.replace('review }', 'reject }') });
    expect((await pod.house.hub.ended(await pod.house.submit(rows))).state).toBe('denied');
    const requestId = makeId('request');
    const { id, review } = await waiting({ ...rows, payload: { ...rows.payload, review: { requestId, reason: 'For the annual report' } } });
    expect(await seen(review)).toMatchObject({ shown: { reason: 'For the annual report', rows: 5 } });
    expect(pod.house.hub.reviews.get(review.id)!.requestId).toBe(requestId);
    await decide(review);
    expect((await pod.house.hub.ended(id)).state).toBe('done');
  });
});

describe('a pod that is killed while a query waits', () => {
  it('goes on waiting when it is back, and releases what was approved in between', async () => {
    const house = await PodHouse.build({ yaml, csv: peopleCsv });
    const processes: PodProcess[] = [];
    const start = async (): Promise<PodProcess> => {
      const pod = new PodProcess(['start', '--config', house.configPath, '--exit-with-parent']);
      processes.push(pod);
      await pod.ready();
      return pod;
    };
    const beside = <T>(work: (store: Store) => T): T => {
      const store = openStore(house.home, Date.now, { opener: 'command' });
      try {
        return work(store);
      } finally {
        store.close();
      }
    };
    try {
      const first = await start();
      const id = await house.submit(rows);
      await house.hub.when(() => beside(({ reviews }) => reviews.list('waiting').length) === 1, 'it waits');
      const review = beside(({ reviews }) => reviews.list('waiting')[0]!);
      await first.kill('SIGKILL');
      const second = await start();
      await house.hub.when(() => house.hub.assignments.get(id)!.state === 'running' && house.hub.assignments.get(id)!.epoch === 2, 'it waits again');
      expect(beside(({ reviews, assignments }) => [reviews.list('waiting').map((each) => each.id), assignments.find(id)!.starts])).toEqual([[review.id], 1]);
      await second.kill('SIGKILL');
      beside((store) => decideReview(store, 'usr_custodian', review.id, { hash: review.hash, approve: true, by: 'custodian', note: null, scope: { runsLeft: 0, goodUntil: null } }));
      await start();
      expect((await house.hub.ended(id)).state).toBe('done');
      const { body } = await house.open(id);
      expect(createHash('sha256').update(packBody(body)).digest('base64url')).toBe((review.shown as ShownReview).answerHash);
      expect(beside(({ audit }) => audit.verify().entries)).toBeGreaterThan(0);
    } finally {
      await Promise.all(processes.map((each) => each.kill('SIGKILL')));
      await house.clear();
    }
  });
});
