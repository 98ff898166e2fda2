import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeKeys } from '@podnet/envelope';
import { loadHubKeys } from './key-file.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'podnet-keys-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));
const file = (): string => path.join(home, 'hub-keys.json');
const load = () => loadHubKeys({ home, name: 'spec' });

describe('the hub’s keys', () => {
  it('are made once, for their owner only, and are the same ever after', async () => {
    const [first, second] = await Promise.all([load(), load()]);
    expect(second.fingerprint).toBe(first.fingerprint);
    expect((await load()).publicKeys).toEqual(first.publicKeys);
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    expect(await readdir(home)).toEqual(['hub-keys.json']);
  });

  it('sign what they open', async () => {
    const keys = await load();
    expect(await keys.open('podnet-spec+jws', await keys.sign('podnet-spec+jws', { a: 1 }))).toEqual({ a: 1 });
    await expect(keys.open('podnet-other+jws', await keys.sign('podnet-spec+jws', { a: 1 }))).rejects.toMatchObject({ code: 'envelope.wrong-type' });
  });

  it('open what an older key signed, and nothing of a stranger', async () => {
    const old = await load();
    const signed = await old.sign('podnet-spec+jws', {});
    const { signing } = JSON.parse(await readFile(file(), 'utf8')) as { signing: object[] };
    await writeFile(file(), JSON.stringify({ v: 1, signing: [(await makeKeys()).signing, ...signing] }));
    const rotated = await load();
    expect(rotated.fingerprint).not.toBe(old.fingerprint);
    expect(await rotated.open('podnet-spec+jws', signed)).toEqual({});
    await rm(file());
    await expect((await load()).open('podnet-spec+jws', signed)).rejects.toMatchObject({ code: 'envelope.unknown-key' });
  });

  it('are not used when others can read them', async () => {
    await load();
    await chmod(file(), 0o640);
    await expect(load()).rejects.toMatchObject({ code: 'config.invalid', details: { at: file() } });
  });

  it.each(['', '{}', '{"v":1,"signing":[]}', '{"v":1,"signing":[{"kty":"OKP","crv":"Ed25519","x":"a","d":"canary"}]}'])('are not made anew over a damaged file: %j', async (text) => {
    await writeFile(file(), text, { mode: 0o600 });
    const fault: unknown = await load().catch((error: unknown) => error);
    expect(fault).toMatchObject({ code: 'config.invalid' });
    expect(JSON.stringify((fault as { toBody(): unknown }).toBody())).not.toContain('canary');
    expect(await readFile(file(), 'utf8')).toBe(text);
  });
});
