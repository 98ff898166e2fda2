import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeId } from '@podnet/contracts';
import type { Answer, FrameEntry } from '@podnet/elements';
import { col, scan, type LazyPlan } from '@podnet/plan';
import { mostFramesPerModeller } from '../store/stored-frames.ts';
import { queryTask } from '../testing/asked-query.ts';
import { LivingPod } from '../testing/living-pod.ts';
import { peopleCsv, type SubmittedTask } from '../testing/pod-house.ts';

const yaml = (more = ''): string => `    policy: { safe_zone: { aggregation: { min_size: 10 } }, unsafe_handling: reject, sanitized_columns: [y]${more} }\n`;

let pod: LivingPod;
afterEach(() => pod?.clear());

const ended = async (task: SubmittedTask) => {
  const id = await pod.house.submit(task);
  return { id, ...(await pod.house.hub.ended(id)) };
};
const keeping = (plan: LazyPlan, name: string, { hours = 1, tables = {} }: { hours?: number; tables?: object } = {}): SubmittedTask => ({ payload: { algorithm: { name: 'frame-query', version: 1, params: { plan: plan.toJson(), tables, keep: { name, hours } } } } });
const by = (task: SubmittedTask, userId: string): SubmittedTask => ({ payload: { ...task.payload, userId }, grant: { userId }, manifest: { userId } });
const answerOf = async (id: string): Promise<Answer> => (await pod.house.open(id)).body.json as unknown as Answer;

const tall = scan('people').filter(col('height').gt(160)).withColumns(col('age').add(1).alias('older'), col('y').alias('hidden'));

