import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isFault } from '@podnet/errors';
import type { ReleasedFamily } from '@podnet/plan';
import { makeHome } from '../home/home-folder.ts';
import { migrations } from './migrations.ts';
import type { NewReview } from './reviews.ts';
import { openStore, type Store } from './store.ts';

const day = 24 * 3_600_000;
let home: string;
let clock = 1_000;
const opened: Store[] = [];
const open = (opener: 'agent' | 'command' = 'agent'): Store => {
  const store = openStore(home, () => clock, { opener });
  opened.push(store);
  return store;
};
const close = (store: Store): void => {
  opened.splice(opened.indexOf(store), 1);
  store.close();
};
beforeEach(() => {
  clock = 1_000;
  home = mkdtempSync(join(tmpdir(), 'pod-queries-'));
  makeHome(home);
});
afterEach(() => {
  for (const store of [...opened]) close(store);
  rmSync(home, { recursive: true, force: true });
});

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (isFault(error)) return error.code;
    throw error;
  }
  return 'none';
}

describe('a command of the custodian', () => {
  it('reads and writes beside the agent, and the agent sees that somebody has written', () => {
    const agent = open();
    const before = agent.foreignChanges();
    agent.audit.append('pod.started', 'pod_1');
    expect(agent.foreignChanges()).toBe(before);
    const command = open('command');
    command.transaction(() => command.audit.append('policy.set', 'people', { hash: 'h' }));
    expect(agent.foreignChanges()).not.toBe(before);
    agent.audit.append('pod.stopped', 'pod_1');
    expect(command.audit.verify().entries).toBe(3);
  });

  it('does not keep a second agent from being refused', () => {
    const command = open('command');
    const agent = open();
    expect(codeOf(() => open())).toBe('conflict.state');
    close(agent);
    close(command);
    expect(codeOf(() => open())).toBe('none');
  });
});

describe('a store of the first version', () => {
  it('goes on with everything it had', () => {
    const sql = new DatabaseSync(join(home, 'store.sqlite'));
    sql.exec(`${migrations[0]!}; pragma user_version = 1; insert into revoked_grants values ('grt_1', 5)`);
    sql.close();
    const store = open();
    expect(store.revokedGrants.has('grt_1')).toBe(true);
    expect(store.reviews.list()).toEqual([]);
  });

  it('remembers sets that were released one by one as those that were made together', () => {
    const sql = new DatabaseSync(join(home, 'store.sqlite'));
    const version = migrations.findIndex((one) => one.includes('create table released_families'));
    sql.exec(`${migrations.slice(0, version).join(';')}; pragma user_version = ${version}`);
    const before = (row: string, size: number) => ({ dataset: 'people', version: 'v', feature: 'people', size, sum: `s${size}`, recipe: { plan: { kind: 'scan' }, carrier: 1, row: JSON.stringify({ row, suppress: [], carriers: 'c' }) } });
    const insert = sql.prepare("insert into released_sets (user_id, dataset, assignment_id, released_at, units) values ('usr_1', 'people', ?, 5, ?)");
    for (const [assignment, set] of [['asg_1', before('=1:a;', 20)], ['asg_1', before('', 50)], ['asg_1', before('=1:b;', 30)], ['asg_2', before('=1:a;', 21)]] as const) insert.run(assignment, JSON.stringify(set));
    sql.prepare("insert into reviews (id, assignment_id, user_id, hash, question, shown, record, answer, state, made_at, deadline_at) values ('rev_1', 'asg_3', 'usr_1', 'h', 'q', '{}', ?, x'01', 'waiting', 1, 9000)").run(JSON.stringify({ measurement: { sets: [before('', 60)] } }));
    sql.close();
    const store = open();
    const family = { dataset: 'people', version: 'v', feature: 'people', recipe: { plan: { kind: 'scan' }, carrier: 1, making: JSON.stringify({ suppress: [], carriers: 'c' }) } };
    expect(store.releasedSets.of('usr_1', ['people'])).toEqual([{ ...family, sizes: [50, 20, 30], sums: ['s50', 's20', 's30'], hasAll: true, isApart: true }, { ...family, sizes: [21], sums: ['s21'], hasAll: false, isApart: false }]);
    expect(store.reviews.pending('usr_1')).toEqual([{ measurement: { sets: [{ ...family, sizes: [60], sums: ['s60'], hasAll: false, isApart: false }] } }]);
  });
});

