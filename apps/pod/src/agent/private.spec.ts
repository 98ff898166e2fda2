import { makeId } from '@podnet/contracts';
import { pairOf } from '@podnet/privacy';
import { LivingPod } from '../testing/living-pod.ts';
import { declared, drawnIn, privateTask } from '../testing/private-task.ts';
import type { SubmittedTask } from '../testing/pod-house.ts';

const count = 'SELECT COUNT(*) AS n FROM data';
const ages = "SELECT \"group\", AVG(age) AS mean, COUNT(*) AS n FROM data GROUP BY \"group\"";

let pod: LivingPod;
afterEach(() => pod.clear());

async function ask(task: SubmittedTask) {
  const id = await pod.house.submit(task);
  return { id, ...(await pod.house.hub.ended(id)) };
}
const spent = () => pairOf(pod.store.ledger.expended('grant', pod.house.grantId)).epsilon;
const ofDataset = () => pairOf(pod.store.ledger.expended('dataset', 'people'));
const answerOf = async (id: string) => drawnIn((await pod.house.open(id)).body);

test('a private query is charged before it is answered, and what it cost is on record', async () => {
  pod = await LivingPod.build({ yaml: declared() });
  const { id, state } = await ask(privateTask(ages, { epsilon: 5, delta: 1e-6 }));
  expect(state).toBe('done');
  const { json } = (await pod.house.open(id)).body as { json: { groups: { key: string[]; drawn: string[] }[]; spent: { epsilon: number }[] } };
  // Both declared groups, whoever is in them; all shares together are the whole, and no more.
  expect(json.groups.map(({ key }) => key)).toEqual([['a'], ['b']]);
  expect(json.spent.reduce((sum, { epsilon }) => sum + epsilon, 0)).toBeCloseTo(5, 9);
  // 20 and 40 people: P[|noise| > 12] < 1e-12 for discrete Laplace noise at epsilon 2.5.
  const counts = json.groups.map(({ drawn }) => Number(drawn[1]));
  expect(Math.abs(counts[0]! - 20)).toBeLessThan(12);
  expect(Math.abs(counts[1]! - 40)).toBeLessThan(12);
  expect([spent(), ofDataset()]).toEqual([5, { epsilon: 5, delta: 1e-6 }]);
  expect(await pod.house.verdict(id)).toMatchObject({ decision: 'permit', cost: { epsilon: 5, delta: 1e-6 } });
  const entry = pod.store.audit.entries().find(({ action }) => action === 'private.answered')!;
  expect(entry).toMatchObject({ subject: id, detail: { email: 'modeller@example.org', dataset: 'people', asks: ages, epsilon: 5, delta: 1e-6, repeated: false, verdict: 'released' } });
});

test('the same question again has the same answer, at no charge, however it is written; another one has another', async () => {
  pod = await LivingPod.build({ yaml: declared() });
  const first = await ask(privateTask("SELECT COUNT(*) AS n FROM data WHERE age > 30 AND \"group\" = 'a'"));
  const again = await ask(privateTask("select count( * ) as how_many\nfrom people\n-- of those\nwhere \"group\" = 'a' and age > 30"));
  expect([first.state, again.state]).toEqual(['done', 'done']);
  expect(await answerOf(again.id)).toEqual(await answerOf(first.id));
  expect(((await pod.house.open(again.id)).body.json as { heads: string[] }).heads).toEqual(['how_many']);
  expect(await pod.house.verdict(again.id)).toMatchObject({ cost: { epsilon: 0, delta: 0 } });
  expect(spent()).toBe(1);
  const other = await ask(privateTask("SELECT COUNT(*) AS n FROM data WHERE age > 31 AND \"group\" = 'a'"));
  const dearer = await ask(privateTask("SELECT COUNT(*) AS n FROM data WHERE age > 30 AND \"group\" = 'a'", { epsilon: 1.5, delta: 1e-6 }));
  expect([other.state, dearer.state, spent()]).toEqual(['done', 'done', 3.5]);
  // Somebody else pays for it themselves, and does not learn that it was asked.
  const stranger = await ask(privateTask("SELECT COUNT(*) AS n FROM data WHERE age > 30 AND \"group\" = 'a'", undefined, { grant: { grantId: makeId('grant') } }));
  expect([stranger.state, ofDataset().epsilon]).toEqual(['done', 3.5]);
});

