import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileStore } from './file-store.ts';

let folder: string;
beforeEach(() => void (folder = join(mkdtempSync(join(tmpdir(), 'podnet-store-')), 'keys')));
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

describe('a store of files', () => {
  it('keeps values for its owner alone', async () => {
    const store = fileStore(folder);
    expect(await store.load('device')).toBeUndefined();
    await store.save('device', { secret: 1 });
    expect(await store.load('device')).toEqual({ secret: 1 });
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'device.json')).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['device.json']);
    await store.remove('device');
    expect(await store.load('device')).toBeUndefined();
  });

  it('refuses a file that others may read', async () => {
    const store = fileStore(folder);
    await store.save('session', {});
    chmodSync(join(folder, 'session.json'), 0o644);
    await expect(store.load('session')).rejects.toMatchObject({ code: 'config.invalid', details: { hint: expect.stringContaining('chmod 600') } });
  });

  it('says which file is damaged, and not what is in it', async () => {
    const store = fileStore(folder);
    await store.save('pins', {});
    writeFileSync(join(folder, 'pins.json'), '{"secret": tru');
    await expect(store.load('pins')).rejects.toMatchObject({ code: 'config.invalid', message: 'The file pins.json is damaged.' });
  });

  it('never shows half a value, however many write at once', async () => {
    const store = fileStore(folder);
    await Promise.all(Array.from({ length: 20 }, (_, i) => store.save('pins', { i, padding: 'x'.repeat(10_000) })));
    expect(await store.load('pins')).toMatchObject({ padding: 'x'.repeat(10_000) });
  });
});
