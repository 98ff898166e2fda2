import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { makeId, sealContext, typ } from '@podnet/contracts';
import { makeKeys, openSealed } from '@podnet/envelope';
import type { Answer } from '@podnet/elements';
import { col, scan, type LazyPlan } from '@podnet/plan';
import { LivingPod } from '../testing/living-pod.ts';
import { queryTask } from '../testing/asked-query.ts';
import type { SubmittedTask } from '../testing/pod-house.ts';

/** Under the dataset `people` of the house: sixty rows, twenty of group a. */
const policy = (rules: string): string => `    policy: { ${rules} }\n`;
const aggregation = 'safe_zone: { aggregation: { min_size: 10 } }';

let pod: LivingPod;
let isShared = false;
afterEach(async () => {
  if (!isShared) await pod?.clear();
});

const byGroup = scan('people').groupBy('group').agg(col('height').mean().alias('mean')).sort('group');
const rows = scan('people').head(5);

async function ask(plan: LazyPlan, more: SubmittedTask = {}) {
  const id = await pod.house.submit(queryTask(plan, more));
  return { id, ...(await pod.house.hub.ended(id)) };
}
const answerOf = async (id: string): Promise<Answer> => (await pod.house.open(id)).body.json as unknown as Answer;
const trail = () => pod.store.audit.entries().filter(({ action }) => action.startsWith('query.')).map(({ action, detail }): Record<string, unknown> => ({ action, ...(detail as object) }));

/** Reasons as the device that asked reads them. */
async function reasonsOf(id: string): Promise<{ checks: { id: string; passed: boolean; says: string; at?: string }[]; wouldPass: string[] }> {
  const { details, taskId } = (await pod.house.verdict(id)) as unknown as { details: string; taskId: string };
  const bytes = await openSealed(details, { typ: typ.verdictDetails, key: pod.house.modeller.encryption, context: sealContext.verdict(taskId, pod.house.podId, id) });
  return JSON.parse(new TextDecoder().decode(bytes)) as never;
}

