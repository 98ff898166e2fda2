import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { grantToken, typ, type ClaimedAssignment, type GrantToken, type PodDetail, type TaskProgress } from '@podnet/contracts';
import { canonicalJson, decodeBase64url, encodeBase64url, fingerprint, makeKeys, publicHalf, sha256Base64url, sign, type KeyPair, type PrivateJwk } from '@podnet/envelope';
import type { House } from '@podnet/launch';
import { connect, memoryStore, type Podnet } from '@podnet/sdk';
import { stringify } from 'yaml';
import { Shell } from './command-line.ts';
import { EvilHub } from './evil-hub.ts';
import { withHubDatabase } from './hub-database.ts';
import { assign, cloudColumns, podYaml, temporaryHouse, twoClouds } from './temporary-house.ts';

/** Real pods and a real SDK behind a hub that lies. */
let house: House;
let home: string;
let close: () => Promise<void>;
let evil: EvilHub;
let shell: Shell;
let modeller: Podnet;
let hubKey: PrivateJwk;
let stranger: KeyPair;
const podIds = new Map<string, string>();
const average = (...pods: string[]) => ({ version: 1 as const, pods: pods.map((pod) => `${pod}/records`), protocol: { name: 'results-only' }, algorithm: { name: 'column-average', columns: ['a'] }, limits: { deadline: '1m' } });

beforeAll(async () => {
  ({ house, home, close } = await temporaryHouse());
  evil = await EvilHub.before(house.hubUrl);
  await house.admin();
  const custodian = await house.person('custodian');
  const person = await house.person('modeller');
  // The pods dial the liar, and so do the modeller's SDK and command line.
  await Promise.all(['north', 'south'].map((name, i) => house.addPod(custodian, name, podYaml(home, evil.url, { name, csv: twoClouds(60, i + 1), columns: cloudColumns }))));
  await assign(custodian, person, 'super-modeller', ['north', 'south']);
  for (const name of ['north', 'south']) podIds.set(name, (await custodian.podnet.pods.find(name)).id);
  modeller = connect({ hub: evil.url, store: memoryStore() });
  await modeller.session.signIn({ email: person.email, password: person.password });
  await modeller.keys.add('another device');
  hubKey = (JSON.parse(readFileSync(join(home, 'hub/hub-keys.json'), 'utf8')) as { signing: [PrivateJwk] }).signing[0];
  stranger = await makeKeys();
  const folder = join(home, 'shell');
  mkdirSync(folder);
  shell = new Shell(folder, { PODNET_HOME: join(folder, 'keys'), PODNET_HUB: evil.url, PODNET_PASSWORD: person.password });
  expect((await shell.run(['login', '--email', person.email])).exit).toBe(0);
}, 120_000);
afterEach(() => evil?.honest());
afterAll(async () => {
  shell?.close();
  modeller?.close();
  await close();
  await evil?.close();
});

/** What a token says, unverified. */
const claimsOf = <T>(jws: string): T => JSON.parse(new TextDecoder().decode(decodeBase64url(jws.split('.')[1]!))) as T;
/** The same token with other claims under the old signature. */
const repainted = (jws: string, claims: object): string => jws.split('.').with(1, encodeBase64url(new TextEncoder().encode(canonicalJson(claims)))).join('.');
const signedGrant = (claimed: ClaimedAssignment, change: Partial<GrantToken>, key: PrivateJwk): Promise<string> => sign({ typ: typ.grant, payload: grantToken.parse({ ...claimsOf<GrantToken>(claimed.grant!), ...change }), key });

/** Lies in what the pod `north` is given, and answers how its part of a task ended. */
async function lied(lie: (claimed: ClaimedAssignment) => Partial<ClaimedAssignment> | Promise<Partial<ClaimedAssignment>>, pods = ['north', 'south']) {
  evil.onClaim = async (claimed, podId) => (podId === podIds.get('north') ? { ...claimed, ...(await lie(claimed)) } : claimed);
  const handle = await modeller.tasks.submit(average(...pods));
  await expect(handle.outcome()).rejects.toMatchObject({ name: 'Fault' });
  const { assignments } = await modeller.tasks.show(handle.taskId);
  return assignments.find(({ podName }) => podName === 'north')!;
}