describe('policies and datasets that were set later', () => {
  it('count by their newest line, and keep every one before', () => {
    const { policies, datasets } = open();
    for (const hash of ['a', 'b']) policies.set({ dataset: 'people', hash, written: { savable: hash === 'b' }, setBy: 'ada' });
    policies.set({ dataset: 'other', hash: 'c', written: {}, setBy: 'ada' });
    expect(policies.active('people')).toEqual({ dataset: 'people', hash: 'b', written: { savable: true }, setAt: 1_000, setBy: 'ada' });
    expect(policies.history('people').map(({ hash }) => hash)).toEqual(['b', 'a']);
    expect(policies.active('none')).toBeUndefined();
    datasets.add('titanic', { name: 'titanic' }, 'ada');
    datasets.add('gone', { name: 'gone' }, 'ada');
    datasets.remove('gone', 'grace');
    expect(datasets.all().map(({ name }) => name)).toEqual(['titanic']);
    datasets.add('gone', { name: 'gone', again: true }, 'ada');
    expect(datasets.all().map(({ config }) => config)).toEqual([{ name: 'gone', again: true }, { name: 'titanic' }]);
    expect(datasets.history('gone').map(({ config, changedBy }) => [config === null, changedBy])).toEqual([[false, 'ada'], [true, 'grace'], [false, 'ada']]);
  });

  it.each(['dataset_policies', 'added_datasets', 'released_families'])('cannot be taken out of %s again', (table) => {
    const store = open();
    store.policies.set({ dataset: 'people', hash: 'a', written: {}, setBy: 'ada' });
    store.datasets.add('titanic', {}, 'ada');
    store.releasedSets.add('usr_1', 'asg_1', [{ dataset: 'people', version: 'v', feature: 'people', sizes: [10], sums: ['a'], hasAll: true, isApart: true, recipe: { plan: {}, carrier: 0, making: null } }]);
    const sql = new DatabaseSync(join(home, 'store.sqlite'));
    expect(() => sql.exec(`delete from ${table}`)).toThrow('append-only');
    expect(() => sql.exec(`update ${table} set seq = seq + 1`)).toThrow('append-only');
    sql.close();
  });
});

describe('a stored frame', () => {
  const frame = (name: string, userId = 'usr_1') => ({ userId, name, plan: { version: 1 }, tables: {}, versions: { people: 'v1' }, expiresAt: 5_000 });

  it('is its maker’s alone, and gone when it expires', () => {
    const { frames } = open();
    frames.keep(frame('mine'), true);
    expect(frames.find('usr_1', 'mine')).toMatchObject({ versions: { people: 'v1' }, madeAt: 1_000 });
    expect(frames.find('usr_2', 'mine')).toBeUndefined();
    expect(frames.drop('usr_2', 'mine')).toBe(false);
    clock = 5_000;
    expect([frames.find('usr_1', 'mine'), frames.of('usr_1')]).toEqual([undefined, []]);
    clock = 4_000;
    frames.sweep();
    expect(frames.find('usr_1', 'mine')).toBeDefined();
    expect([frames.drop('usr_1', 'mine'), frames.drop('usr_1', 'mine')]).toEqual([true, false]);
  });

  it('survives a restart only where every policy lets it, and leaves no trace otherwise', () => {
    const first = open();
    first.frames.keep(frame('kept'), true);
    first.frames.keep(frame('fleeting'), false);
    // Made again under a stricter policy, the older one must not come back.
    first.frames.keep(frame('stricter'), true);
    first.frames.keep(frame('stricter'), false);
    expect(first.frames.of('usr_1').map(({ name }) => name).sort()).toEqual(['fleeting', 'kept', 'stricter']);
    close(first);
    expect(open().frames.of('usr_1').map(({ name }) => name)).toEqual(['kept']);
  });

  it('is one of a hundred at most', () => {
    const { frames } = open();
    for (let i = 0; i < 100; i++) frames.keep(frame(`f${i}`), i % 2 === 0);
    expect(codeOf(() => frames.keep(frame('more'), false))).toBe('usage.too-large');
    expect(codeOf(() => frames.keep(frame('f7'), true))).toBe('none');
    expect(codeOf(() => frames.keep(frame('more', 'usr_2'), true))).toBe('none');
  });
});

