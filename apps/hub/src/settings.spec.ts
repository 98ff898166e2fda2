import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isFault } from '@podnet/errors';
import { readSettings, settingNames } from './settings.ts';

describe('the hub’s settings', () => {
  it('have a usual value each, closed to the outside', () => {
    expect(readSettings({})).toEqual({
      home: path.resolve('.podnet/hub'), host: '127.0.0.1', port: 4400, databaseUrl: undefined, databasePool: 10, name: 'podnet', logLevel: 'info',
      setupTokenFile: undefined, attemptsPerMinute: 10, trustedProxies: 0, metricsToken: undefined, drainMs: 5_000,
    });
  });

  it('are read from the environment; an empty variable is one that is not set', () => {
    expect(readSettings({ PODNET_HUB_PORT: '0', DATABASE_URL: 'postgresql://db/podnet', PODNET_HUB_NAME: '', HOME: 'ignored' })).toMatchObject({ port: 0, databaseUrl: 'postgresql://db/podnet', name: 'podnet' });
  });

  it.each([
    ['PODNET_HUB_PORT', '65536'],
    ['PODNET_HUB_PORT', '44 00'],
    ['PODNET_HUB_PORT', '-1'],
    ['PODNET_HUB_PORT', '0x10'],
    ['PODNET_HUB_NAME', 'a\nb'],
    ['PODNET_LOG_LEVEL', 'loud'],
    ['DATABASE_URL', 'mysql://canary-secret@db'],
    ['PODNET_DATABASE_POOL', '1'],
    ['PODNET_ATTEMPTS_PER_MINUTE', '0'],
    ['PODNET_METRICS_TOKEN', 'short-canary'],
  ])('are refused by name: %s=%s', (name, value) => {
    let fault: unknown;
    try {
      readSettings({ [name]: value });
    } catch (error) {
      fault = error;
    }
    expect(isFault(fault) && [fault.code, fault.exit, fault.details.at]).toEqual(['config.invalid', 2, name]);
    expect(JSON.stringify((fault as { toBody(): unknown }).toBody())).not.toContain('canary');
  });

  it('are all documented, and nothing else is', () => {
    const page = readFileSync(new URL('../../../docs/hub-settings.md', import.meta.url), 'utf8');
    const documented = [...page.matchAll(/^\| `([A-Z_]+)`/gm)].map(([, name]) => name);
    expect(documented.sort()).toEqual([...settingNames].sort());
  });
});