describe('a pod whose hub lies', () => {
  const ended = (hours: number): Partial<GrantToken> => ({ issuedAt: Date.now() - hours * 3_600_000, expiresAt: Date.now() - hours * 3_600_000 + 60_000 });
  const rows: [string, string, (claimed: ClaimedAssignment) => Partial<ClaimedAssignment> | Promise<Partial<ClaimedAssignment>>][] = [
    ['swaps the payloads of two pods', 'envelope.tampered', () => ({ payload: evil.submitted.at(-1)!.payloads.find(({ podId }) => podId !== podIds.get('north'))!.payload })],
    ['changes one letter of the manifest', 'envelope.bad-signature', ({ manifest }) => ({ manifest: repainted(manifest, { ...claimsOf<object>(manifest), protocol: { name: 'results-only', version: 2 } }) })],
    ['signs the manifest with a key of its own', 'envelope.unknown-key', async ({ manifest }) => ({ manifest: await sign({ typ: typ.manifest, payload: claimsOf(manifest), key: stranger.signing }) })],
    ['gives a manifest where a grant belongs', 'envelope.wrong-type', ({ manifest }) => ({ grant: manifest })],
    ['makes the modeller stronger in the grant', 'envelope.bad-signature', ({ grant }) => ({ grant: repainted(grant!, { ...claimsOf<GrantToken>(grant!), epsilonLimit: 100 }) })],
    ['gives a grant that another hub has signed', 'envelope.unknown-key', async (claimed) => ({ grant: await signedGrant(claimed, {}, stranger.signing) })],
    ['gives a grant that has expired', 'envelope.expired', async (claimed) => ({ grant: await signedGrant(claimed, ended(2), hubKey) })],
    ['gives an old grant that claims to be good for years', 'envelope.expired', async (claimed) => ({ grant: await signedGrant(claimed, { ...ended(1), expiresAt: Date.now() + 1e11 }, hubKey) })],
    ['gives a grant for another pod', 'envelope.wrong-recipient', async (claimed) => ({ grant: await signedGrant(claimed, { podId: podIds.get('south')! }, hubKey) })],
    ['gives the grant of somebody with other devices', 'envelope.unknown-key', async (claimed) => ({ grant: await signedGrant(claimed, { devices: [publicHalf(stranger)] }, hubKey) })],
    ['gives no payload at all', 'envelope.tampered', () => ({ payload: 'a.b.c.d.e' })],
    ['gives a grant that is none', 'envelope.malformed', () => ({ grant: 'a.b.c' })],
  ];

  it.each(rows)('refuses, with its own code, when it %s', async (_, code, lie) => {
    expect(await lied(lie)).toMatchObject({ state: 'failed', code, hasResult: false });
  }, 30_000);

  it('denies when the grant is taken away', async () => {
    expect(await lied(() => ({ grant: null }))).toMatchObject({ state: 'denied', code: 'policy.no-access', hasResult: false });
  }, 30_000);

  it('does not run a task again under another assignment', async () => {
    let earlier: ClaimedAssignment | undefined;
    evil.onClaim = (claimed, podId) => ((earlier = podId === podIds.get('north') ? claimed : earlier), claimed);
    await (await modeller.tasks.submit(average('north', 'south'))).outcome();
    const { manifest, payload, grant } = earlier!;
    expect(await lied(() => ({ manifest, payload, grant }))).toMatchObject({ state: 'failed', code: 'envelope.replayed', hasResult: false });
  }, 30_000);

  it('does not run a task that is addressed to another pod', async () => {
    await (await modeller.tasks.submit(average('south'))).outcome();
    const { manifest, payloads } = evil.submitted.at(-1)!;
    expect(await lied(() => ({ manifest, payload: payloads[0]!.payload }))).toMatchObject({ state: 'failed', code: 'envelope.wrong-recipient', hasResult: false });
  }, 30_000);

  it('lets nothing out of what it refused, and serves honest tasks on', async () => {
    expect((await (await modeller.tasks.submit(average('north', 'south'))).outcome()).contributors).toHaveLength(2);
    const held = await withHubDatabase(home, (client) => client.query<{ n: string }>(`select count(*) as n from "Assignment" where "state" = 'failed' and "result" is not null`));
    expect(held.rows[0]!.n).toBe('0');
  }, 30_000);
});

