import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PodHouse } from '../testing/pod-house.ts';
import { FakeRegistry } from '../testing/fake-registry.ts';
import { RecordedTerminal } from '../testing/recorded-terminal.ts';
import { run } from './run.ts';

let house: PodHouse;
let registry: FakeRegistry;
beforeEach(async () => {
  house = await PodHouse.build();
  registry = await FakeRegistry.start();
});
afterEach(async () => {
  registry.stop();
  await house.clear();
});

interface Found {
  check: string;
  passed: boolean;
  says: string;
  fix?: string;
}

async function examine(): Promise<{ exit: number; failed: string[]; findings: Found[] }> {
  const terminal = new RecordedTerminal();
  const exit = await run(['doctor', '--config', house.configPath, '--json'], terminal);
  const { findings } = (JSON.parse(terminal.lines.join('')) as { data: { findings: Found[] } }).data;
  return { exit, findings, failed: findings.filter((finding) => !finding.passed).map((finding) => finding.check) };
}
const rewrite = (from: string, to: string): void => writeFileSync(house.configPath, readFileSync(house.configPath, 'utf8').replace(from, to));

describe('the doctor', () => {
  it('finds everything in order but a hub that is none, and says what it looked at', async () => {
    const { exit, failed, findings } = await examine();
    expect([exit, failed]).toEqual([1, ['hub']]);
    expect(findings.map((finding) => finding.check)).toEqual(['version', 'config', 'disk', 'home', 'pins', 'keys', 'audit', 'hub', 'data:people']);
  });

  it('tells a hub with another key, another clock and no websocket from the one it joined', async () => {
    rewrite(house.hub.url, registry.url);
    registry.clockMs = 3_600_000;
    const { failed } = await examine();
    expect(failed).toEqual(['clock', 'hub-key', 'websocket']);
  });

  const troubles: [string, () => void, string[]][] = [
    ['keys that others can read', () => chmodSync(join(house.home, 'keys.json'), 0o644), ['keys', 'hub']],
    ['a folder that others can enter', () => chmodSync(house.home, 0o750), ['home', 'audit', 'hub']],
    ['pins that are damaged', () => writeFileSync(join(house.home, 'pins.json'), 'x'), ['pins', 'hub']],
    ['a name that is not the one it joined with', () => rewrite('name: north', 'name: south'), ['pins', 'hub']],
    ['a file that is gone', () => rewrite('people.csv', 'gone.csv'), ['hub', 'data:people']],
    ['a file in another encoding', () => writeFileSync(join(house.folder, 'people.csv'), Buffer.from('age,height,group,y,note\n1,2,\u00e4,1,x\n', 'latin1')), ['hub', 'data:people']],
    ['a configured column that is not there', () => rewrite('ignore: [note]', 'ignore: [nota]'), ['hub', 'data:people']],
    ['a mistake in the configuration', () => rewrite('version: 1', 'version: 2'), ['config']],
  ];
  it.each(troubles)('finds %s and says how to mend it', async (_, spoil, checks) => {
    spoil();
    const { exit, failed, findings } = await examine();
    expect([exit, failed]).toEqual([1, checks]);
    for (const finding of findings) expect(finding.passed || (finding.fix ?? '').length > 5).toBe(true);
  });

  it('prints lines for people', async () => {
    const terminal = new RecordedTerminal();
    await run(['doctor', '--config', house.configPath], terminal);
    expect(terminal.lines[0]).toMatch(/^PASS {2}version/);
    expect(terminal.lines.join('\n')).toMatch(/FAIL {2}hub[^\n]*\n {6}/);
    expect(terminal.lines.join('\n')).not.toContain('canary');
  });
});

describe('init', () => {
  it('writes a configuration that the doctor accepts, with kinds and without values', async () => {
    const terminal = new RecordedTerminal();
    const out = join(house.folder, 'new.yaml');
    const args = ['init', '--file', join(house.folder, 'people.csv'), '--name', 'North Ward', '--hub', registry.url, '--out', out];
    expect(await run(args, terminal)).toBe(0);
    const text = readFileSync(out, 'utf8');
    expect(text).toContain('name: north-ward');
    expect(text).toContain('#   age: { type: integer }');
    expect(text).toContain('#   group: { type: category');
    expect(text).not.toMatch(/canary|\[a, b\]/);
    const doctor = new RecordedTerminal();
    await run(['doctor', '--config', out, '--json'], doctor);
    const { findings } = (JSON.parse(doctor.lines.join('')) as { data: { findings: Found[] } }).data;
    expect(findings.filter((finding) => !finding.passed).map((finding) => finding.check)).toEqual(['home', 'websocket']);
    expect(await run(args, terminal)).toBe(10);
    expect(await run([...args, '--force'], terminal)).toBe(0);
  });

  it('writes nothing for a file that cannot be read', async () => {
    const terminal = new RecordedTerminal();
    expect(await run(['init', '--file', join(house.folder, 'gone.csv'), '--out', join(house.folder, 'new.yaml')], terminal)).toBe(2);
    expect(terminal.said.join()).toContain('data.unreadable');
    expect(() => readFileSync(join(house.folder, 'new.yaml'))).toThrow();
  });
});
