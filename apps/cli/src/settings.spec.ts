import { chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { readSetting } from './settings.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'podnet-settings-'));
  mkdirSync(join(folder, 'project', 'deep'), { recursive: true });
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const hubFrom = (at: string) => readSetting('hub', { flags: {}, environment: { XDG_CONFIG_HOME: join(folder, 'config') }, folder: at });

describe('the settings of a project', () => {
  it('are found from below', () => {
    writeFileSync(join(folder, 'project', '.podnet.json'), '{"hub":"https://hub.example.org"}');
    expect(hubFrom(join(folder, 'project', 'deep'))).toEqual({ value: 'https://hub.example.org', from: join(folder, 'project', '.podnet.json') });
  });

  it('are refused when somebody else put them there', () => {
    const path = join(folder, '.podnet.json');
    writeFileSync(path, '{"hub":"https://elsewhere.example.org"}');
    if (process.getuid!() === 0) chownSync(path, 4242, 4242);
    else jest.spyOn(process as Required<typeof process>, 'getuid').mockReturnValue(4242);
    expect(() => hubFrom(join(folder, 'project'))).toThrow(expect.objectContaining({ code: 'config.invalid', details: expect.objectContaining({ at: path }) as object }) as Error);
  });
});
