import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clearPresence, notePresence } from '../home/presence.ts';
import { run } from './run.ts';

let folder: string;
let said: string[];
const terminal = { isInteractive: false, out: (text: string) => void said.push(text), say: (text: string) => void said.push(text), confirm: async () => false };
const status = (...more: string[]): Promise<number> => run(['status', '--config', join(folder, 'pod.yaml'), ...more], terminal);

beforeEach(() => {
  said = [];
  folder = mkdtempSync(join(tmpdir(), 'podnet-status-'));
  mkdirSync(join(folder, 'home'), { mode: 0o700 });
  writeFileSync(join(folder, 'pod.yaml'), 'version: 1\nname: north\nhub: http://127.0.0.1:4400\nhome: ./home\ndatasets: [{ name: records, source: { csv: a.csv } }]\n');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the status of a pod', () => {
  it('is good while it is connected', async () => {
    notePresence(join(folder, 'home'));
    expect(await status('--json')).toBe(0);
    expect(JSON.parse(said[0]!)).toMatchObject({ ok: true, data: { name: 'north' } });
  });

  it('is offline when it never ran, has stopped, or has been silent for long', async () => {
    const home = join(folder, 'home');
    expect(await status()).toBe(12);
    notePresence(home);
    utimesSync(join(home, 'connected'), new Date(), new Date(Date.now() - 60_000));
    expect(await status()).toBe(12);
    notePresence(home);
    clearPresence(home);
    expect(await status('--json')).toBe(12);
    expect(JSON.parse(said.at(-1)!)).toMatchObject({ ok: false, error: { code: 'pod.offline' } });
  });
});
