import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { podJoin, typ } from '@podnet/contracts';
import { fingerprint, openSigned, publicHalf } from '@podnet/envelope';
import { run } from '../commands/run.ts';
import { loadPins, pinnedKeys } from '../home/pins.ts';
import { loadPodKeys } from '../home/pod-keys.ts';
import { openStore } from '../store/store.ts';
import { FakeRegistry } from '../testing/fake-registry.ts';
import { RecordedTerminal } from '../testing/recorded-terminal.ts';

let folder: string;
let registry: FakeRegistry;
let terminal: RecordedTerminal;
const home = () => join(folder, 'home');

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pod-join-'));
  registry = await FakeRegistry.start();
  terminal = new RecordedTerminal();
  writeFileSync(join(folder, 'pod.yaml'), `version: 1\nname: north\nhub: ${registry.url}\nhome: ./home\ndatasets:\n  - { name: people, source: { csv: people.csv } }\n`);
  writeFileSync(join(folder, 'code'), 'GOOD-CODE\n');
});
afterEach(() => {
  registry.stop();
  rmSync(folder, { recursive: true, force: true });
});

const joining = (...more: string[]): Promise<number> => run(['join', '--config', join(folder, 'pod.yaml'), '--code-file', join(folder, 'code'), ...more], terminal);
const stored = (): string[] => (existsSync(home()) ? readdirSync(home()) : []);

describe('joining a hub', () => {
  it('shows what is to be compared, computed by the pod itself, and pins it when it was confirmed', async () => {
    terminal.isInteractive = true;
    terminal.answer = true;
    expect(await joining()).toBe(0);
    const shown = terminal.said.join('\n');
    expect(shown).toContain(await registry.hubFingerprint);
    expect(shown).toContain(await registry.custodianFingerprint);
    expect(shown).not.toMatch(/claimed/i);
    const pins = loadPins(home());
    const pinned = await pinnedKeys(pins);
    expect([pins.podId, pins.hub.name, [...pinned.hub.keys()], pinned.custodian.size]).toEqual([registry.podId, 'the-hub', [await registry.hubFingerprint], 1]);
    expect(terminal.lines.join('\n')).toContain(await fingerprint(publicHalf(loadPodKeys(home()).pair)));
    expect([statSync(home()).mode & 0o777, statSync(join(home(), 'keys.json')).mode & 0o777, statSync(join(home(), 'pins.json')).mode & 0o777]).toEqual([0o700, 0o600, 0o600]);
    const store = openStore(home());
    expect(store.audit.entries().map((entry) => entry.action)).toEqual(['pod.joined']);
    store.close();
  });

  it('stores nothing when the fingerprints are not confirmed', async () => {
    terminal.isInteractive = true;
    expect(await joining()).toBe(11);
    expect(stored()).toEqual([]);
  });

  it('asks nobody when the right fingerprints are given, and stores nothing when a wrong one is', async () => {
    const [hub, custodian] = [await registry.hubFingerprint, await registry.custodianFingerprint];
    expect(await joining('--hub-fingerprint', hub, '--custodian-fingerprint', 'AAAA-BBBB')).toBe(11);
    expect(await joining('--hub-fingerprint', hub.toLowerCase(), '--custodian-fingerprint', custodian)).toBe(11);
    expect(stored()).toEqual([]);
    expect(await joining('--hub-fingerprint', hub, '--custodian-fingerprint', custodian.toLowerCase().replaceAll('-', ' '), '--json')).toBe(0);
    expect(JSON.parse(terminal.lines.at(-1)!)).toMatchObject({ ok: true, data: { podId: registry.podId, podName: 'north', hub: { fingerprint: hub }, custodian: { devices: [{ fingerprint: custodian }] } } });
  });

  it('needs somebody to compare', async () => {
    expect(await joining('--json')).toBe(2);
    expect(JSON.parse(terminal.lines.at(-1)!)).toMatchObject({ ok: false, error: { code: 'usage.needs-terminal' } });
    expect(stored()).toEqual([]);
  });

  it('proves that it holds the keys it presents, and sends neither the code’s hash alone nor a private half', async () => {
    expect(await joining('--trust-first')).toBe(0);
    const [body] = registry.bodies as { proof: string }[];
    const { pair } = loadPodKeys(home());
    const { payload } = await openSigned(body!.proof, { typ: typ.podJoin, keys: () => publicHalf(pair).signing });
    expect(podJoin.parse(payload).keys).toEqual(publicHalf(pair));
    expect(JSON.stringify(registry.bodies)).not.toContain(pair.signing.d);
  });

  it('happens once for a folder', async () => {
    expect(await joining('--trust-first')).toBe(0);
    expect(await joining('--trust-first')).toBe(10);
    expect(registry.bodies).toHaveLength(1);
  });

  const failures: [string, number, () => string[]][] = [
    ['a wrong code', 5, () => (writeFileSync(join(folder, 'code'), 'BAD-CODE'), [])],
    ['an empty code', 2, () => (writeFileSync(join(folder, 'code'), '\n'), [])],
    ['a file that is not there', 2, () => ['--code-file', join(folder, 'nowhere')]],
    ['an option nobody knows', 2, () => ['--forse']],
    ['a hub that is not there', 12, () => (registry.stop(), [])],
    ['a hub that is broken', 12, () => ((registry.answer = () => ({ status: 502, body: '<html>' })), [])],
    ['a hub of another make', 2, () => ((registry.answer = () => ({ status: 201, body: { hello: 1 } })), [])],
    ['a hub whose names repaint the terminal', 2, () => ((registry.deviceName = 'laptop\u001b[3A\u001b[2Kthe fingerprint you expect'), [])],
    ['a hub whose names make lines of their own', 2, () => ((registry.deviceName = 'laptop\n           the fingerprint you expect'), [])],
    ['a code for a pod of another name', 2, () => (writeFileSync(join(folder, 'pod.yaml'), `version: 1\nname: south\nhub: ${registry.url}\nhome: ./home\ndatasets: [{ name: p, source: { csv: p.csv } }]\n`), [])],
  ];
  it.each(failures)('fails with %s (exit %i) and stores nothing', async (_, exit, spoil) => {
    const more = spoil();
    expect(await joining('--trust-first', ...more)).toBe(exit);
    expect(stored()).toEqual([]);
  });
});