describe('a stored frame', () => {
  it('tells its columns and nothing else, and forgets no policy: what is fetched from it is judged by all of it', async () => {
    pod = await LivingPod.build({ yaml: yaml() });
    const { id, state } = await ended(keeping(tall, 'tall'));
    expect(state).toBe('done');
    expect((await pod.house.open(id)).body.json).toEqual({ name: 'tall', columns: [{ name: 'age', type: 'integer' }, { name: 'height', type: 'number' }, { name: 'group', type: 'text' }, { name: 'y', type: 'text' }, { name: 'older', type: 'integer' }, { name: 'hidden', type: 'text' }] });
    const groups = await ended(queryTask(scan('tall').groupBy('group').agg(col('older').mean().alias('mean')).sort('group')));
    expect([groups.state, groups.code]).toEqual(['done', null]);
    const whole = await ended(queryTask(tall.groupBy('group').agg(col('older').mean().alias('mean')).sort('group')));
    expect((await answerOf(groups.id)).columns).toEqual((await answerOf(whole.id)).columns);
    // Rows of a frame are rows of the dataset.
    expect((await ended(queryTask(scan('tall').head(5)))).code).toBe('policy.denied');
    expect((await ended(queryTask(scan('tall').filter(col('age').eq(20)).select(col('older').sum())))).code).toBe('policy.denied');
    const nulled = await ended(queryTask(scan('tall').groupBy('hidden').agg(col('older').mean())));
    expect((await answerOf(nulled.id)).columns.map((column) => column.nulled)).toEqual([true, true]);
    // The record names what lies under it, not only its name.
    const entry = pod.store.audit.entries().findLast(({ action }) => action === 'query.released')!.detail as { plan: string; sentence: string };
    expect(entry.plan).toContain('"source":"people"');
    expect(entry.plan).not.toContain('tall');
  });

  it('is nobody else’s, word for word as if it was not there', async () => {
    pod = await LivingPod.build({ yaml: yaml() });
    await ended(keeping(tall, 'tall'));
    const other = makeId('account');
    const [theirs, nobodys] = [await ended(by(queryTask(scan('tall').groupBy('group').len()), other)), await ended(by(queryTask(scan('nothing').groupBy('group').len()), other))];
    expect([theirs.state, theirs.code]).toEqual(['denied', 'dataset.unknown']);
    expect((await pod.house.verdict(theirs.id)).checks).toEqual((await pod.house.verdict(nobodys.id)).checks);
    // And one of the same name is theirs, over the same data or not.
    await ended(by(keeping(scan('people').filter(col('group').eq('b')), 'tall'), other));
    expect(pod.store.frames.find(pod.house.userId, 'tall')!.plan).not.toEqual(pod.store.frames.find(other, 'tall')!.plan);
  });

  it('is bound to the data that it was made over, and to the policy of today', async () => {
    pod = await LivingPod.build({ yaml: yaml() });
    await ended(keeping(tall, 'tall'));
    const ask = queryTask(scan('tall').groupBy('group').len());
    expect((await ended(ask)).state).toBe('done');
    pod.store.policies.set({ dataset: 'people', hash: 'x', written: { safe_zone: 'never', unsafe_handling: 'reject' }, setBy: 'spec' });
    await pod.rest();
    await pod.wake();
    // Not savable: it has not outlived the pod's process.
    expect((await ended(ask)).code).toBe('dataset.unknown');
    await ended(keeping(tall, 'tall'));
    expect((await ended(ask)).code).toBe('policy.denied');
    writeFileSync(join(pod.house.folder, 'people.csv'), `${peopleCsv}\n30,170.5,a,1,one-more`);
    expect((await ended(ask)).code).toBe('conflict.stale');
  });

  it('outlives the pod where its policies say so, with the tables that it was made with, and expires', async () => {
    let clock = 0;
    pod = await LivingPod.build({ yaml: yaml(', savable: true') });
    const mine = { columns: [{ name: 'group', type: 'text' }, { name: 'name', type: 'text' }], rows: [['a', 'first'], ['b', 'second']] };
    const joined = scan('people').join(scan('mine'), { on: 'group' });
    expect((await ended(keeping(joined, 'named', { tables: { mine } }))).state).toBe('done');
    await pod.rest();
    await pod.wake(() => Date.now() + clock);
    // Another table of the same name is another table.
    const other = { columns: [{ name: 'name', type: 'text' }], rows: [['first']] };
    const { id, state } = await ended(queryTask(scan('named').join(scan('mine'), { on: 'name' }).groupBy('name').len(), { tables: { mine: other } }));
    expect(state).toBe('done');
    expect((await answerOf(id)).columns.map(({ values }) => values)).toEqual([['first'], [20]]);
    clock = 2 * 3_600_000;
    expect(pod.store.frames.of(pod.house.userId)).toEqual([]);
    clock = 0;
    expect(pod.store.frames.of(pod.house.userId).map(({ name }) => name)).toEqual(['named']);
  });

  it('takes no name of a dataset that its maker can see', async () => {
    pod = await LivingPod.build({ yaml: yaml() });
    expect((await ended(keeping(tall, 'people'))).code).toBe('conflict.exists');
  });
});

describe('a query in SQL', () => {
  const sql = (text: string): SubmittedTask => ({ payload: { algorithm: { name: 'sql-query', version: 1, params: { sql: text } } } });

  it('is the same query: judged the same, and answered from the store when it was asked in another way', async () => {
    pod = await LivingPod.build({ yaml: yaml() });
    const { id, state } = await ended(sql('select "group", avg(height) as mean from people group by "group" order by "group"'));
    expect(state).toBe('done');
    expect((await answerOf(id)).columns.map(({ name }) => name)).toEqual(['group', 'mean']);
    expect((await ended(sql('select * from data limit 3'))).code).toBe('policy.denied');
    expect((await ended(sql('select count(*) from patients'))).code).toBe('dataset.unknown');
  });

  const hostile: [string, string][] = [
    ['thirty thousand brackets', `select ${'('.repeat(30_000)}1${')'.repeat(30_000)} from people`],
    ['thirty thousand terms', `select ${Array.from({ length: 30_000 }, () => '1').join('+')} from people`],
    ['subqueries without end', `select * from ${'(select * from '.repeat(2_000)}people${') x'.repeat(2_000)}`],
    ['what is no SQL', 'select select from'],
    ['another statement', 'drop table people; select 1 from people'],
  ];
  it('that is made to break its reader ends in a code, and the next one is answered', async () => {
    pod = await LivingPod.build({ yaml: yaml() });
    for (const [what, text] of hostile) {
      const { state, code } = await ended(sql(text));
      expect({ what, state, isOurs: /^(usage|plan|schema|policy)\./.test(code ?? '') }).toEqual({ what, state: expect.stringMatching(/denied|failed/) as unknown, isOurs: true });
      expect((await ended(sql(`select count(*) as n, '${what}' as said from people`))).state).toBe('done');
    }
  });
});

