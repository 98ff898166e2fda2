import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { fingerprint, publicHalf } from '@podnet/envelope';
import { isFault } from '@podnet/errors';
import { requirePrivate } from '../home/home-folder.ts';
import { hasJoined, loadPins } from '../home/pins.ts';
import { loadPodKeys } from '../home/pod-keys.ts';
import { openStore } from '../store/store.ts';
import { bad, good, type Finding } from './finding.ts';

const leastFreeBytes = 200 * 1024 * 1024;

/** The pod's folder: modes, keys, pins, store, room. */
export async function checkHome(home: string, name: string): Promise<{ findings: Finding[]; isRunning: boolean }> {
  const findings = [checkDisk(home)];
  if (!hasJoined(home)) return { isRunning: false, findings: [...findings, bad('home', 'This pod has not joined a hub.', 'Join with: podnet pod join')] };
  findings.push(attempt('home', () => (requirePrivate(home, 'folder'), 'Only its owner can reach the pod’s folder.')));
  const pins = attempt('pins', () => {
    const found = loadPins(home);
    if (found.name !== name) throw new Error('name');
    return `Joined as ${found.podId} with ${found.hub.name}; custodian ${found.custodian.email}, ${found.custodian.devices.length} device(s) pinned.`;
  });
  findings.push(pins.says === '' ? bad('pins', 'The pod has joined under another name than pod.yaml has.', 'Write the name it joined with.') : pins);
  try {
    findings.push(good('keys', `The pod’s fingerprint is ${await fingerprint(publicHalf(loadPodKeys(home).pair))}.`));
  } catch (error) {
    findings.push(fromFault('keys', error));
  }
  try {
    openStore(home).close();
    findings.push(good('audit', 'The store opens, and its audit chain verifies.'));
  } catch (error) {
    // A running pod holds the store, and verified the chain when it started.
    const isRunning = isFault(error) && error.code === 'conflict.state';
    findings.push(isRunning ? good('audit', 'The pod is running; it verified its audit chain when it started.') : fromFault('audit', error));
    return { findings, isRunning };
  }
  return { findings, isRunning: false };
}

function checkDisk(home: string): Finding {
  let folder = home;
  while (!existsSync(folder)) folder = dirname(folder);
  try {
    accessSync(folder, constants.W_OK);
    const { bavail, bsize } = statfsSync(folder);
    const free = bavail * bsize;
    if (free < leastFreeBytes) return bad('disk', `Only ${Math.floor(free / 2 ** 20)} MiB are free.`, 'Make room: the pod releases nothing that it cannot put on record.');
    return good('disk', `The folder can be written; ${Math.floor(free / 2 ** 30)} GiB are free.`);
  } catch {
    return bad('disk', 'The pod’s folder cannot be written.', `Let the pod’s user write to ${folder}.`);
  }
}

function attempt(check: string, work: () => string): Finding {
  try {
    return good(check, work());
  } catch (error) {
    if (!isFault(error)) return { check, passed: false, says: '' };
    return fromFault(check, error);
  }
}

export function fromFault(check: string, error: unknown): Finding {
  if (!isFault(error)) return bad(check, 'This could not be checked.', 'The pod’s log may say more.');
  return bad(check, `${error.details.at === undefined ? '' : `${error.details.at}: `}${error.message} (${error.code})`, error.details.hint ?? 'See docs/errors.');
}