describe('a query', () => {
  beforeAll(async () => {
    isShared = true;
    pod = await LivingPod.build({ yaml: policy(`${aggregation}, unsafe_handling: reject, sanitized_columns: [y]`) });
  });
  afterAll(async () => {
    isShared = false;
    await pod.clear();
  });

  it('that every policy lets go is answered, and its trail says everything about it', async () => {
    const { id, state } = await ask(byGroup);
    expect(state).toBe('done');
    const { columns } = await answerOf(id);
    expect(columns.map(({ name, values }) => [name, values.length])).toEqual([['group', 2], ['mean', 2]]);
    const entry = trail().at(-1)!;
    expect(entry).toMatchObject({
      action: 'query.released', verdict: 'released', email: 'modeller@example.org', role: 'super-modeller', datasets: ['people'], flagged: false, handling: null, rows: 2,
      columnsUsed: expect.arrayContaining([{ dataset: 'people', column: 'group' }, { dataset: 'people', column: 'height' }]) as unknown,
      columnsRevealed: [{ name: 'group', class: 'key', from: [{ dataset: 'people', column: 'group' }], nulled: false }, { name: 'mean', class: 'aggregate', from: [{ dataset: 'people', column: 'height' }], nulled: false }],
      resultBytes: pod.house.hub.assignments.get(id)!.result!.length,
    });
    expect(entry['sentence']).toMatch(/^From people, group by group/);
    expect(JSON.parse(entry['plan'] as string)).toEqual(byGroup.toJson());
    expect((entry['units'] as { smallest: { units: number } }[])[0]!.smallest.units).toBeGreaterThanOrEqual(10);
    expect(pod.store.audit.verify().entries).toBeGreaterThan(0);
  });

  it('that counts refuse already is not compared with what was released: sets are neither made nor looked for', async () => {
    // All but two people, which is too near to everybody; and two people, who are too few.
    const near = scan('people').filter(col('age').neq(20)).select(col('height').sum().alias('s'));
    const few = scan('people').filter(col('age').neq(20)).select(col('height').sum().alias('s'), col('height').filter(col('age').eq(21)).sum().alias('t'));
    const failed = async (plan: LazyPlan) => (await reasonsOf((await ask(plan)).id)).checks.filter(({ passed }) => !passed).map(({ id }) => id).join(' ');
    expect(await failed(near)).toContain('difference');
    const refused = await failed(few);
    expect(refused).not.toBe('');
    expect(refused).not.toContain('difference');
  });

  it('that is denied lets nothing out, and tells its reasons to the device that asked and to nobody on the way', async () => {
    const plan = scan('people').filter(col('age').eq(20)).select(col('height').sum().alias('canary'));
    const { id, state, code, result } = await ask(plan);
    expect([state, code, result]).toEqual(['denied', 'policy.denied', null]);
    const verdict = await pod.house.verdict(id);
    expect(verdict).toMatchObject({ decision: 'deny', code: 'policy.denied', assignmentId: id });
    expect(verdict.checks.find((check) => check.id === 'query.policies')).toMatchObject({ passed: false });
    expect(JSON.stringify({ ...verdict, details: '' })).not.toMatch(/canary|height|\bage\b|\$\./);
    const reasons = await reasonsOf(id);
    expect(reasons.checks.some(({ passed, id: rule }) => !passed && rule !== 'query.policies')).toBe(true);
    expect(reasons.wouldPass.length).toBeGreaterThan(0);
    expect(trail().at(-1)).toMatchObject({ action: 'query.denied', verdict: 'denied', flagged: true, handling: 'reject' });
    await expect(openSealed((verdict as unknown as { details: string }).details, { typ: typ.verdictDetails, key: (await makeKeys()).encryption, context: sealContext.verdict(verdict.taskId, pod.house.podId, id) })).rejects.toThrow();
  });

  it('with sanitised columns gives them as nothing, by whatever name', async () => {
    const { id } = await ask(scan('people').groupBy(col('y').alias('key')).agg(col('height').mean().alias('mean')));
    const { columns } = await answerOf(id);
    expect(columns.map(({ name, nulled, values }) => [name, nulled, values.every((value) => value === null)])).toEqual([['key', true, true], ['mean', true, true]]);
  });

  const unreadable: [string, unknown, string][] = [
    ['of a dataset that is not there', scan('patients').groupBy('x').len().toJson(), 'dataset.unknown'],
    ['of a column that is not there', scan('people').groupBy('canary').len().toJson(), 'schema.unknown-column'],
    ['of a column that is ignored', scan('people').groupBy('note').len().toJson(), 'schema.unknown-column'],
    ['of an operation that nobody knows', { version: 1, node: 'canary', input: { node: 'scan', source: 'people' } }, 'plan.unknown-operation'],
  ];
  it.each(unreadable)('%s is refused with its code, and with its place for the modeller only', async (_, plan, code) => {
    const { id, ...held } = await ask({ toJson: () => plan } as LazyPlan);
    expect([held.state, held.code, held.result]).toEqual(['denied', code, null]);
    expect(JSON.stringify({ ...(await pod.house.verdict(id)), details: '' })).not.toMatch(/canary|patients/);
  });

  const huge: [string, () => unknown, RegExp][] = [
    ['more columns than a frame has', () => ({ version: 1, node: 'select', input: { node: 'scan', source: 'people' }, columns: Array.from({ length: 2_001 }, (_, i) => ({ expr: 'alias', input: { expr: 'len' }, name: `c${i}` })) }), /usage\.too-large/],
    ['more steps than a plan has', () => ({ version: 1, node: 'concat', how: 'vertical', inputs: Array.from({ length: 501 }, () => ({ node: 'scan', source: 'people' })) }), /usage\./],
    ['crossing itself until nothing holds it', () => [1, 2, 3, 4, 5].reduce<object>((left, i) => ({ node: 'join', how: 'cross', left, right: { node: 'scan', source: 'people' }, leftOn: [], rightOn: [], suffix: `_${i}` }), { version: 1, node: 'scan', source: 'people' }), /policy\.|usage\.|runner\./],
  ];
  it.each(huge)('of %s ends in a code, and the pod goes on serving', async (_, plan, code) => {
    const { state, code: told } = await ask({ toJson: plan } as LazyPlan);
    expect(state).toMatch(/denied|failed/);
    expect(told).toMatch(code);
    expect((await ask(byGroup)).state).toBe('done');
  });

  it('that is asked again is answered from the store, word for word, and counts once', async () => {
    const { id } = await ask(byGroup);
    const before = pod.store.queryCounts.lastDay(pod.house.userId).get('people');
    // Another spelling of the same question.
    const again = await ask(scan('people').groupBy('group').agg(col('height').mean().alias('mean')).sort('group'));
    expect(await answerOf(again.id)).toEqual(await answerOf(id));
    expect(trail().at(-1)).toMatchObject({ action: 'query.released', repeated: true });
    expect(pod.store.queryCounts.lastDay(pod.house.userId).get('people')).toBe(before);
    // The file is written anew with the same rows: it is the same data, and the question the same question.
    const file = join(pod.house.folder, 'people.csv');
    writeFileSync(`${file}.new`, readFileSync(file));
    renameSync(`${file}.new`, file);
    const later = await ask(byGroup);
    expect(await answerOf(later.id)).toEqual(await answerOf(id));
    expect(trail().at(-1)).toMatchObject({ action: 'query.released', repeated: true });
    expect(pod.house.hub.published).toHaveLength(1);
    // Somebody else's question is computed for them, and counts for them.
    const other = makeId('account');
    const modeller = { payload: { userId: other }, grant: { userId: other }, manifest: { userId: other } };
    expect((await ask(byGroup, modeller)).state).toBe('done');
    expect(trail().at(-1)!['repeated']).toBeUndefined();
    expect(pod.store.queryCounts.lastDay(other).get('people')).toBe(1);
  });

  it('is judged for a dry run without anything being counted or remembered', async () => {
    const count = pod.store.asked.last('people', 1_000).length;
    const wrong = await pod.house.seal(queryTask(rows));
    const answer = await pod.house.hub.ask('pod:can-i', wrong);
    const verdict = await pod.house.openVerdict((answer.data as unknown as { verdict: string }).verdict);
    expect(verdict).toMatchObject({ decision: 'deny', code: 'policy.denied', assignmentId: null });
    const right = await pod.house.hub.ask('pod:can-i', await pod.house.seal(queryTask(byGroup)));
    expect(await pod.house.openVerdict((right.data as unknown as { verdict: string }).verdict)).toMatchObject({ decision: 'permit' });
    expect(pod.store.asked.last('people', 1_000)).toHaveLength(count);
  });
});