describe('a review', () => {
  const asked = (over: Partial<NewReview> = {}): NewReview => ({ assignmentId: 'asg_1', userId: 'usr_1', hash: 'shown', question: 'q', shown: { sentence: 's' }, record: { measurement: { sets: ['s'] } }, answer: Uint8Array.of(1, 2), deadlineAt: 9_000, ...over });
  const once = { runsLeft: 0, goodUntil: null };
  const decision = (over: object = {}) => ({ hash: 'shown', approve: true, by: 'ada', note: null, scope: once, ...over });

  it('waits through a restart, whole', () => {
    const first = open();
    const { id } = first.reviews.open(asked());
    close(first);
    expect(open().reviews.find(id)).toMatchObject({ state: 'waiting', answer: Uint8Array.of(1, 2), shown: { sentence: 's' }, deadlineAt: 9_000, decidedBy: null });
  });

  it('is decided once, in time, and of what was shown', () => {
    const { reviews } = open();
    const { id } = reviews.open(asked());
    expect(codeOf(() => reviews.decide(id, decision({ hash: 'other' })))).toBe('conflict.stale');
    expect(codeOf(() => reviews.decide('rev_none', decision()))).toBe('access.not-found');
    clock = 9_000;
    expect(codeOf(() => reviews.decide(id, decision()))).toBe('conflict.state');
    clock = 8_999;
    expect(reviews.decide(id, decision({ note: 'fine' }))).toMatchObject({ state: 'approved', decidedBy: 'ada', decidedAt: 8_999, note: 'fine' });
    expect(codeOf(() => reviews.decide(id, decision({ approve: false })))).toBe('conflict.state');
    reviews.end(id, 'expired');
    expect(reviews.find(id)!.state).toBe('approved');
  });

  it('is one for each assignment', () => {
    const { reviews } = open();
    const { id } = reviews.open(asked());
    expect(() => reviews.open(asked())).toThrow('UNIQUE');
    reviews.end(id, 'outdated');
    clock += 1;
    expect(reviews.open(asked({ hash: 'new' })).hash).toBe(reviews.ofAssignment('asg_1')!.hash);
  });

  it('that was approved is good for so many runs of the same question by the same modeller, or until then', () => {
    const { reviews } = open();
    const approve = (assignmentId: string, question: string, scope: { runsLeft: number | null; goodUntil: number | null }) => reviews.decide(reviews.open(asked({ assignmentId, question })).id, decision({ scope }));
    approve('asg_1', 'once', once);
    expect(reviews.approval('usr_1', 'once')).toBeUndefined();
    const { id } = approve('asg_2', 'twice', { runsLeft: 1, goodUntil: null });
    expect([reviews.approval('usr_1', 'twice')?.id, reviews.approval('usr_2', 'twice'), reviews.approval('usr_1', 'other')]).toEqual([id, undefined, undefined]);
    reviews.use(id);
    expect(reviews.approval('usr_1', 'twice')).toBeUndefined();
    approve('asg_3', 'until', { runsLeft: null, goodUntil: 3_000 });
    expect(reviews.approvedQuestions('usr_1')).toEqual(['until']);
    clock = 3_000;
    expect(reviews.approval('usr_1', 'until')).toBeUndefined();
    const denied = reviews.open(asked({ assignmentId: 'asg_4', question: 'denied', deadlineAt: 99_000 }));
    reviews.decide(denied.id, decision({ approve: false, scope: { runsLeft: null, goodUntil: null } }));
    expect(reviews.approvedQuestions('usr_1')).toEqual([]);
  });

  it('is forgotten when it is over and good for nothing more, and not before', () => {
    const { reviews, assignments } = open();
    const make = (assignmentId: string, question: string) => reviews.open(asked({ assignmentId, question, deadlineAt: 99_000 })).id;
    const [waits, denied, once_, often, going] = [make('asg_1', 'a'), make('asg_2', 'b'), make('asg_3', 'c'), make('asg_4', 'd'), make('asg_5', 'e')];
    reviews.decide(denied, decision({ approve: false }));
    reviews.decide(once_, decision());
    reviews.decide(often, decision({ scope: { runsLeft: null, goodUntil: 5_000 } }));
    assignments.claim('asg_5', 1);
    reviews.decide(going, decision());
    expect(reviews.waitingOf('usr_1')).toBe(1);
    reviews.sweep(1_000);
    expect(reviews.list()).toHaveLength(5);
    reviews.sweep(1_001);
    expect(reviews.list().map(({ id }) => id).sort()).toEqual([waits, often, going].sort());
    clock = 5_000;
    reviews.sweep(1_001);
    expect(reviews.list().map(({ id }) => id).sort()).toEqual([waits, going].sort());
  });

  it('counts as near for the difference rule until it is denied or has left', () => {
    const { reviews, assignments } = open();
    assignments.claim('asg_1', 1);
    const { id } = reviews.open(asked());
    expect(reviews.pending('usr_1')).toHaveLength(1);
    expect(reviews.pending('usr_2')).toEqual([]);
    reviews.decide(id, decision());
    expect(reviews.pending('usr_1')).toHaveLength(1);
    assignments.end('asg_1', { outcome: 'done', code: null, verdict: null, result: null });
    expect(reviews.pending('usr_1')).toEqual([]);
    reviews.decide(reviews.open(asked({ assignmentId: 'asg_2' })).id, decision({ approve: false }));
    expect(reviews.pending('usr_1')).toEqual([]);
  });
});

