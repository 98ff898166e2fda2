import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { col, scan } from '@podnet/plan';
import { queryTask } from '../../testing/asked-query.ts';
import { LivingPod } from '../../testing/living-pod.ts';
import { RecordedTerminal } from '../../testing/recorded-terminal.ts';
import { run } from '../run.ts';

const yaml = `    policy: { safe_zone: { aggregation: { min_size: 10 } }, unsafe_handling: reject }\n`;
const byGroup = scan('people').groupBy('group').agg(col('height').mean().alias('mean')).sort('group');

let pod: LivingPod;
afterEach(() => pod?.clear());

interface Told {
  exit: number;
  data: Record<string, unknown>;
  error: { code: string; at?: string; detail: string; causes?: { at?: string }[] };
}

async function custodian(...args: string[]): Promise<Told> {
  const terminal = new RecordedTerminal();
  const exit = await run([...args, '--config', pod.house.configPath, '--json'], terminal);
  return { exit, ...(JSON.parse(terminal.lines.at(-1)!) as Omit<Told, 'exit'>) };
}

async function said(...args: string[]): Promise<string> {
  const terminal = new RecordedTerminal();
  expect(await run([...args, '--config', pod.house.configPath], terminal)).toBe(0);
  return [...terminal.lines, ...terminal.said].join('\n');
}

/** The pod, which runs, has noticed. */
const applied = (dataset: string, { data }: Told): Promise<void> => pod.house.hub.when(() => pod.agent.policyHash(dataset) === data['hash'], 'the policy applies', 2_000);

const inFolder = (name: string, text: string): string => {
  const path = join(pod.house.folder, name);
  writeFileSync(path, text);
  return path;
};
const served = (): string[] => (pod.house.hub.published.at(-1) as { schemas: { dataset: string }[] }).schemas.map(({ dataset }) => dataset);
const ended = async (task: Parameters<typeof pod.house.submit>[0]) => pod.house.hub.ended(await pod.house.submit(task));
const visits = ['city,stay,name', ...Array.from({ length: 40 }, (_, i) => `${i % 2 ? 'rome' : 'oslo'},${i},canary-${i}`)].join('\n');

