import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeId } from '@podnet/contracts';
import { Fault } from '@podnet/errors';
import { loadPins } from '../home/pins.ts';
import { loadPodKeys } from '../home/pod-keys.ts';
import { openLocalLog, type LocalLog } from '../log/local-log.ts';
import { poolOf } from '../runner/pool-of.ts';
import type { RunnerPool } from '../runner/runner-pool.ts';
import { openStore, type Store } from '../store/store.ts';
import { FakeModeller } from '../testing/fake-modeller.ts';
import { PodHouse, type HouseOptions, type SubmittedTask } from '../testing/pod-house.ts';
import { startAgent, type Agent } from './agent.ts';

interface Living {
  house: PodHouse;
  agent: Agent;
  store: Store;
  pool: RunnerPool;
  log: LocalLog;
}

let living: Living | undefined;
const notices: string[] = [];

async function wake(house: PodHouse): Promise<Living> {
  const log = openLocalLog(house.home);
  const store = openStore(house.home);
  const { file } = house;
  const pool = poolOf(file, log);
  const ready = Promise.withResolvers<void>();
  const agent = await startAgent({ file, pins: loadPins(house.home), keys: loadPodKeys(house.home), store, pool, log, version: '0.0.0', onReady: ready.resolve, onNotice: (text) => void notices.push(text) });
  living = { house, agent, store, pool, log };
  await ready.promise;
  return living;
}

/** Stops the pod; its folder stays. */
async function rest({ agent, store, log }: Living): Promise<void> {
  await agent.stop(0);
  store.close();
  log.close();
}

const live = async (options: HouseOptions = {}): Promise<Living> => wake(await PodHouse.build(options));

async function bury(): Promise<void> {
  notices.length = 0;
  if (!living) return;
  await rest(living).catch(() => undefined);
  await living.house.clear();
  living = undefined;
}

/** Some describe blocks share one pod over their specs. */
let isShared = false;
afterEach(async () => {
  if (!isShared) await bury();
});

const runningOf = (store: Store): string[] => store.assignments.open().map((row) => row.id);

