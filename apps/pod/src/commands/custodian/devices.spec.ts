import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fingerprint, makeKeys, publicHalf, thumbprint, type KeyPair } from '@podnet/envelope';
import { pinDevice } from '../../enrol/device-pins.ts';
import { loadPins, mostDevices, pinnedKeys, savePins } from '../../home/pins.ts';
import { openStore, type Store } from '../../store/store.ts';
import { FakeRegistry } from '../../testing/fake-registry.ts';
import { RecordedTerminal } from '../../testing/recorded-terminal.ts';
import { run } from '../run.ts';

let folder: string;
let registry: FakeRegistry;
let terminal: RecordedTerminal;
let phone: KeyPair;
let print: string;
const home = () => join(folder, 'home');
const pinFile = () => join(home(), 'pins.json');

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pod-devices-'));
  registry = await FakeRegistry.start();
  terminal = new RecordedTerminal();
  writeFileSync(join(folder, 'pod.yaml'), `version: 1\nname: north\nhub: ${registry.url}\nhome: ./home\ndatasets:\n  - { name: people, source: { csv: people.csv } }\n`);
  expect(await run(['join', '--config', join(folder, 'pod.yaml'), '--code', 'GOOD-CODE', '--trust-first', '--json'], new RecordedTerminal())).toBe(0);
  phone = await makeKeys();
  print = await fingerprint(publicHalf(phone));
  writeFileSync(file(), JSON.stringify(exported()));
});
afterEach(() => {
  registry.stop();
  rmSync(folder, { recursive: true, force: true });
});

const file = (): string => join(folder, 'phone.json');
const exported = (change: object = {}): object => ({ v: 1, name: 'phone', keys: publicHalf(phone), ...change });
const devices = (...words: string[]): Promise<number> => run(['devices', ...words, '--config', join(folder, 'pod.yaml')], terminal);

interface Told {
  exit: number;
  data: { devices: { name: string | null; fingerprint: string; pinnedAt: string }[]; [name: string]: unknown };
  error: { code: string };
}
async function told(...words: string[]): Promise<Told> {
  const exit = await devices(...words, '--json');
  return { exit, ...(JSON.parse(terminal.lines.at(-1)!) as Omit<Told, 'exit'>) };
}

function beside<T>(work: (store: Store) => T): T {
  const store = openStore(home(), Date.now, { opener: 'command' });
  try {
    return work(store);
  } finally {
    store.close();
  }
}
const onRecord = () => beside(({ audit }) => audit.entries().filter(({ action }) => action.startsWith('device.')));
const pinned = async (): Promise<string[]> => [...(await pinnedKeys(loadPins(home()))).custodian.keys()];

describe('the pinned devices of a custodian', () => {
  it('are listed with the hub’s key, by names, fingerprints that the pod computes, and since when', async () => {
    expect(await told('list')).toMatchObject({
      exit: 0,
      data: { hub: { name: 'the-hub', url: registry.url, fingerprints: [await registry.hubFingerprint] }, custodian: { email: 'custodian@example.org' }, devices: [{ name: 'laptop', fingerprint: await registry.custodianFingerprint, pinnedAt: new Date(loadPins(home()).joinedAt).toISOString().replace(/\.\d+Z$/, 'Z') }] },
    });
    expect(await devices('list')).toBe(0);
    const shown = terminal.lines.slice(1).join('\n');
    for (const part of [await registry.hubFingerprint, await registry.custodianFingerprint, 'laptop', 'custodian@example.org']) expect(shown).toContain(part);
    expect(shown).not.toMatch(/claimed/i);
  });

  it('of a pod that joined before names were kept go on, from the day it joined', async () => {
    const { custodian, ...pins } = loadPins(home());
    savePins(home(), { ...pins, joinedAt: 0, custodian: { ...custodian, devices: custodian.devices.map(({ signing, encryption }) => ({ signing, encryption })) } });
    expect((await told('list')).data.devices).toEqual([{ name: null, fingerprint: await registry.custodianFingerprint, pinnedAt: '1970-01-01T00:00:00Z' }]);
    expect((await told('add', file(), print)).data).toMatchObject({ added: true });
    expect((await told('list')).data.devices.map(({ name }) => name)).toEqual([null, 'phone']);
    await devices('list');
    expect(terminal.lines.at(-1)).toContain('–');
  });
});