describe('a privacy unit that is not published', () => {
  it('is counted all the same: forty rows of one person are one', async () => {
    const csv = ['who,kind,x', ...Array.from({ length: 40 }, (_, i) => `same,a,${i}`), ...Array.from({ length: 40 }, (_, i) => `p${i},b,${i}`)].join('\n');
    pod = await LivingPod.build({ csv, yaml: policy(`privacy_unit: who, ${aggregation}, difference: off, unsafe_handling: reject`) });
    await pod.rest();
    const { configPath } = pod.house;
    writeFileSync(configPath, readFileSync(configPath, 'utf8').replace('ignore: [note]\n    columns:\n      group: { domain: [a, b] }\n      y: { domain: [0, 1] }', 'ignore: [who]'));
    await pod.wake();
    expect((await ask(scan('people').filter(col('kind').eq('b')).select(col('x').sum()))).state).toBe('done');
    expect((await ask(scan('people').filter(col('kind').eq('a')).select(col('x').sum()))).state).toBe('denied');
    expect((await ask(scan('people').groupBy('who').len())).code).toBe('schema.unknown-column');
  });
});

describe('an unsafe answer under log', () => {
  it('is released with a warning, and flagged for the custodian', async () => {
    pod = await LivingPod.build({ yaml: policy(`${aggregation}, unsafe_handling: log, sanitized_columns: [y]`) });
    const { id, state } = await ask(rows);
    expect(state).toBe('done');
    const { rows: count, columns, warnings } = await answerOf(id);
    expect(count).toBe(5);
    expect(warnings.length).toBeGreaterThan(0);
    expect(columns.find(({ name }) => name === 'y')).toMatchObject({ nulled: true, values: [null, null, null, null, null] });
    expect(trail().at(-1)).toMatchObject({ action: 'query.released', flagged: true, handling: 'log', email: 'modeller@example.org' });
  });
});