describe('a dataset that is added while the pod runs', () => {
  it('is published and answers at once, under its own policy, and is gone when it is removed', async () => {
    pod = await LivingPod.build({ yaml });
    const policy = inFolder('policy.yaml', 'safe_zone: { aggregation: { min_size: 20 } }\nunsafe_handling: reject\n');
    const { exit, data } = await custodian('dataset', 'add', inFolder('Visits 2026.csv', visits), '--policy', policy, '--ignore', 'name');
    expect([exit, data]).toEqual([0, { name: 'visits-2026', columns: 2, policy: expect.stringMatching(/^[\w-]{43}$/) as string, warnings: expect.any(Array) as unknown }]);
    const begun = performance.now();
    await pod.house.hub.when(() => served().includes('visits-2026'), 'it is published');
    expect(performance.now() - begun).toBeLessThan(5_000);
    expect(JSON.stringify(pod.house.hub.published.at(-1))).not.toContain('canary');

    const task = queryTask(scan('visits-2026').groupBy('city').len(), { payload: { dataset: 'visits-2026' } });
    expect((await ended(task)).state).toBe('done');
    writeFileSync(policy, 'safe_zone: { aggregation: { min_size: 21 } }\nunsafe_handling: reject\n');
    await applied('visits-2026', await custodian('policy', 'set', 'visits-2026', policy));
    expect((await ended(task)).state).toBe('denied');

    expect((await custodian('dataset', 'list')).data['datasets']).toMatchObject([{ name: 'people', from: 'pod.yaml', policy: { from: 'pod.yaml' } }, { name: 'visits-2026', from: 'added', policy: { from: 'set' } }]);
    expect((await custodian('dataset', 'remove', 'visits-2026')).exit).toBe(0);
    await pod.house.hub.when(() => !served().includes('visits-2026'), 'it is not published any more');
    expect(await ended(task)).toMatchObject({ state: 'denied', code: 'dataset.unknown' });
    expect(pod.store.audit.entries().map(({ action }) => action)).toEqual(expect.arrayContaining(['dataset.added', 'policy.set', 'dataset.removed']));
  });

  it('can be joined with others of the pod, by those whose role covers both', async () => {
    pod = await LivingPod.build({ yaml });
    await custodian('dataset', 'add', inFolder('visits.csv', visits));
    await pod.house.hub.when(() => served().includes('visits'), 'it is published');
    const both = queryTask(scan('people').join(scan('visits'), { leftOn: 'age', rightOn: 'stay' }).groupBy('group').len());
    expect((await ended(both)).state).toMatch(/done|denied/);
    const narrow = await pod.house.submit({ ...both, grant: { dataset: 'people' } });
    expect(await pod.house.hub.ended(narrow)).toMatchObject({ state: 'denied', code: 'dataset.unknown' });
    // Word for word what is said of one that nobody has.
    const nowhere = await pod.house.submit(queryTask(scan('people').join(scan('nowhere'), { leftOn: 'age', rightOn: 'stay' }).groupBy('group').len(), { grant: { dataset: 'people' } }));
    await pod.house.hub.ended(nowhere);
    const [a, b] = [await pod.house.verdict(narrow), await pod.house.verdict(nowhere)];
    expect(a.checks).toEqual(b.checks);
  });

  it('has the columns, the split and the bounds of its settings, and whoever wrote them wrongly learns where', async () => {
    pod = await LivingPod.build({ yaml });
    const file = inFolder('visits.csv', visits);
    const settings = (text: string) => custodian('dataset', 'add', file, '--ignore', 'name', '--settings', inFolder('settings.yaml', text));
    const mistakes: [string, string, string][] = [
      ['columns: { stay: { type: integer, lower: 9, upper: 0 } }\n', 'config.invalid', 'settings.yaml:1:'],
      ['description: Stays\ncolums: {}\n', 'usage.unknown-key', 'settings.yaml:2:1'],
      ['name: other\n', 'usage.unknown-key', 'settings.yaml:1:1'],
      ['policy: { unsafe_handling: log }\n', 'usage.unknown-key', 'settings.yaml:1:1'],
      ['columns: [', 'usage.malformed', 'settings.yaml:1:'],
      ['differential_privacy: { max_rows: 0 }\n', 'config.invalid', 'settings.yaml:1:'],
      ['columns: { gone: { type: integer } }\n', 'data.missing-column', ''],
    ];
    for (const [text, code, at] of mistakes) {
      const { exit, error } = await settings(text);
      expect({ text, exit: exit !== 0, code: error.code, at: (error.at ?? '').startsWith(at) ? at : error.at }).toEqual({ text, exit: true, code, at });
    }
    expect((await custodian('dataset', 'list')).data['datasets']).toHaveLength(1);
    const added = await settings('ignore: []\ncolumns: { stay: { type: integer, lower: 0, upper: 40 }, city: { type: category, domain: [oslo, rome] } }\nsplit: { train: 100 }\ndifferential_privacy: { max_rows: 1, budget: { epsilon: 2, delta: 0.00001 } }\n');
    expect(added).toMatchObject({ exit: 0, data: { name: 'visits', columns: 2 } });
    await pod.house.hub.when(() => served().includes('visits'), 'it is published');
    const schema = (pod.house.hub.published.at(-1) as { schemas: { dataset: string }[] }).schemas.find(({ dataset }) => dataset === 'visits');
    expect(schema).toMatchObject({ columns: expect.arrayContaining([expect.objectContaining({ name: 'stay', bounds: { lower: 0, upper: 40, granularity: 1 } })]) as unknown });
    expect((await custodian('budget', 'show')).data['budgets']).toMatchObject([{ scope: 'dataset', subject: 'visits', limit: { epsilon: 2 } }]);
    // The doctor looks at what was added, too.
    writeFileSync(file, '');
    const terminal = new RecordedTerminal();
    await run(['doctor', '--config', pod.house.configPath, '--json'], terminal);
    const { findings } = (JSON.parse(terminal.lines.join('')) as { data: { findings: { check: string; passed: boolean }[] } }).data;
    expect(findings.filter(({ check }) => check.startsWith('data:')).map(({ check, passed }) => [check, passed])).toEqual([['data:people', true], ['data:visits', false]]);
  });

  it('is refused when its file or name does not serve', async () => {
    pod = await LivingPod.build({ yaml });
    const file = inFolder('visits.csv', visits);
    expect((await custodian('dataset', 'add', inFolder('broken.csv', 'a,a\n1,2\n'))).error.code).toBe('data.duplicate-column');
    expect((await custodian('dataset', 'add', join(pod.house.folder, 'none.csv'))).error.code).toBe('data.unreadable');
    expect((await custodian('dataset', 'add', file, '--name', 'people')).error.code).toBe('conflict.exists');
    expect((await custodian('dataset', 'add', file, '--name', '../x')).error).toMatchObject({ code: 'usage.invalid', at: '--name' });
    expect((await custodian('dataset', 'remove', 'people')).error.code).toBe('conflict.state');
    expect((await custodian('dataset', 'remove', 'none')).error.code).toBe('dataset.unknown');
    expect((await custodian('dataset', 'add', file)).exit).toBe(0);
    expect((await custodian('dataset', 'add', file)).error.code).toBe('conflict.exists');
    expect((await custodian('dataset', 'add', file, '--replace')).exit).toBe(0);
    expect((await custodian('dataset', 'list')).data['datasets']).toHaveLength(2);
  });
});