describe('a further device', () => {
  it('is pinned when its fingerprint was given, on record, in a file for nobody else', async () => {
    const written = print.toLowerCase().replaceAll('-', ' ');
    expect(await told('add', file(), written)).toEqual({ exit: 0, ok: true, data: { name: 'phone', fingerprint: print, added: true } });
    expect(await pinned()).toEqual([await thumbprint(registry.custodian.signing), await thumbprint(phone.signing)]);
    expect(statSync(pinFile()).mode & 0o777).toBe(0o600);
    expect(onRecord()).toMatchObject([{ action: 'device.pinned', subject: print, detail: { name: 'phone', key: await thumbprint(phone.signing), devices: 2, by: expect.stringContaining('custodian@example.org') as string } }]);
    expect(beside(({ audit }) => audit.verify().entries)).toBe(2);
    expect((await told('list')).data.devices.map(({ name }) => name)).toEqual(['laptop', 'phone']);
  });

  it('is shown and asked for on a terminal, and stored when somebody has compared it', async () => {
    terminal.isInteractive = true;
    expect(await told('add', file())).toMatchObject({ exit: 11, error: { code: 'enrolment.fingerprint-mismatch' } });
    expect([terminal.said.join('\n').includes(print), (await pinned()).length, onRecord().length]).toEqual([true, 1, 0]);
    terminal.answer = true;
    expect((await told('add', file())).exit).toBe(0);
    expect(await pinned()).toHaveLength(2);
  });

  it('needs somebody to compare, or the fingerprint', async () => {
    terminal.answer = true;
    const before = readFileSync(pinFile());
    expect(await told('add', file())).toMatchObject({ exit: 2, error: { code: 'usage.needs-terminal' } });
    expect([readFileSync(pinFile()), onRecord()]).toEqual([before, []]);
  });

  it('is pinned once: again changes nothing, asks nobody, and makes no second entry', async () => {
    await told('add', file(), print);
    const before = [readFileSync(pinFile(), 'utf8'), statSync(pinFile()).ino];
    writeFileSync(file(), JSON.stringify(exported({ name: 'another name' })));
    for (const more of [[], [print]]) expect((await told('add', file(), ...more)).data).toMatchObject({ added: false });
    expect([readFileSync(pinFile(), 'utf8'), statSync(pinFile()).ino]).toEqual(before);
    expect(onRecord()).toHaveLength(1);
    expect((await told('add', file(), 'AAAA-BBBB')).error.code).toBe('enrolment.fingerprint-mismatch');
  });

  const others = 'ABCD-EFGH-IJKL-MNOP-QRST-UVWX-YZ23-4567';
  const wrong: [string, (right: string) => string][] = [
    ['another', () => others],
    ['none at all', () => ''],
    ['the beginning of it', (right) => right.slice(0, 19)],
    ['one letter more', (right) => `${right}A`],
    ['one letter changed', (right) => `${right.slice(0, -1)}${right.endsWith('A') ? 'B' : 'A'}`],
    ['the groups in another order', (right) => right.split('-').toReversed().join('-')],
  ];
  it.each(wrong)('is refused with a wrong fingerprint: %s; nothing is stored', async (_, spoil) => {
    terminal.isInteractive = true;
    terminal.answer = true;
    const before = readFileSync(pinFile());
    expect(await told('add', file(), spoil(print))).toMatchObject({ exit: 11, error: { code: 'enrolment.fingerprint-mismatch' } });
    expect([readFileSync(pinFile()), onRecord()]).toEqual([before, []]);
  });

  const point = (x: string): object => ({ keys: { ...publicHalf(phone), signing: { kty: 'OKP', crv: 'Ed25519', x } } });
  const bad: [string, () => string | undefined, string][] = [
    ['that is not there', () => (rmSync(file()), undefined), 'usage.invalid'],
    ['that is empty', () => '', 'usage.malformed'],
    ['that is no JSON', () => '{', 'usage.malformed'],
    ['with a key twice', () => JSON.stringify(exported()).replace('{', '{"v":1,'), 'usage.malformed'],
    ['that is far too large', () => JSON.stringify(exported({ name: 'x'.repeat(20_000) })), 'usage.too-large'],
    ['with private halves', () => JSON.stringify(exported({ keys: phone })), 'usage.unknown-key'],
    ['of another version', () => JSON.stringify(exported({ v: 2 })), 'usage.invalid'],
    ['that says more', () => JSON.stringify(exported({ fingerprint: 'AAAA' })), 'usage.unknown-key'],
    ['without a name', () => JSON.stringify(exported({ name: undefined })), 'usage.invalid'],
    ['whose name repaints the terminal', () => JSON.stringify(exported({ name: 'phone\u001b[2K' })), 'usage.invalid'],
    ['whose name makes lines of its own', () => JSON.stringify(exported({ name: `phone\n           ${others}` })), 'usage.invalid'],
    ['with one key', () => JSON.stringify(exported({ keys: { signing: publicHalf(phone).signing } })), 'usage.invalid'],
    ['with a key in the other’s place', () => JSON.stringify(exported({ keys: { signing: publicHalf(phone).encryption, encryption: publicHalf(phone).signing } })), 'usage.invalid'],
    ['with a key of nothing', () => JSON.stringify(exported(point('A'.repeat(43)))), 'usage.invalid'],
    ['with half a key', () => JSON.stringify(exported(point('AAAA'))), 'usage.invalid'],
  ];
  it.each(bad)('is refused with a file %s', async (_, make, code) => {
    const text = make();
    if (text !== undefined) writeFileSync(file(), text);
    terminal.isInteractive = true;
    terminal.answer = true;
    const before = readFileSync(pinFile());
    const { exit, error } = await told('add', file());
    expect([exit, error.code]).toEqual([2, code]);
    expect(JSON.stringify(error)).not.toContain(phone.signing.d);
    expect([readFileSync(pinFile()), onRecord()]).toEqual([before, []]);
  });

  it('that has one key of a pinned one is refused: they would stand and fall together', async () => {
    const laptop = publicHalf(registry.custodian);
    for (const keys of [{ ...publicHalf(phone), signing: laptop.signing }, { ...publicHalf(phone), encryption: laptop.encryption }]) {
      writeFileSync(file(), JSON.stringify(exported({ keys })));
      expect((await told('add', file(), await fingerprint(keys))).error.code).toBe('conflict.exists');
    }
    expect([(await pinned()).length, onRecord()]).toEqual([1, []]);
  });

  it('beyond the most is refused', async () => {
    const { custodian, ...pins } = loadPins(home());
    const more = await Promise.all(Array.from({ length: mostDevices - 1 }, async () => publicHalf(await makeKeys()) as (typeof custodian.devices)[number]));
    savePins(home(), { ...pins, custodian: { ...custodian, devices: [...custodian.devices, ...more] } });
    expect((await told('add', file(), print)).error.code).toBe('conflict.state');
  });
});