test.each([
  ['a column without bounds', 'SELECT SUM(height) FROM data', 'privacy.not-private'],
  ['rows', 'SELECT age FROM data', 'privacy.not-private'],
  ['a window', 'SELECT AVG(age) OVER (PARTITION BY "group") FROM data', 'usage.unsupported'],
  ['what is no SQL', 'SELECT FROM WHERE', 'usage.malformed'],
  ['an unknown column', 'SELECT SUM(agee) FROM data', 'schema.unknown-column'],
  ['a self-join', 'SELECT COUNT(*) FROM data a CROSS JOIN data b', 'privacy.not-private'],
])('%s is refused with its place, before anything is charged or read', async (_name, sql, code) => {
  pod = await LivingPod.build({ yaml: declared() });
  const { id, state, code: told, result } = await ask(privateTask(sql));
  expect([state, told, result]).toEqual(['denied', code, null]);
  const verdict = await pod.house.verdict(id);
  // The hub reads the verdict: why is sealed to the device that asked.
  expect(JSON.stringify({ ...verdict, details: '' })).not.toMatch(/height|agee|window/i);
  expect((verdict as unknown as { details: string }).details).toMatch(/^ey/);
  expect([spent(), pod.store.ledger.charges(10), pod.store.assignments.find(id)?.starts]).toEqual([0, [], 0]);
});

test('an epsilon that does not reach for so many numbers is refused before it is charged', async () => {
  pod = await LivingPod.build({ yaml: declared() });
  expect(await ask(privateTask('SELECT COUNT(*) AS n, AVG(age) AS a FROM data', { epsilon: 0.000001, delta: 1e-6 }))).toMatchObject({ state: 'denied', code: 'privacy.malformed' });
  expect(spent()).toBe(0);
});

test('without declarations nothing is answered privately', async () => {
  pod = await LivingPod.build();
  expect(await ask(privateTask(count))).toMatchObject({ state: 'denied' });
  expect(spent()).toBe(0);
});

test.each([[0], [-0], [-1], ['1'], [null], [{}]])('epsilon %p is refused, and charged nothing', async (epsilon) => {
  pod = await LivingPod.build({ yaml: declared() });
  const { state, result } = await ask(privateTask(count, { epsilon: epsilon as number, delta: 1e-6 }));
  expect(['failed', 'denied']).toContain(state);
  expect([result, spent(), pod.store.ledger.charges(1)]).toEqual([null, 0, []]);
});

test.each([[Number.NaN], [Infinity], [1e400]])('epsilon %p cannot even be signed', async (epsilon) => {
  pod = await LivingPod.build({ yaml: declared() });
  await expect(pod.house.submit(privateTask(count, { epsilon, delta: 1e-6 }))).rejects.toThrow('not finite');
});

test('twenty tasks at once race for what is left: those that pass fit, and no more', async () => {
  pod = await LivingPod.build({ yaml: declared('budget: { epsilon: 2, delta: 0.0001 }') });
  const asked = await Promise.all(Array.from({ length: 20 }, (_, i) => pod.house.submit(privateTask(`SELECT COUNT(*) AS n FROM data WHERE age > ${i}`, { epsilon: 0.3, delta: 1e-6 }, i % 2 === 0 ? {} : { grant: { grantId: makeId('grant') } }))));
  const ended = await Promise.all(asked.map((id) => pod.house.hub.ended(id)));
  expect(ended.filter(({ state }) => state === 'done')).toHaveLength(6);
  expect(new Set(ended.filter(({ state }) => state === 'denied').map(({ code }) => code))).toEqual(new Set(['policy.budget-exhausted']));
  expect(ofDataset().epsilon).toBe(1.8);
});

test('a DP Restricted modeller has three, over all tasks; the custodian gives more, with a reason', async () => {
  pod = await LivingPod.build({ yaml: declared() });
  const asking = (n: number, epsilon: number) => ask(privateTask(`SELECT COUNT(*) AS n FROM data WHERE age > ${n}`, { epsilon, delta: 1e-6 }, { grant: { role: 'dp-restricted-modeller' } }));
  expect([(await asking(1, 2)).state, (await asking(2, 1)).state]).toEqual(['done', 'done']);
  const refused = await asking(3, 0.000001);
  expect(refused).toMatchObject({ state: 'denied', code: 'policy.budget-exhausted' });
  expect((await pod.house.verdict(refused.id)).cost).toMatchObject({ leftBefore: 0 });
  expect((await asking(1, 2)).state).toBe('done');
  pod.store.ledger.change({ scope: 'grant', subject: pod.house.grantId, limit: { epsilonMicro: 4_000_000, deltaFemto: 1e10 }, reason: 'a longer study', changedBy: 'spec' });
  expect((await asking(3, 1)).state).toBe('done');
  expect(spent()).toBe(4);
});