describe('a policy', () => {
  it('that is set while the pod runs applies within a second, and says whether it tightens', async () => {
    pod = await LivingPod.build({ yaml });
    expect((await ended(queryTask(byGroup))).state).toBe('done');
    const before = (await custodian('policy', 'show', 'people')).data;
    expect(before).toMatchObject({ from: 'pod.yaml', history: [] });
    const tighter = await custodian('policy', 'set', 'people', inFolder('p.yaml', 'policy:\n  safe_zone: { aggregation: { min_size: 21 } }\n  unsafe_handling: reject\n'));
    expect(tighter.data).toMatchObject({ before: before['hash'], change: { direction: 'tightens' } });
    await applied('people', tighter);
    // What was answered under the older one is not repeated under this.
    expect((await ended(queryTask(byGroup))).state).toBe('denied');
    expect((await custodian('policy', 'set', 'people', inFolder('q.yaml', 'safe_zone: { aggregation: { min_size: 5 } }\nunsafe_handling: reject\n'))).data).toMatchObject({ change: { direction: 'loosens' } });
    expect(await custodian('policy', 'show', 'people')).toMatchObject({ data: { from: 'set', history: [{}, {}] } });
  });

  const mistakes: [string, string, string][] = [
    ['a key that nobody knows', 'safe_zone: { aggregation: { min_size: 10 } }\nunsafe_handlin: reject\n', 'p.yaml:2:1'],
    ['a rule that is malformed', 'safe_zone:\n  any_of:\n    - aggregation: { min_sise: 10 }\n', 'p.yaml:3:'],
    ['an empty list', 'safe_zone:\n  any_of: []\n', 'p.yaml:2:11'],
    ['more than there are', 'safe_zone:\n  at_least: { n: 2, of: [always: true] }\n', 'p.yaml:2'],
    ['no YAML', 'safe_zone: [', 'p.yaml:1'],
    ['a handling that is none', 'policy:\n  unsafe_handling: shrug\n', 'p.yaml:2:20'],
  ];
  it('is refused with line and column of what is wrong, and nothing changes', async () => {
    pod = await LivingPod.build({ yaml });
    for (const [what, text, at] of mistakes) {
      const { exit, error } = await custodian('policy', 'set', 'people', inFolder('p.yaml', text));
      expect({ what, exit, at: error.at!.startsWith(at) ? at : error.at }).toEqual({ what, exit: 2, at });
    }
    expect((await custodian('policy', 'set', 'people', join(pod.house.folder, 'none.yaml'))).error.code).toBe('config.invalid');
    expect((await custodian('policy', 'set', 'none', inFolder('p.yaml', 'unsafe_handling: log\n'))).error.code).toBe('dataset.unknown');
    expect(pod.store.policies.history('people')).toEqual([]);
  });

  it('that names a column which is not there is refused, for it would protect nothing', async () => {
    pod = await LivingPod.build({ yaml });
    const slip = await custodian('policy', 'set', 'people', inFolder('p.yaml', 'sanitized_columns: [hieght]\n'));
    expect(slip).toMatchObject({ exit: 2, error: { code: 'schema.unknown-column', at: 'p.yaml' } });
    expect((await custodian('policy', 'set', 'people', inFolder('p.yaml', 'safe_zone: { all_of: [always, { columns: { deny: [adress] } }] }\n'))).error.code).toBe('schema.unknown-column');
    expect((await custodian('dataset', 'add', inFolder('visits.csv', visits), '--policy', inFolder('p.yaml', 'privacy_unit: nmae\n'))).error.code).toBe('schema.unknown-column');
    // One that is ignored is there for the policy.
    expect((await custodian('policy', 'set', 'people', inFolder('p.yaml', 'privacy_unit: note\nsanitized_columns: [note]\n'))).exit).toBe(0);
    expect(pod.store.policies.history('people')).toHaveLength(1);
  });

  it('is tried out on what was asked before: which answers would change, and nothing else does', async () => {
    pod = await LivingPod.build({ yaml });
    await ended(queryTask(byGroup));
    await ended(queryTask(scan('people').groupBy('y').len()));
    await ended(queryTask(scan('people').head(3)));
    const draft = inFolder('draft.yaml', 'safe_zone: { aggregation: { min_size: 25 } }\ndifference: { min_size: 10 }\nunsafe_handling: review\n');
    const { data } = await custodian('policy', 'test', 'people', draft);
    expect(data).toMatchObject({ queries: 3, changed: 2, results: [{ now: 'denied', then: 'review' }, { now: 'released', then: 'released' }, { now: 'released', then: 'review' }] });
    expect(await said('policy', 'test', 'people', draft, '--last', '1')).toMatch(/1 of the last 1 queries would end otherwise/);
    expect(pod.store.policies.history('people')).toEqual([]);
    expect(pod.store.asked.last('people', 10)).toHaveLength(3);
  });
});