describe('what was answered', () => {
  it('is counted for a day, by modeller and dataset, and an answer only once', () => {
    const { queryCounts } = open();
    queryCounts.add('usr_1', 'asg_1', ['people', 'other']);
    queryCounts.add('usr_1', 'asg_1', ['people']);
    queryCounts.add('usr_2', 'asg_2', ['people']);
    clock += 10;
    queryCounts.add('usr_1', 'asg_3', ['people']);
    expect([...queryCounts.lastDay('usr_1')]).toEqual([['other', 1], ['people', 2]]);
    clock = 1_000 + day;
    expect([...queryCounts.lastDay('usr_1')]).toEqual([['people', 1]]);
    queryCounts.sweep();
    expect([...queryCounts.lastDay('usr_1')]).toEqual([['people', 1]]);
  });

  it('is given again to the same modeller only', () => {
    const { answered } = open();
    answered.keep({ userId: 'usr_1', question: 'q', record: { rows: 3 }, answer: Uint8Array.of(7) });
    answered.keep({ userId: 'usr_1', question: 'q', record: { rows: 4 }, answer: Uint8Array.of(8) });
    expect(answered.find('usr_1', 'q')).toEqual({ userId: 'usr_1', question: 'q', record: { rows: 3 }, answer: Uint8Array.of(7) });
    expect(answered.find('usr_2', 'q')).toBeUndefined();
    for (let i = 0; i < 510; i++) {
      clock += 1;
      answered.keep({ userId: 'usr_1', question: `q${i}`, record: null, answer: Uint8Array.of(1) });
    }
    expect([answered.questions('usr_1').length, answered.find('usr_1', 'q'), answered.questions('usr_1')[0]]).toEqual([500, undefined, 'q509']);
  });

  it('leaves its sets of units behind: of a modeller, of a dataset, the same ones once whatever was asked of them', () => {
    const { releasedSets } = open();
    const family = (dataset: string, sums: string[], plan: object = {}): ReleasedFamily => ({ dataset, version: 'v', feature: 'people', sizes: sums.map(() => 10), sums, hasAll: true, isApart: false, recipe: { plan, carrier: 0, making: null } });
    releasedSets.add('usr_1', 'asg_1', [family('people', ['a', 'b']), family('people', ['a', 'c']), family('people', ['a', 'b'])]);
    releasedSets.add('usr_1', 'asg_2', [family('people', ['a', 'b'], { another: 'plan' }), family('other', ['d'])]);
    expect(releasedSets.of('usr_1', ['people', 'other']).map(({ sums }) => sums)).toEqual([['a', 'b'], ['a', 'c'], ['d']]);
    expect(releasedSets.of('usr_1', ['other'])).toEqual([family('other', ['d'])]);
    expect(releasedSets.of('usr_2', ['people'])).toEqual([]);
    expect(releasedSets.of('usr_1', ['people'], 1_000)).toEqual([]);
  });

  it('can be asked again, newest first, with how it ended', () => {
    const { asked } = open();
    const query = (assignmentId: string, datasets: string[], decision: string) => ({ assignmentId, asker: { userId: 'usr_1', email: 'a@b', role: 'viewer', isCustodian: false }, datasets, plan: '{}', tables: {}, decision });
    asked.note(query('asg_1', ['people'], 'waiting'));
    asked.note(query('asg_2', ['other', 'people'], 'released'));
    asked.note(query('asg_3', ['other'], 'denied'));
    asked.note(query('asg_1', ['people'], 'released'));
    expect(asked.last('people', 10).map(({ assignmentId, decision }) => [assignmentId, decision])).toEqual([['asg_2', 'released'], ['asg_1', 'released']]);
    expect(asked.last('people', 1)).toHaveLength(1);
  });
});
