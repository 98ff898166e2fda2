import { readFileSync } from 'node:fs';
import { deviceFile, validate, type DeviceFile } from '@podnet/contracts';
import { fingerprint, parsePublicJwk, parsePublicKeys, readStrictJson, thumbprint } from '@podnet/envelope';
import { Fault } from '@podnet/errors';
import { listDevices, pinDevice, unpinDevice } from '../../enrol/device-pins.ts';
import { fingerprintOf } from '../../home/pins.ts';
import { isFingerprint } from '../fingerprint-text.ts';
import type { Terminal } from '../terminal.ts';
import { tableOf } from './audit.ts';
import { beside } from './beside.ts';
import { written } from './when.ts';

interface Common {
  config: string;
  json: boolean;
  terminal: Terminal;
}

const mostBytes = 16_384;

/** Whom the pod believes: the pinned hub, and the devices whose word counts as its custodian's. */
export function devicesList({ config, json, terminal }: Common): Promise<void> {
  return beside(config, async ({ pins }) => {
    const { hub, custodian } = pins;
    const fingerprints = await Promise.all(hub.keys.map((key) => thumbprint(parsePublicJwk(key, 'Ed25519'))));
    const devices = (await listDevices(pins)).map(({ pinnedAt, ...device }) => ({ ...device, pinnedAt: written(pinnedAt) }));
    if (json) return terminal.out(JSON.stringify({ ok: true, data: { hub: { name: hub.name, url: hub.url, fingerprints }, custodian: { id: custodian.id, name: custodian.name, email: custodian.email }, devices } }));
    terminal.out(`Hub        ${hub.name} (${hub.url})`);
    for (const print of fingerprints) terminal.out(`           ${print}`);
    terminal.out(`Custodian  ${custodian.name} <${custodian.email}>`);
    terminal.out(tableOf([['device', 'fingerprint', 'pinned'], ...devices.map(({ name, fingerprint: print, pinnedAt }) => [name ?? '–', print, pinnedAt])]));
  });
}

/**
 * Pins one more device, from the file that `podnet keys export` has written on it. The fingerprint is computed here; somebody has compared it with the device's own,
 * or does it now. **Throws** `usage.*`, `usage.needs-terminal`, `enrolment.fingerprint-mismatch`, as `pinDevice`.
 */
export function devicesAdd({ config, json, terminal, file, compared }: Common & { file: string; compared?: string }): Promise<void> {
  return beside(config, async ({ pins, file: { home }, store, by }) => {
    const { name, keys } = readDeviceFile(file);
    const print = await fingerprint(parsePublicKeys(keys));
    if (compared !== undefined && !isFingerprint(compared, print)) throw mismatch();
    const isPinned = (await listDevices(pins)).some((device) => device.fingerprint === print);
    if (compared === undefined && !isPinned) await compare(name, print, pins.custodian, terminal);
    const added = await pinDevice({ name, keys }, { home, store, by }, Date.now());
    if (json) return terminal.out(JSON.stringify({ ok: true, data: { name, fingerprint: print, added } }));
    terminal.out(added ? `${name} is pinned. A running pod takes its word within a second.` : `${name} is pinned already.`);
  });
}

async function compare(name: string, print: string, { name: custodian, email }: { name: string; email: string }, terminal: Terminal): Promise<void> {
  if (!terminal.isInteractive) throw new Fault('usage.needs-terminal', 'The fingerprint has to be compared by somebody.', { hint: 'Run it on a terminal, or write the fingerprint behind the file, as podnet whoami shows it on the device.' });
  terminal.say(`Custodian  ${custodian} <${email}>`);
  terminal.say(`Device     ${name}`);
  terminal.say(`           ${print}`);
  if (!(await terminal.confirm('Is this the fingerprint that podnet whoami shows on the device?'))) throw mismatch();
}

const mismatch = (): Fault => new Fault('enrolment.fingerprint-mismatch', 'The fingerprint of these keys was not confirmed; nothing was stored.', { hint: 'Compare it with what podnet whoami shows on the device.' });

/** **Throws** `usage.*` for what is no such file; it is not repeated, for it may hold what nobody should see. */
function readDeviceFile(path: string): DeviceFile {
  let text: string;
  try {
    text = readFileSync(path === '-' ? 0 : path, 'utf8');
  } catch (cause) {
    throw new Fault('usage.invalid', 'The file with the keys of the device cannot be read.', { at: 'file', cause });
  }
  return validate(deviceFile, readStrictJson(text, { maxBytes: mostBytes }));
}

/** What the device signs from now on counts no more. **Throws** `access.not-found`, `conflict.state` for the last one. */
export function devicesRemove({ config, json, terminal, fingerprint: print }: Common & { fingerprint: string }): Promise<void> {
  return beside(config, async ({ pins, file: { home }, store, by }) => {
    const at = (await listDevices(pins)).findIndex((device) => isFingerprint(print, device.fingerprint));
    const gone = pins.custodian.devices[at];
    if (!gone) throw new Fault('access.not-found', 'No device with this fingerprint is pinned.', { hint: 'podnet pod devices list shows them; the whole fingerprint is wanted.' });
    const shown = await fingerprintOf(gone);
    await unpinDevice(gone, { home, store, by });
    if (json) return terminal.out(JSON.stringify({ ok: true, data: { name: gone.name ?? null, fingerprint: shown } }));
    terminal.out(`${gone.name ?? shown} is pinned no more. A running pod refuses what it signs within a second; what it has decided before stays.`);
    terminal.out('If the device is lost, revoke it at the hub too: podnet keys revoke');
  });
}