describe('the audit of a pod', () => {
  it('is listed by modeller, dataset, verdict and time, and by column', async () => {
    pod = await LivingPod.build({ yaml });
    await ended(queryTask(byGroup));
    await ended(queryTask(scan('people').head(3)));
    const list = async (...filter: string[]): Promise<unknown[]> => ((await custodian('audit', 'list', ...filter)).data['entries'] as { action: string }[]).map(({ action }) => action);
    expect(await list('--verdict', 'released')).toEqual(['query.released']);
    expect(await list('--verdict', 'flagged', '--modeller', 'modeller@example.org')).toEqual(['query.denied']);
    expect(await list('--modeller', 'nobody@example.org')).toEqual([]);
    expect(await list('--dataset', 'people', '--verdict', 'denied', '--since', '1h')).toEqual(['query.denied']);
    expect(await list('--until', '2020-01-01')).toEqual([]);
    expect((await custodian('audit', 'list', '--verdict', 'maybe')).error).toMatchObject({ code: 'usage.invalid', at: '--verdict' });
    expect((await custodian('audit', 'list', '--since', 'yesterday')).error).toMatchObject({ code: 'usage.invalid', at: '--since' });
    expect((await custodian('audit', 'columns')).data['columns']).toMatchObject([
      { dataset: 'people', column: 'group', modeller: 'modeller@example.org', used: 1, revealed: 1 },
      { dataset: 'people', column: 'height', modeller: 'modeller@example.org', used: 1, revealed: 1 },
    ]);
    expect(await said('audit', 'list')).toMatch(/query\.released {2}modeller@example\.org {2}\(people\) {2}From people/);
    expect(await said('audit', 'columns')).toMatch(/people +height +modeller@example\.org/);
  });

  it('verifies offline, from an export too, and names the first entry that was changed', async () => {
    pod = await LivingPod.build({ yaml });
    await ended(queryTask(byGroup));
    await pod.rest();
    const out = join(pod.house.folder, 'audit.jsonl');
    expect((await custodian('audit', 'export', '--out', out)).exit).toBe(0);
    expect((await custodian('audit', 'export', '--out', out)).error.code).toBe('conflict.exists');
    const { data } = await custodian('audit', 'verify');
    expect((await custodian('audit', 'verify', '--file', out)).data).toEqual(data);

    const lines = readFileSync(out, 'utf8').trim().split('\n');
    const at = lines.findIndex((line) => line.includes('query.released'));
    writeFileSync(out, lines.with(at, lines[at]!.replace('"rows":2', '"rows":3')).join('\n'));
    expect(await custodian('audit', 'verify', '--file', out)).toMatchObject({ exit: 11, error: { code: 'audit.broken', at: `audit[${at + 1}]` } });

    const sql = new DatabaseSync(join(pod.house.home, 'store.sqlite'));
    sql.exec(`drop trigger audit_no_update; update audit set detail = replace(detail, '"flagged":false', '"flagged":true') where action = 'query.released'`);
    sql.close();
    expect(await custodian('audit', 'verify')).toMatchObject({ exit: 11, error: { code: 'audit.broken', at: `audit[${at + 1}]` } });
    // A broken one can still be looked at.
    expect((await custodian('audit', 'list')).exit).toBe(0);
  });
});

describe('commands of the custodian', () => {
  it('say what they want', async () => {
    pod = await LivingPod.build({ yaml });
    expect((await custodian('review', 'aprove', 'x')).error).toMatchObject({ code: 'usage.invalid' });
    expect((await custodian('review', 'approve')).error.detail).toBe('This command wants: review.');
    expect((await custodian('review', 'show', 'rev_none')).error.code).toBe('access.not-found');
    expect((await custodian('review', 'list', '--state', 'lost')).error.at).toBe('--state');
    expect((await custodian('policy', 'test', 'people', 'x', '--last', '0')).error.at).toBe('--last');
    expect((await custodian('audit', 'list', '--modeler', 'x')).error.code).toBe('usage.unknown-key');
  });
});