describe('a pod', () => {
  it('publishes what it serves, and nothing of what it does not', async () => {
    const { house } = await live();
    const [published] = house.hub.published as { schemas: { dataset: string; version: string; columns: { name: string }[] }[]; card: string }[];
    expect(published!.schemas.map((schema) => [schema.dataset, schema.columns.map((column) => column.name)])).toEqual([['people', ['age', 'height', 'group', 'y']]]);
    expect(JSON.stringify(published)).not.toMatch(/note|canary/);
    expect(published!.schemas[0]!.version).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  it('answers a task: sealed to the device that asked, with a verdict of its own', async () => {
    const { house, store } = await live();
    const id = await house.submit();
    const held = await house.hub.ended(id);
    expect([held.state, held.code]).toEqual(['done', null]);
    const { facts, body } = await house.open(id);
    expect(facts.taskId).toBe(house.taskIdOf(held.claimed.manifest));
    expect(body.json).toEqual({ columns: [{ count: 60, high: 2070, low: 0 }] });
    expect(await house.verdict(id)).toMatchObject({ decision: 'permit', by: 'pod', podId: house.podId, assignmentId: id, role: 'super-modeller' });
    expect(store.audit.entries().map((entry) => entry.action)).toEqual(['pod.published', 'assignment.decided', 'query.released', 'assignment.ended']);
    expect(JSON.stringify(store.audit.entries())).toContain('resultHash');
    await house.hub.when(() => house.hub.mailCount === 0, 'the mail is acknowledged');
  });

  it('takes up what it asked for, and nothing else that a hub hands over in its place', async () => {
    const { house, store } = await live();
    const id = await house.submit();
    const { claimed } = await house.hub.ended(id);
    const other = makeId('assignment');
    house.hub.assign({ ...claimed, assignmentId: other }, { hint: false });
    house.hub.assignments.get(other)!.claimed = claimed;
    house.hub.post({ kind: 'assignment', body: { assignmentId: other } });
    await house.hub.when(() => house.log.includes('envelope.tampered'), 'the pod has noticed');
    expect(store.audit.entries().filter((entry) => entry.action === 'assignment.decided')).toHaveLength(1);
    expect(store.assignments.open()).toEqual([]);
  });

  it('works on several tasks at a time, more than it has runners', async () => {
    const { house } = await live({ yaml: 'runner: { concurrency: 1 }\n' });
    const ids = await Promise.all(Array.from({ length: 6 }, () => house.submit()));
    const ends = await Promise.all(ids.map((id) => house.hub.ended(id)));
    expect(ends.map((held) => held.state)).toEqual(ids.map(() => 'done'));
  });

  it('that is not confirmed yet says so once and is ready as soon as it is', async () => {
    const house = await PodHouse.build();
    const refused = Promise.withResolvers<void>();
    let asked = 0;
    house.hub.refuse = (call) => {
      if (call === 'pod:hello' && (asked += 1) === 2) refused.resolve();
      return new Fault('conflict.state', 'The pod’s custodian has not confirmed its fingerprint yet.');
    };
    const waking = wake(house);
    await refused.promise;
    expect(notices.filter((text) => text.includes('not confirmed'))).toHaveLength(1);
    house.hub.refuse = undefined;
    house.hub.hint();
    await waking;
    expect(house.hub.published).toHaveLength(1);
  });

  it('finds its mail without a hint when it connects', async () => {
    const house = await PodHouse.build();
    const id = await house.submit({}, { hint: false });
    await wake(house);
    expect((await house.hub.ended(id)).state).toBe('done');
  });
});

describe('a denial', () => {
  beforeAll(async () => {
    isShared = true;
    await live();
  });
  afterAll(async () => {
    isShared = false;
    await bury();
  });
  const parts = { payload: { algorithm: { name: 'column-average', version: 1, params: { columns: ['age', 'secret'] } } } };
  const denials: [string, string, Parameters<PodHouse['submit']>[0], RegExp][] = [
    ['of a role that is too weak', 'policy.denied', { grant: { role: 'metrics-only' } }, /column-average/],
    ['of a role that has ended', 'policy.grant-expired', { grant: { endsAt: Date.now() - 1_000 } }, /ended/],
    ['without a role', 'policy.no-access', { grant: { role: null, grantId: null } }, /no grant/],
    ['without a grant', 'policy.no-access', { noGrant: true }, /no grant/],
    ['of a dataset that is not there', 'dataset.unknown', { payload: { dataset: 'other' } }, /publishes no dataset/],
    ['of a column that is not there', 'schema.unknown-column', parts, /algorithm\.columns\[1\]: There is no such column/],
    ['of a column that is ignored', 'schema.unknown-column', { payload: { algorithm: { name: 'column-average', version: 1, params: { columns: ['note'] } } } }, /columns\[0\]: There is no such column/],
    ['of a column of another kind', 'schema.wrong-kind', { payload: { algorithm: { name: 'column-average', version: 1, params: { columns: ['group'] } } } }, /not of a kind/],
    ['of parameters that nobody knows', 'usage.unknown-key', { payload: { algorithm: { name: 'column-average', version: 1, params: { columns: ['age'], noise: 0 } } } }, /no such parameter/],
    ['of parameters that are wrong', 'usage.invalid', { payload: { algorithm: { name: 'column-average', version: 1, params: { columns: [] } } } }, /algorithm\.columns/],
    ['of an element that is not installed', 'element.unknown', { payload: { algorithm: { name: 'steal-rows', version: 1, params: {} } } }, /steal-rows/],
    ['of privacy that is no privacy', 'privacy.malformed', { payload: { privacy: { epsilon: -1, delta: 0.1 } } }, /psilon/],
  ];
  it.each(denials)('%s is %s, with every reason and nothing run', async (_, code, task, says) => {
    const { house, store } = living!;
    const id = await house.submit(task);
    const held = await house.hub.ended(id);
    expect([held.state, held.code, held.result]).toEqual(['denied', code, null]);
    const verdict = await house.verdict(id);
    expect(verdict).toMatchObject({ decision: 'deny', code });
    expect(verdict.checks.filter((check) => !check.passed).map((check) => check.says).join(' ')).toMatch(says);
    expect(store.audit.entries().map((entry) => entry.action)).not.toContain('assignment.started');
    expect(store.assignments.find(id)!.starts).toBe(0);
  });

});

describe('a ceiling', () => {
  it('tells an outsider nothing about itself, nor about datasets and columns', async () => {
    const { house } = await live({ yaml: 'ceiling: { elements: { deny: [column-average] } }\n' });
    const id = await house.submit({ grant: { role: null, grantId: null }, payload: { dataset: 'other' } });
    await house.hub.ended(id);
    expect(JSON.stringify(await house.verdict(id))).not.toMatch(/publishes|column-average|task\./);
  });

  it('holds whatever the hub says', async () => {
    const { house } = await live({ yaml: 'ceiling: { modellers: [somebody@example.org] }\n' });
    const id = await house.submit();
    expect((await house.hub.ended(id)).code).toBe('policy.denied');
    expect((await house.verdict(id)).checks.find((check) => check.id === 'ceiling.modellers')).toMatchObject({ passed: false });
  });
});

describe('a refused object', () => {
  it('ends the assignment with its code, on record and without a run', async () => {
    const { house, store } = await live();
    const id = await house.submit({ manifest: { expiresAt: Date.now() - 60_000, issuedAt: Date.now() - 120_000 } });
    expect(await house.hub.ended(id)).toMatchObject({ state: 'failed', code: 'envelope.expired' });
    expect(store.audit.entries().find((entry) => entry.action === 'assignment.refused')).toMatchObject({ subject: id, detail: { code: 'envelope.expired' } });
  });

  it('that was used for another assignment before is a replay, also after a restart', async () => {
    const first = await live();
    const { house } = first;
    const sealed = await house.seal();
    const [one, two, three] = [makeId('assignment'), makeId('assignment'), makeId('assignment')];
    house.hub.assign({ assignmentId: one, ...sealed });
    expect((await house.hub.ended(one)).state).toBe('done');
    house.hub.assign({ assignmentId: two, ...sealed });
    expect(await house.hub.ended(two)).toMatchObject({ state: 'failed', code: 'envelope.replayed' });
    await rest(first);
    await wake(house);
    house.hub.assign({ assignmentId: three, ...sealed });
    expect(await house.hub.ended(three)).toMatchObject({ state: 'failed', code: 'envelope.replayed' });
  });
});

describe('a dry run', () => {
  it('answers the pod’s own verdict and takes nothing up', async () => {
    const { house, store } = await live();
    const asked = await house.seal({ grant: { role: 'general-modeller' } });
    const answer = await house.hub.ask('pod:can-i', asked);
    expect(answer.ok).toBe(true);
    const verdict = await house.openVerdict((answer.data as unknown as { verdict: string }).verdict);
    expect(verdict).toMatchObject({ decision: 'deny', code: 'policy.denied', assignmentId: null });
    // The same task can still be submitted: a question uses nothing up.
    const id = makeId('assignment');
    house.hub.assign({ assignmentId: id, ...(await house.seal()) });
    expect((await house.hub.ended(id)).state).toBe('done');
    expect(store.audit.entries().map((entry) => entry.action)).toContain('policy.asked');
  });

  it('of something forged is refused with its code', async () => {
    const { house } = await live();
    const asked = await house.seal({ manifest: { expiresAt: Date.now() - 60_000, issuedAt: Date.now() - 120_000 } });
    expect(await house.hub.ask('pod:can-i', asked)).toMatchObject({ ok: false, error: { code: 'envelope.expired' } });
  });
});

describe('an answer', () => {
  it('is stored before it is told, and told again until the hub has it', async () => {
    const { house, store } = await live();
    let refusals = 0;
    house.hub.refuse = (call) => (call === 'pod:report' && (refusals += 1) <= 1 ? new Fault('internal.unavailable') : undefined);
    const id = await house.submit();
    await house.hub.when(() => refusals === 1, 'the report was refused');
    expect(store.assignments.unreported().map((row) => row.id)).toEqual([id]);
    house.hub.cut();
    expect((await house.hub.ended(id)).state).toBe('done');
    await house.open(id);
  });

  it('is the same one under a later lease', async () => {
    const { house, store } = await live();
    house.hub.refuse = (call) => (call === 'pod:report' ? new Fault('internal.unavailable') : undefined);
    const id = await house.submit();
    await house.hub.when(() => house.hub.calls.includes('pod:report'), 'a report');
    const before = store.assignments.find(id)!.report!.result!;
    house.hub.refuse = undefined;
    house.hub.expire(id);
    house.hub.cut();
    const held = await house.hub.ended(id);
    // The repeated report and the new connection may each have taken the lease once.
    expect(held.epoch).toBeGreaterThanOrEqual(2);
    expect(Buffer.compare(held.result!, before)).toBe(0);
    expect(store.assignments.find(id)!.starts).toBe(1);
  });

  it('that was told before a restart is not told twice, and one that was not is', async () => {
    const first = await live();
    const { house } = first;
    const told = await house.submit();
    await house.hub.ended(told);
    house.hub.refuse = (call) => (call === 'pod:report' ? new Fault('internal.unavailable') : undefined);
    const untold = await house.submit();
    await house.hub.when(() => house.hub.assignments.get(untold)!.state === 'running' && house.hub.calls.filter((call) => call === 'pod:report').length > 1, 'a refused report');
    await rest(first);
    house.hub.refuse = undefined;
    const { store } = await wake(house);
    expect((await house.hub.ended(untold)).state).toBe('done');
    expect(house.hub.assignments.get(told)!.reports).toBe(1);
    expect(store.assignments.find(untold)!.starts).toBe(1);
  });
});

describe('a training', () => {
  const training: SubmittedTask = {
    payload: {
      protocol: { name: 'federated-averaging', version: 1, params: { rounds: 4, epochs: 1 } },
      algorithm: { name: 'model-training', version: 1, params: { features: ['age', 'group'], target: 'y' } },
      model: { name: 'logistic-regression', version: 1, params: {} },
    },
  };

  it('ends with the same weights when its lease is lost and regained, and when its connection breaks', async () => {
    const { house } = await live();
    const calm = await (await FakeModeller.start(house, training)).outcome;
    const disturbed = await FakeModeller.start(house, training);
    const id = [...house.hub.assignments.keys()].at(-1)!;
    disturbed.onAnswer = (count) => {
      if (count === 3) house.hub.expire(id);
      if (count === 8) house.hub.cut();
    };
    const outcome = await disturbed.outcome;
    expect(house.hub.assignments.get(id)!.epoch).toBeGreaterThan(1);
    expect(outcome.arrays).toEqual(calm.arrays);
    expect(outcome.summary).toEqual(calm.summary);
  });
});

describe('a dataset', () => {
  it('that changes is looked at again and published anew, before the next task is judged', async () => {
    const { house } = await live();
    writeFileSync(join(house.folder, 'people.csv'), ['height,group,y,note', ...Array.from({ length: 20 }, (_, i) => `${i},a,1,x`)].join('\n'));
    const id = await house.submit();
    expect(await house.hub.ended(id)).toMatchObject({ state: 'denied', code: 'schema.unknown-column' });
    await house.hub.when(() => house.hub.published.length === 2, 'it is published anew');
    expect(JSON.stringify(house.hub.published.at(-1))).not.toContain('age');
  });

  it('that cannot be read is not published; the others are', async () => {
    const house = await PodHouse.build({ yaml: '  - name: gone\n    source: { csv: gone.csv }\n' });
    await wake(house);
    const [published] = house.hub.published as { schemas: { dataset: string }[] }[];
    expect(published!.schemas.map((schema) => schema.dataset)).toEqual(['people']);
    expect(notices.join()).toMatch(/gone is not published \(data\.unreadable\)/);
  });

  it('that did not change needs no look at the next start', async () => {
    const first = await live();
    const [before] = first.house.hub.published as { schemas: { version: string }[] }[];
    await rest(first);
    const second = await wake(first.house);
    const after = (second.house.hub.published as { schemas: { version: string }[] }[]).at(-1);
    expect(after!.schemas).toEqual(before!.schemas);
    // The look is on record once, at the first start.
    expect(second.house.log.split('\n').filter((line) => line.includes('"dataset.inspected"'))).toHaveLength(1);
  });
});

describe('a stop', () => {
  /** A task that waits for its modeller. */
  const waiting = { payload: { protocol: { name: 'federated-averaging', version: 1, params: { rounds: 2, epochs: 1 } }, algorithm: { name: 'model-training', version: 1, params: { features: ['age'], target: 'y' } }, model: { name: 'logistic-regression', version: 1, params: {} } } };

  it('by cancelling ends what runs, and it is on record', async () => {
    const { house, store } = await live();
    const id = await house.submit(waiting);
    await house.hub.when(() => house.hub.assignments.get(id)!.state === 'running', 'it runs');
    house.hub.assignments.get(id)!.state = 'cancelled';
    house.hub.post({ kind: 'cancel', body: { assignmentId: id, code: 'task.cancelled' } });
    await house.hub.when(() => house.hub.mailCount === 0, 'the cancellation is dealt with');
    expect(runningOf(store)).toEqual([]);
    expect(store.audit.entries().at(-1)).toMatchObject({ action: 'assignment.stopped', subject: id, detail: { code: 'task.cancelled' } });
  });

  it('by revoking a grant ends what runs under it, and the grant never works again', async () => {
    const { house, store } = await live();
    const id = await house.submit(waiting);
    const other = await house.submit({ ...waiting, grant: { grantId: makeId('grant') } });
    await house.hub.when(() => [id, other].every((each) => house.hub.assignments.get(each)!.state === 'running'), 'both run');
    house.hub.post({ kind: 'revoke', body: { grantId: house.grantId } });
    await house.hub.when(() => house.hub.mailCount === 0, 'the revocation is dealt with');
    expect(runningOf(store)).toEqual([other]);
    const again = await house.submit();
    expect(await house.hub.ended(again)).toMatchObject({ state: 'denied' });
    expect((await house.verdict(again)).checks.find((check) => check.id === 'grant.revoked')).toMatchObject({ passed: false });
  });

  it('by a lease that went to somebody else ends what runs', async () => {
    const { house, store } = await live();
    const id = await house.submit(waiting);
    await house.hub.when(() => house.hub.assignments.get(id)!.state === 'running', 'it runs');
    Object.assign(house.hub.assignments.get(id)!, { state: 'cancelled', epoch: 9 });
    await house.hub.when(() => house.hub.calls.filter((call) => call === 'pod:claim').length === 2, 'it asks for its lease');
    await house.hub.when(() => runningOf(store).length === 0, 'it has let go');
  });

  it('of the pod lets go of what runs, and the next start goes on with it', async () => {
    const first = await live();
    const { house } = first;
    const id = await house.submit(waiting);
    await house.hub.when(() => house.hub.assignments.get(id)!.state === 'running', 'it runs');
    await rest(first);
    const { store } = await wake(house);
    await house.hub.when(() => house.hub.assignments.get(id)!.state === 'running' && house.hub.assignments.get(id)!.epoch === 2, 'it runs again');
    expect(store.assignments.find(id)!.starts).toBe(1);
  });

  it('at the task’s deadline ends it with its code', async () => {
    const { house } = await live();
    const id = await house.submit({ payload: { ...waiting.payload, limits: { deadlineAt: Date.now() + 1_500, minPods: 1, onPodLoss: 'wait' } } });
    expect(await house.hub.ended(id)).toMatchObject({ state: 'failed', code: 'task.deadline' });
  });

  it('because the pod was removed tells its process', async () => {
    const { house, agent } = await live();
    house.hub.post({ kind: 'removed', body: {} });
    await agent.removed;
    expect(notices.join()).toMatch(/removed/);
  });
});
