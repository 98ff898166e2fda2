import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeKeys, publicHalf, thumbprint, type KeyPair } from '@podnet/envelope';
import { watchPins, type KnownPins } from './known-pins.ts';
import { savePins, type PinnedDevice, type Pins } from './pins.ts';

let home: string;
let keys: KeyPair[];
let pins: Pins;
let known: KnownPins;
const said: string[] = [];
const path = (): string => join(home, 'pins.json');
const log = { note: (event: string) => void said.push(event), failure: (event: string) => void said.push(event) };
const half = (at: number): PinnedDevice => publicHalf(keys[at]!) as PinnedDevice;
const withDevices = (...devices: PinnedDevice[]): Pins => ({ ...pins, custodian: { ...pins.custodian, devices } });
const counting = (): string[] => [...known.pinned.custodian.keys()];
const printsOf = (...at: number[]): Promise<string[]> => Promise.all(at.map((each) => thumbprint(half(each).signing as never)));

beforeAll(async () => void (keys = await Promise.all([0, 1, 2].map(() => makeKeys()))));
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'known-pins-'));
  said.length = 0;
  pins = {
    v: 1, podId: 'pod_01hzzzzzzzzzzzzzzzzzzzzzzz', name: 'north', joinedAt: 0, hub: { url: 'http://hub', name: 'podnet', keys: [publicHalf(keys[2]!).signing] },
    custodian: { id: 'usr_01hzzzzzzzzzzzzzzzzzzzzzzz', email: 'c@example.org', name: 'C', devices: [half(0)] },
  };
  savePins(home, pins);
  known = await watchPins(home, pins, log);
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

describe('the pins of a pod that runs', () => {
  it('are those of the file, as soon as it was written and looked at', async () => {
    expect(await known.look()).toBe(false);
    savePins(home, withDevices(half(0), half(1)));
    expect(counting()).toEqual(await printsOf(0));
    expect(await known.look()).toBe(true);
    expect([counting(), known.pins.custodian.devices.length, await known.look()]).toEqual([await printsOf(0, 1), 2, false]);
    savePins(home, withDevices(half(1)));
    expect([await known.look(), counting()]).toEqual([true, await printsOf(1)]);
    expect(said).toEqual(['pins.changed', 'pins.changed']);
  });

  it('are read once for all who look at the same time', async () => {
    savePins(home, withDevices(half(1)));
    const looks = [known.look(), known.look()];
    expect(looks[0]).toBe(looks[1]);
    expect(await looks[0]).toBe(true);
  });

  const spoilt: [string, () => void][] = [
    ['that is gone', () => rmSync(path())],
    ['that is damaged', () => writeFileSync(path(), readFileSync(path(), 'utf8').slice(0, 200))],
    ['with a device that is none', () => writeFileSync(path(), readFileSync(path(), 'utf8').replace(half(0).signing.x, 'A'.repeat(43)))],
    ['that others can read', () => (savePins(home, withDevices(half(1))), chmodSync(path(), 0o644))],
    ['of another pod', () => savePins(home, { ...withDevices(half(1)), podId: 'pod_01hzzzzzzzzzzzzzzzzzzzzzzy' })],
    ['of another custodian', () => savePins(home, { ...withDevices(half(1)), custodian: { ...withDevices(half(1)).custodian, id: 'usr_01hzzzzzzzzzzzzzzzzzzzzzzy' } })],
    ['of another hub', () => savePins(home, { ...withDevices(half(1)), hub: { ...pins.hub, keys: [publicHalf(keys[1]!).signing] } })],
  ];
  it.each(spoilt)('stay as they are with a file %s, which is told once, until it is mended', async (_, spoil) => {
    spoil();
    for (let i = 0; i < 3; i++) expect(await known.look()).toBe(false);
    expect([counting(), said]).toEqual([await printsOf(0), ['pins.unreadable']]);
    savePins(home, withDevices(half(0), half(1)));
    expect([await known.look(), counting()]).toEqual([true, await printsOf(0, 1)]);
    spoil();
    await known.look();
    expect(said).toEqual(['pins.unreadable', 'pins.changed', 'pins.unreadable']);
  });
});
