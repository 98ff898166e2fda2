import type { ShownReview } from '@podnet/contracts';
import { makeKeys, publicHalf, thumbprint } from '@podnet/envelope';
import { pinnedKeys, type Pins } from '../home/pins.ts';
import type { HubLink } from '../hub-link/hub-link.ts';
import { openStore } from '../store/store.ts';
import { PodHouse, type Keys } from '../testing/pod-house.ts';
import { ReviewPost } from './review-post.ts';

it('a device that is pinned while a review is on its way to the hub gets its copy as well', async () => {
  const house = await PodHouse.build();
  const store = openStore(house.home);
  try {
    const phone = await makeKeys();
    const later: Pins = { ...house.pins, custodian: { ...house.pins.custodian, devices: [...house.pins.custodian.devices, publicHalf(phone) as Keys] } };
    const shown: ShownReview = {
      requester: { userId: house.userId, email: 'm@example.org', fingerprint: 'aa', role: 'general-modeller' }, taskId: 'tsk_01hzzzzzzzzzzzzzzzzzzzzzzz', dataset: 'people', algorithm: 'frame-query@1', sentence: 'x', tree: 'x', plan: '{}',
      sources: [], used: [], revealed: [], units: [], failed: [], warnings: [], rows: 0, preview: { rows: 0, columns: [], suppressed: false, warnings: [] }, answerHash: 'h'.repeat(43),
    };
    const { id } = store.reviews.open({ assignmentId: 'asg_01hzzzzzzzzzzzzzzzzzzzzzzz', userId: house.userId, hash: 'h'.repeat(43), question: 'q', shown, record: {}, answer: new Uint8Array(), deadlineAt: Date.now() + 60_000 });
    let pins = house.pins;
    const pinned = await pinnedKeys(later);
    const uploads: string[][] = [];
    const link = {
      async call(_: string, { copies }: { copies: { device: string }[] }) {
        uploads.push(copies.map(({ device }) => device));
        // The custodian types, and the pod notices, before the hub has answered.
        pins = later;
        return {};
      },
    } as unknown as HubLink;
    const log = { note: () => undefined, raw: () => undefined, failure: (event: string, error: unknown) => { throw new Error(event, { cause: error }); }, close: () => undefined };
    const post = new ReviewPost({ store, recipient: () => ({ podId: house.podId, keys: house.keys.pair, pins, pinned, now: Date.now() }), link: () => link, log });
    post.tell();
    await house.hub.when(() => store.reviews.untold().length === 0, 'it was told');
    const [laptop, other] = await Promise.all([house.custodian, phone].map((keys) => thumbprint(keys.encryption)));
    expect(uploads).toEqual([[laptop], [laptop, other]]);
    expect(store.reviews.find(id)!.state).toBe('waiting');
  } finally {
    store.close();
    await house.clear();
  }
});