describe('a modeller whose hub lies', () => {
  /** Changes a pod's part in what the watcher of a task is told. */
  const inProgress = (change: (part: TaskProgress['assignments'][number]) => object) => (task: TaskProgress): TaskProgress => ({ ...task, assignments: task.assignments.map((part) => (part.podName === 'north' ? { ...part, ...change(part) } : part)) });

  /** Runs a task and answers which pods' verdicts counted. */
  async function verdictsOf(...pods: string[]): Promise<string[]> {
    const heard: string[] = [];
    await (await modeller.tasks.submit(average(...pods))).outcome({ onEvent: (event) => event.type === 'verdict' && heard.push(event.verdict.podName) });
    // A pod says more than once what it thinks: at its admission, and when the policies of its datasets have judged the answer.
    return [...new Set(heard)].sort();
  }

  it('does not take the verdict on another task, or of another pod, or a changed one, for what a pod has said', async () => {
    expect(await verdictsOf('north', 'south')).toEqual(['north', 'south']);
    const [earlier] = await modeller.tasks.list({ limit: 1 });
    const of = (name: string): string => earlier!.assignments.find(({ podName }) => podName === name)!.verdict!;
    const changed = (jws: string): string => repainted(jws, { ...claimsOf<object>(jws), decision: 'deny', code: 'policy.denied' });
    for (const lie of [() => of('north'), () => of('south'), changed]) {
      evil.onProgress = inProgress(({ verdict }) => (verdict ? { verdict: lie(verdict) } : {}));
      expect(await verdictsOf('north', 'south')).toEqual(['south']);
    }
  }, 30_000);

  const results: [string, (own: Results, earlier: Results) => Results][] = [
    ['the result of the same pod for another task', (own, earlier) => own.map((each) => (isOfNorth(each) ? { ...each, result: earlier.find(isOfNorth)!.result } : each))],
    ['the result of another pod', (own) => own.map((each) => (isOfNorth(each) ? { ...each, result: own.find((other) => !isOfNorth(other))?.result ?? each.result.slice(4) } : each))],
    ['a result that was changed', (own) => own.map((each) => (isOfNorth(each) ? { ...each, result: `${each.result.slice(0, -8)}AAAAAAAA` } : each))],
    ['a result that is not there', (own) => own.filter((each) => !isOfNorth(each))],
  ];
  type Results = { assignmentId: string; podId: string; result: string }[];
  const isOfNorth = ({ podId }: Results[number]): boolean => podId === podIds.get('north');

  it.each(results)('goes on without the pod in whose name the hub hands over %s', async (_, lie) => {
    const earlier = await modeller.tasks.submit(average('north', 'south'));
    await earlier.outcome();
    const { results: before } = await modeller.rest.call('taskResults', { params: { id: earlier.taskId } });
    evil.onAnswer = (path, answer) => (path.endsWith('/results') ? { results: lie((answer as { results: Results }).results, before) } : answer);
    const { summary, contributors } = await (await modeller.tasks.submit({ ...average('north', 'south'), limits: { minPods: 1 } })).outcome();
    expect(contributors).toEqual([podIds.get('south')]);
    expect(summary).toMatchObject({ absent: [{ pod: 'north', code: 'envelope.tampered' }] });
    // Without a pod to spare, the task ends and says that the answer was not the pod's.
    await expect((await modeller.tasks.submit(average('north', 'south'))).outcome()).rejects.toMatchObject({ code: 'envelope.tampered' });
  }, 30_000);

  const isNorth = (path: string): boolean => path === `/api/v1/pods/${podIds.get('north')}`;

  it('does not seal to other keys than those that the pod has signed', async () => {
    evil.onAnswer = (path, answer) => (isNorth(path) ? { ...answer, keys: { ...(answer['keys'] as object), encryption: publicHalf(stranger).encryption } } : answer);
    await expect(modeller.tasks.submit(average('north'))).rejects.toMatchObject({ code: 'envelope.tampered' });
  }, 30_000);

  it('does not believe a schema that the pod has not signed', async () => {
    evil.onAnswer = (path, answer) => {
      if (!isNorth(path)) return answer;
      const copy = structuredClone(answer) as unknown as PodDetail;
      copy.schemas[0]!.columns[0]!.name = 'salary';
      return copy as unknown as typeof answer;
    };
    await expect(modeller.tasks.submit(average('north'))).rejects.toMatchObject({ code: 'envelope.tampered' });
  }, 30_000);

  it('is stopped when the keys of a pod are not those of before, with exit status 11', async () => {
    // A pod of the hub's own making, signed and whole, in the place of the one that is known.
    const forged = await makeKeys();
    const detail = (await modeller.rest.call('showPod', { params: { id: podIds.get('north')! } })) as PodDetail;
    const card = { ...claimsOf<object>(detail.card!), keys: publicHalf(forged), datasets: await Promise.all(detail.schemas.map(async (schema) => ({ name: schema.dataset, schemaHash: await sha256Base64url(canonicalJson(schema)), version: schema.version }))) };
    const jws = await sign({ typ: typ.podCard, payload: card, key: forged.signing });
    const other = await fingerprint(publicHalf(forged));
    writeFileSync(join(shell.folder, 'task.yaml'), stringify(average('north')));
    expect((await shell.run(['task', 'run', 'task.yaml'])).exit).toBe(0);
    evil.onAnswer = (path, answer) => (isNorth(path) ? { ...answer, keys: publicHalf(forged), fingerprint: other, card: jws } : answer);
    await expect(modeller.tasks.submit(average('north'))).rejects.toMatchObject({ code: 'pin.changed' });
    const said = await shell.run(['task', 'run', 'task.yaml']);
    expect(said).toMatchObject({ exit: 11, out: '' });
    expect(said.err).toContain(other);
    expect(said.err).toContain('podnet pods trust north');
  }, 30_000);
});