describe('two queries of one modeller', () => {
  it('at the same time see each other: what differs by one person is not answered twice', async () => {
    pod = await LivingPod.build({ yaml: `${policy(`${aggregation}, unsafe_handling: reject`)}runner: { concurrency: 2 }\n` });
    const all = scan('people').filter(col('group').eq('a')).select(col('height').sum().alias('sum'));
    const but = scan('people').filter(col('group').eq('a').and(col('age').neq(20))).select(col('height').sum().alias('sum'));
    const ids = await Promise.all([pod.house.submit(queryTask(all)), pod.house.submit(queryTask(but))]);
    const ends = await Promise.all(ids.map((id) => pod.house.hub.ended(id)));
    expect(ends.map(({ state }) => state).sort()).toEqual(['denied', 'done']);
    // Somebody else has had neither.
    const other = makeId('account');
    expect((await ask(but, { payload: { userId: other }, grant: { userId: other }, manifest: { userId: other } })).state).toBe('done');
  });
});

describe('an audit that cannot be written', () => {
  it('keeps everything inside: no answer, no sets, no count; and lets it go when it can be', async () => {
    pod = await LivingPod.build({ yaml: policy(`${aggregation}, unsafe_handling: reject`) });
    const sql = new DatabaseSync(join(pod.house.home, 'store.sqlite'));
    sql.exec(`pragma busy_timeout = 5000; create trigger full before insert on audit when new.action = 'query.released' begin select raise(abort, 'the disk is full'); end`);
    const id = await pod.house.submit(queryTask(byGroup));
    await pod.house.hub.when(() => pod.house.log.includes('the disk is full'), 'the audit was not written');
    expect(pod.house.hub.assignments.get(id)).toMatchObject({ result: null, reports: 0 });
    expect(pod.store.releasedSets.of(pod.house.userId, ['people'])).toEqual([]);
    expect(pod.store.queryCounts.lastDay(pod.house.userId).size).toBe(0);
    expect(pod.store.answered.questions(pod.house.userId)).toEqual([]);
    sql.exec('drop trigger full');
    sql.close();
    pod.house.hub.expire(id);
    pod.house.hub.post({ kind: 'assignment', body: { assignmentId: id } });
    expect((await pod.house.hub.ended(id)).state).toBe('done');
  });
});

describe('the number of queries', () => {
  it('is limited per day and modeller; what is asked again is not one more', async () => {
    pod = await LivingPod.build({ yaml: policy(`${aggregation}, unsafe_handling: reject, queries: { per_day: 1 }`) });
    expect((await ask(byGroup)).state).toBe('done');
    expect((await ask(byGroup)).state).toBe('done');
    expect((await ask(scan('people').groupBy('y').len())).state).toBe('denied');
    const other = makeId('account');
    expect((await ask(byGroup, { payload: { userId: other }, grant: { userId: other }, manifest: { userId: other } })).state).toBe('done');
  });
});