describe('the frames of a modeller', () => {
  const tend = (params: Record<string, unknown>): SubmittedTask => ({ payload: { algorithm: { name: 'stored-frames', version: 1, params } } });
  const list = tend({ do: 'list' });
  const remove = (frame: string): SubmittedTask => tend({ do: 'delete', frame });
  const listed = async (task = list): Promise<FrameEntry[]> => ((await pod.house.open((await ended(task)).id)).body.json as unknown as { frames: FrameEntry[] }).frames;
  const canI = async (task: SubmittedTask) => pod.house.openVerdict(((await pod.house.hub.ask('pod:can-i', await pod.house.seal(task))).data as unknown as { verdict: string }).verdict);
  const women = scan('people').filter(col('group').eq('b')).select(col('age'), col('height'));

  it('are listed with their columns and times, newest first, and nothing that was counted', async () => {
    let now = Date.now();
    pod = await LivingPod.build({ yaml: yaml() });
    await pod.rest();
    await pod.wake(() => now);
    await ended(keeping(tall, 'tall', { hours: 2 }));
    now += 1_000;
    await ended(keeping(women, 'women'));
    const entries = await listed();
    expect(entries.map(({ name }) => name)).toEqual(['women', 'tall']);
    expect(entries[0]).toEqual({ name: 'women', columns: [{ name: 'age', type: 'integer' }, { name: 'height', type: 'number' }], datasets: ['people'], madeAt: now, expiresAt: now + 3_600_000, stale: false });
    expect(pod.store.audit.entries().findLast(({ action }) => action === 'frames.listed')!.detail).toMatchObject({ userId: pod.house.userId, names: expect.arrayContaining(['tall', 'women']) as unknown });
  });

  it('are listed and deleted by nobody else: theirs and nobody’s are refused in the same words', async () => {
    pod = await LivingPod.build({ yaml: yaml() });
    await ended(keeping(tall, 'tall'));
    const other = makeId('account');
    expect(await listed(by(list, other))).toEqual([]);
    const [theirs, nobodys] = [await ended(by(remove('tall'), other)), await ended(by(remove('nothing'), other))];
    expect([theirs.state, theirs.code]).toEqual(['denied', 'dataset.unknown']);
    expect([nobodys.state, nobodys.code]).toEqual(['denied', 'dataset.unknown']);
    expect((await pod.house.verdict(theirs.id)).checks).toEqual((await pod.house.verdict(nobodys.id)).checks);
    expect((await listed()).map(({ name }) => name)).toEqual(['tall']);
  });

  it('go when they are deleted, wherever they were kept, and the record says so', async () => {
    for (const more of ['', ', savable: true']) {
      pod = await LivingPod.build({ yaml: yaml(more) });
      await ended(keeping(tall, 'tall'));
      await ended(keeping(women, 'women'));
      const { id, state } = await ended(remove('tall'));
      expect(state).toBe('done');
      expect((await pod.house.open(id)).body.json).toEqual({ deleted: 'tall' });
      expect((await listed()).map(({ name }) => name)).toEqual(['women']);
      expect((await ended(queryTask(scan('tall').groupBy('group').len()))).code).toBe('dataset.unknown');
      expect((await ended(remove('tall'))).code).toBe('dataset.unknown');
      expect(pod.store.audit.entries().filter(({ action }) => action === 'frame.deleted').map(({ subject, detail }) => [subject, (detail as { name: string }).name])).toEqual([[id, 'tall']]);
      await pod.clear();
    }
  });

  it('are not listed once they have expired, nor to be deleted', async () => {
    let clock = 0;
    pod = await LivingPod.build({ yaml: yaml(', savable: true') });
    await pod.rest();
    await pod.wake(() => Date.now() + clock);
    await ended(keeping(tall, 'tall', { hours: 0.001 }));
    await ended(keeping(women, 'women'));
    clock = 5_000;
    expect((await listed()).map(({ name }) => name)).toEqual(['women']);
    expect((await ended(remove('tall'))).code).toBe('dataset.unknown');
  });

  it('whose data has changed tell no columns any more, and can still be deleted', async () => {
    pod = await LivingPod.build({ yaml: yaml() });
    await ended(keeping(tall, 'tall'));
    writeFileSync(join(pod.house.folder, 'people.csv'), `${peopleCsv}\n30,170.5,a,1,one-more`);
    expect(await listed()).toMatchObject([{ name: 'tall', stale: true, columns: [], datasets: ['people'] }]);
    expect((await ended(remove('tall'))).state).toBe('done');
    expect(await listed()).toEqual([]);
  });

  it.each(['dp-restricted-modeller', 'metrics-only', 'viewer'] as const)('are none of what a %s may see or delete', async (role) => {
    pod = await LivingPod.build({ yaml: yaml() });
    await ended(keeping(tall, 'tall'));
    for (const task of [list, remove('tall')]) expect(await ended({ ...task, grant: { role } })).toMatchObject({ state: 'denied', code: 'policy.denied' });
    expect(pod.store.frames.of(pod.house.userId)).toHaveLength(1);
    expect((await ended({ ...remove('tall'), grant: { role: 'general-modeller' } })).state).toBe('done');
  });

  it('over a dataset that a grant does not cover are not listed under it', async () => {
    pod = await LivingPod.build({ yaml: `${yaml()}  - name: visits\n    source: { csv: ./people.csv }\n    policy: { safe_zone: { aggregation: { min_size: 10 } }, unsafe_handling: reject }\n` });
    await ended(keeping(tall, 'tall'));
    expect(await listed()).toHaveLength(1);
    const narrow = { ...list, payload: { ...list.payload, dataset: 'visits' }, grant: { dataset: 'visits' } };
    expect(await listed(narrow)).toEqual([]);
  });

  it('are so many and no more, and another one is refused', async () => {
    pod = await LivingPod.build({ yaml: yaml() });
    for (let i = 0; i < mostFramesPerModeller; i++) pod.store.frames.keep({ userId: pod.house.userId, name: `f${i}`, plan: tall.toJson(), tables: {}, versions: {}, expiresAt: Date.now() + 60_000 }, true);
    expect(await ended(keeping(tall, 'tall'))).toMatchObject({ state: 'failed', code: 'usage.too-large' });
    expect((await ended(remove('f7'))).state).toBe('done');
    expect((await ended(keeping(tall, 'tall'))).state).toBe('done');
  });

  it('can be asked about without being touched', async () => {
    pod = await LivingPod.build({ yaml: yaml() });
    await ended(keeping(tall, 'tall'));
    for (const task of [list, remove('tall'), keeping(women, 'women')]) expect((await canI(task)).decision).toBe('permit');
    expect((await canI(remove('nothing'))).code).toBe('dataset.unknown');
    expect(pod.store.frames.of(pod.house.userId).map(({ name }) => name)).toEqual(['tall']);
  });
});