describe('a device that is taken back', () => {
  beforeEach(async () => void (await told('add', file(), print)));

  it('is pinned no more, on record, in a file for nobody else', async () => {
    expect(await told('remove', print.replaceAll('-', '').toLowerCase())).toEqual({ exit: 0, ok: true, data: { name: 'phone', fingerprint: print } });
    expect(await pinned()).toEqual([await thumbprint(registry.custodian.signing)]);
    expect(statSync(pinFile()).mode & 0o777).toBe(0o600);
    expect(onRecord().at(-1)).toMatchObject({ action: 'device.unpinned', subject: print, detail: { name: 'phone', devices: 1 } });
    expect((await told('remove', print)).error.code).toBe('access.not-found');
    expect((await told('add', file(), print)).data).toMatchObject({ added: true });
  });

  it('is never the last one', async () => {
    expect((await told('remove', await registry.custodianFingerprint)).exit).toBe(0);
    expect(await told('remove', print)).toMatchObject({ exit: 10, error: { code: 'conflict.state' } });
    expect([await pinned(), onRecord().length]).toEqual([[await thumbprint(phone.signing)], 2]);
  });

  it('is named by all of its fingerprint, and by nothing else', async () => {
    const { name } = (await told('list')).data.devices[1]!;
    for (const words of [[print.slice(0, 19)], [`${print}A`], [''], [name!], [await thumbprint(phone.signing)], ['*']]) expect({ words, code: (await told('remove', ...words)).error.code }).toEqual({ words, code: 'access.not-found' });
    for (const words of [[], [print, print]]) expect((await told('remove', ...words)).error.code).toBe('usage.invalid');
    expect(await pinned()).toHaveLength(2);
  });

  it('does not come back by a command that began before', async () => {
    // Another device is compared while this one is taken back.
    const tablet = await makeKeys();
    writeFileSync(join(folder, 'tablet.json'), JSON.stringify({ v: 1, name: 'tablet', keys: publicHalf(tablet) }));
    const slow = new RecordedTerminal();
    slow.isInteractive = true;
    slow.confirm = async () => (await told('remove', print)).exit === 0;
    expect(await run(['devices', 'add', join(folder, 'tablet.json'), '--config', join(folder, 'pod.yaml')], slow)).toBe(0);
    expect(await pinned()).toEqual([await thumbprint(registry.custodian.signing), await thumbprint(tablet.signing)]);
  });
});

