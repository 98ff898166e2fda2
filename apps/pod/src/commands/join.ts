import { readFileSync } from 'node:fs';
import { Fault } from '@podnet/errors';
import { readPodFile } from '../config/pod-file.ts';
import { joinHub, type Introduction } from '../enrol/join.ts';
import { podVersion } from '../version.ts';
import { isFingerprint } from './fingerprint-text.ts';
import type { Terminal } from './terminal.ts';

export interface JoinCommand {
  config: string;
  /** The code itself; it is good once and for minutes. */
  code?: string;
  /** A file with the code, or `-` for stdin. */
  codeFile?: string;
  /** Fingerprints that were given by the custodian on another way; no question is asked then. */
  hubFingerprint?: string;
  custodianFingerprint?: string;
  /** Believe what the hub shows, as on a machine that has just been set up for a demonstration. */
  trustFirst: boolean;
  json: boolean;
  terminal: Terminal;
}

/** Joins the hub that `pod.yaml` names. **Throws** as `joinHub`, `usage.needs-terminal`. */
export async function join(command: JoinCommand): Promise<void> {
  const { config, home } = readPodFile(command.config);
  const { terminal, json } = command;
  const introduction = await joinHub({ home, hubUrl: config.hub, name: config.name, joinCode: readCode(command), version: podVersion, compare: (shown) => compare(shown, command) });
  if (json) return terminal.out(JSON.stringify({ ok: true, data: introduction }));
  terminal.out(`${introduction.podName} has joined ${introduction.hub.name}.`);
  terminal.out(`Its custodian now confirms this fingerprint at the hub: ${introduction.podFingerprint}`);
}

function readCode({ code, codeFile }: JoinCommand): string {
  const text = code ?? (codeFile === undefined ? process.env['PODNET_JOIN_CODE'] : readFile(codeFile));
  if (text === undefined || text.trim() === '') throw new Fault('usage.invalid', 'No join code was given.', { at: '--code-file', hint: 'Give it with --code, --code-file FILE (- for stdin) or PODNET_JOIN_CODE.' });
  return text.trim();
}

function readFile(path: string): string {
  try {
    return readFileSync(path === '-' ? 0 : path, 'utf8').slice(0, 200);
  } catch (cause) {
    throw new Fault('usage.invalid', 'The file with the join code cannot be read.', { at: '--code-file', cause });
  }
}

/** The hub's fingerprint is base64url, where letters and dashes count. */
const exact = (text: string): string => text.trim();

async function compare(shown: Introduction, { hubFingerprint, custodianFingerprint, trustFirst, terminal }: JoinCommand): Promise<boolean> {
  const { hub, custodian } = shown;
  if (hubFingerprint !== undefined && exact(hubFingerprint) !== hub.fingerprint) return false;
  if (custodianFingerprint !== undefined && !custodian.devices.some((device) => isFingerprint(custodianFingerprint, device.fingerprint))) return false;
  if (trustFirst || (hubFingerprint !== undefined && custodianFingerprint !== undefined)) return true;
  if (!terminal.isInteractive) {
    throw new Fault('usage.needs-terminal', 'The fingerprints have to be compared by somebody.', { hint: 'Run it on a terminal, or give --hub-fingerprint and --custodian-fingerprint.' });
  }
  terminal.say(`Hub        ${hub.name} (${hub.url})`);
  terminal.say(`           ${hub.fingerprint}`);
  terminal.say(`Custodian  ${custodian.name} <${custodian.email}>`);
  for (const device of custodian.devices) terminal.say(`           ${device.fingerprint}  ${device.name}`);
  return terminal.confirm('Are these the fingerprints that your custodian and your hub’s admin gave you?');
}