test('what was touched stays charged: a pod that stops in the middle gives nothing back, and answers under the same charge when it is back', async () => {
  pod = await LivingPod.build({ yaml: declared() });
  const id = await pod.house.submit(privateTask(count));
  await pod.house.hub.when(() => pod.house.hub.assignments.get(id)!.state !== 'queued', 'it was claimed');
  await pod.rest();
  await pod.wake();
  pod.house.hub.expire(id);
  pod.house.hub.hint();
  expect((await pod.house.hub.ended(id)).state).toBe('done');
  expect(spent()).toBe(1);
  // The reported answer is the stored one.
  const before = pod.house.hub.assignments.get(id)!.result;
  await pod.rest();
  await pod.wake();
  expect(Buffer.from(pod.store.assignments.find(id)!.report!.result!).equals(Buffer.from(before!))).toBe(true);
});

/** Ten thousand cells of a table, half of them with two people and half with one. */
const cells = ['age,height,group,y,note,a,b', ...Array.from({ length: 15_000 }, (_, i) => `30,160,a,1,-,${Math.floor((i % 10_000) / 100)},${i % 100}`)].join('\n');

describe('through a whole pod, of answers that differ by one person', () => {
  const queries = 3;
  /** **Units** n draws of each kind. */
  const n = queries * 5_000;
  /** How often a cell of two people, and one of one, has an answer of two or more. */
  async function shares(epsilon: number): Promise<[two: number, one: number]> {
    const seen = [0, 0];
    for (let i = 0; i < queries; i += 1) {
      const { id, state } = await ask(privateTask(`SELECT a, b, COUNT(*) AS n FROM data WHERE age > ${i} GROUP BY a, b`, { epsilon, delta: 1e-6 }, { grant: { role: 'super-modeller' } }));
      expect(state).toBe('done');
      const { json } = (await pod.house.open(id)).body as { json: { groups: { key: [number, number]; drawn: [string] }[] } };
      expect(json.groups).toHaveLength(10_000);
      for (const { key: [a], drawn: [value] } of json.groups) if (Number(value) >= 2) seen[a < 50 ? 0 : 1]! += 1;
    }
    return [seen[0]! / n, seen[1]! / n];
  }
  /** The least epsilon that such shares can come from: each bound is 4.5 s.d. away, so that a true claim is denied less than once in 10⁵. */
  const atLeast = ([two, one]: readonly [number, number]): number => {
    const width = (share: number): number => 4.5 * Math.sqrt((share * (1 - share)) / n);
    return Math.log((two - width(two)) / (one + width(one)));
  };
  const yaml = `      a: { type: integer, lower: 0, upper: 99, nullable: false }\n      b: { type: integer, lower: 0, upper: 99, nullable: false }\n${declared()}`;

  test('an epsilon of 1 is kept, and noise 0.77 as wide would be seen', async () => {
    pod = await LivingPod.build({ csv: cells, yaml });
    expect(atLeast(await shares(1))).toBeLessThanOrEqual(1);
    // What a claim of 1 would look like with too little noise.
    expect(atLeast(await shares(1 / 0.77))).toBeGreaterThan(1);
  }, 60_000);

  test('the noise has the width that was paid for', async () => {
    pod = await LivingPod.build({ csv: cells, yaml });
    const [two, one] = await shares(1);
    // P[noise ≥ 0] = 1/(1 + e⁻¹) and P[noise ≥ 1] = e⁻¹/(1 + e⁻¹); n = 15 000, 4.5 s.d., false alarm 1e-5 each.
    const expected = 1 / (1 + Math.exp(-1));
    for (const [share, truth] of [[two, expected], [one, 1 - expected]] as const) expect(Math.abs(share - truth)).toBeLessThan(4.5 * Math.sqrt((truth * (1 - truth)) / n));
  }, 60_000);
});