describe('a change of pins', () => {
  it('does not happen without its record', async () => {
    const sql = new DatabaseSync(join(home(), 'store.sqlite'));
    sql.exec(`create trigger no_record before insert on audit begin select raise(abort, 'database or disk is full'); end`);
    sql.close();
    expect((await told('add', file(), print)).error.code).toBe('internal.storage-full');
    expect(await pinned()).toHaveLength(1);
  });

  it('is not on record when it cannot be written, and not in the file when its record cannot be kept', async () => {
    const before = readFileSync(pinFile(), 'utf8');
    const keys = publicHalf(phone);
    const store = openStore(home(), Date.now, { opener: 'command' });
    try {
      const at = { home: home(), store, by: 'somebody' };
      await expect(pinDevice({ name: 'longer than the file takes'.repeat(20), keys }, at, 0)).rejects.toThrow();
      expect(onRecord()).toEqual([]);
      const failing = (work: () => never): never => store.transaction(() => {
        work();
        expect(loadPins(home()).custodian.devices).toHaveLength(2);
        throw new Error('the disk is gone');
      });
      await expect(pinDevice({ name: 'phone', keys }, { ...at, store: { ...store, transaction: failing as Store['transaction'] } }, 0)).rejects.toThrow('the disk is gone');
      expect([onRecord(), readFileSync(pinFile(), 'utf8'), readdirSync(home()).filter((name) => name.startsWith('pins')), statSync(pinFile()).mode & 0o777]).toEqual([[], before, ['pins.json'], 0o600]);
    } finally {
      store.close();
    }
  });

  it('needs a pod that has joined', async () => {
    rmSync(home(), { recursive: true });
    for (const words of [['list'], ['add', file(), print], ['remove', print]]) expect((await told(...words)).error.code).toBe('config.invalid');
    expect(existsSync(home())).toBe(false);
  });

  it('says which words it wants', async () => {
    expect((await told('add')).error.code).toBe('usage.invalid');
    expect((await told('add', file(), print, 'more')).error.code).toBe('usage.invalid');
    expect((await told('add', file(), '--fingerprint', print)).error.code).toBe('usage.unknown-key');
    expect((await told('list', 'more')).error.code).toBe('usage.invalid');
    expect((await told('pin', file())).error.code).toBe('usage.invalid');
  });
});
