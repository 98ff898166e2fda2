// How long a task takes from leaving the modeller to being a pod's, while 200 pods are connected: the request, the hub's checks and
// its transaction, the hint, the pod's look into its mailbox, the claim with a grant signed anew. One task after the other, each to
// another pod. The pods are light ones in this process, so that both instants are read off one clock.
import { onEnd } from '../runner/opened.mjs';
import { openHouse } from '../runner/house.mjs';
import { row } from '../runner/row.mjs';
import { median, quantile } from '../runner/statistics.mjs';
import { openLightPod } from './dispatch/light-pod.mjs';

const podCount = 200;
const atOnce = 4;
const warmUps = 20;
const repeats = 150;
const claimMs = 20_000;

export async function measure({ folder }) {
  let sentAt = 0;
  const send = globalThis.fetch;
  globalThis.fetch = (input, init) => {
    if (init?.method === 'POST' && String(input).endsWith('/tasks')) sentAt = performance.now();
    return send(input, init);
  };
  const { house, custodian, modeller } = await openHouse(folder);
  const claims = new Map();
  const pods = await connectPods({ house, custodian, modeller }, ({ podId, claimedAt, error }) => claims.get(podId)?.(error ? Promise.reject(error) : claimedAt));

  const once = async (pod) => {
    const claim = new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('the pod did not claim')), claimMs);
      claims.set(pod.id, (claimedAt) => (clearTimeout(timer), resolve(claimedAt)));
    });
    await modeller.podnet.tasks.submit({ version: 1, pods: [`${pod.name}/records`], protocol: { name: 'results-only' }, algorithm: { name: 'column-average', columns: ['a'] }, limits: { deadline: '1m' } });
    return (await claim) - sentAt;
  };
  const times = [];
  for (let i = 0; i < warmUps + repeats; i++) {
    // A stride without a common divisor with the count: every pod has its turn, no two in a row are neighbours.
    const ms = await once(pods[(i * 37) % podCount]);
    if (i >= warmUps) times.push(ms);
  }
  return [row({ name: 'dispatch-p50', value: median(times), unit: 'ms' }), row({ name: 'dispatch-p95', value: quantile(times, 0.95), unit: 'ms' })];
}

async function connectPods({ house, custodian, modeller }, onClaim) {
  const { name: hubName } = await custodian.podnet.rest.call('hubInfo', {});
  const pods = [];
  let next = 0;
  const connect = async () => {
    for (let i = next++; i < podCount; i = next++) {
      const pod = await openLightPod({ custodian, hubUrl: house.hubUrl, hubName, name: `light-${i + 1}`, onClaim });
      onEnd(() => pod.close());
      await custodian.podnet.grants.assign({ podId: pod.id, email: modeller.email, role: 'super-modeller', reason: 'Measuring' });
      pods.push(pod);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, connect));
  return pods;
}
