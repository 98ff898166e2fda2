import { hash } from 'node:crypto';
import { apiPrefix, podJoin, routes, typ, type PublicKeys } from '@podnet/contracts';
import { fingerprint, parsePublicJwk, parsePublicKeys, publicHalf, readStrictJson, sign, thumbprint } from '@podnet/envelope';
import { Fault, isFault } from '@podnet/errors';
import type { z } from 'zod';
import { makeHome } from '../home/home-folder.ts';
import { hasJoined, savePins, type Pins } from '../home/pins.ts';
import { makePodKeys, savePodKeys } from '../home/pod-keys.ts';
import { openStore } from '../store/store.ts';

/** What people compare before a pod believes in a hub. Fingerprints are computed here, not taken from the answer. */
export interface Introduction {
  podId: string;
  podName: string;
  podFingerprint: string;
  hub: { url: string; name: string; fingerprint: string };
  custodian: { id: string; name: string; email: string; devices: { name: string; fingerprint: string }[] };
}

export interface JoinOptions {
  home: string;
  hubUrl: string;
  /** The name in `pod.yaml`; the code must be for a pod of this name. */
  name: string;
  joinCode: string;
  version: string;
  /** True: hub and custodian are who they should be. */
  compare(introduction: Introduction): Promise<boolean>;
  now?: () => number;
}

type Answer = z.output<typeof routes.joinPod.answer>;

/**
 * Joins a hub: makes keys, presents them with the join code, and pins what was shown, once somebody has compared it. Until then
 * nothing is stored.
 * **Throws** `conflict.exists` for a folder that has joined, `enrolment.code-invalid`, `enrolment.fingerprint-mismatch`, `hub.unreachable`.
 */
export async function joinHub({ home, hubUrl, name, joinCode, version, compare, now = Date.now }: JoinOptions): Promise<Introduction> {
  if (hasJoined(home)) throw new Fault('conflict.exists', 'This pod has joined a hub already.', { at: home, hint: 'For another enrolment use another folder (home in pod.yaml).' });
  const keys = await makePodKeys();
  const own = publicHalf(keys.pair);
  const code = joinCode.trim();
  const claim = podJoin.parse({ v: 1, codeHash: hash('sha256', code, 'base64url'), keys: own, version, issuedAt: now() });
  const proof = await sign({ typ: typ.podJoin, payload: claim, key: keys.pair.signing });
  const answer = await present(hubUrl, { joinCode: code, proof });
  if (answer.name !== name) {
    throw new Fault('config.invalid', `The join code is for a pod named ${answer.name}, the configuration names it ${name}.`, { at: 'name', hint: `Write name: ${answer.name} in pod.yaml and ask the custodian for a new join code.` });
  }
  const introduction = await introduce(answer, hubUrl, own);
  if (!(await compare(introduction))) {
    throw new Fault('enrolment.fingerprint-mismatch', 'The fingerprints were not confirmed; nothing was stored.', { hint: 'Ask the custodian for a new join code when they are right.' });
  }
  const pins: Pins = {
    v: 1,
    podId: answer.podId,
    name: answer.name,
    hub: { url: hubUrl, name: answer.hub.name, keys: answer.hub.keys },
    custodian: { id: answer.custodian.id, email: answer.custodian.email, name: answer.custodian.name, devices: answer.custodian.devices.map(({ name: of, keys }) => ({ ...keys, name: of })) },
    joinedAt: now(),
  };
  makeHome(home);
  const store = openStore(home, now);
  try {
    store.audit.append('pod.joined', answer.podId, { hub: introduction.hub.fingerprint, custodian: pins.custodian.id, fingerprint: introduction.podFingerprint });
  } finally {
    store.close();
  }
  savePodKeys(home, keys);
  // Last: a pod without pins has not joined.
  savePins(home, pins);
  return introduction;
}

async function introduce({ podId, name, hub, custodian }: Answer, url: string, own: PublicKeys): Promise<Introduction> {
  const [current] = hub.keys;
  if (!current) throw new Fault('envelope.malformed', 'The hub has not named its key.');
  return {
    podId,
    podName: name,
    podFingerprint: await fingerprint(parsePublicKeys(own)),
    hub: { url, name: hub.name, fingerprint: await thumbprint(parsePublicJwk(current, 'Ed25519')) },
    custodian: {
      id: custodian.id,
      name: custodian.name,
      email: custodian.email,
      devices: await Promise.all(custodian.devices.map(async (device) => ({ name: device.name, fingerprint: await fingerprint(parsePublicKeys(device.keys)) }))),
    },
  };
}

async function present(hubUrl: string, body: { joinCode: string; proof: string }): Promise<Answer> {
  const url = new URL(`${apiPrefix}${routes.joinPod.path}`, hubUrl);
  let status: number;
  let text: string;
  try {
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body), redirect: 'error', signal: AbortSignal.timeout(15_000) });
    status = response.status;
    text = await response.text();
  } catch (cause) {
    throw new Fault('hub.unreachable', 'The hub does not answer.', { at: 'hub', hint: 'Check the address in pod.yaml and the way to it.', cause });
  }
  const answer = readAnswer(text);
  if (status !== (routes.joinPod.status as number)) {
    const fault = Fault.fromBody(answer);
    throw fault.code === 'internal.unexpected' && status >= 500 ? new Fault('hub.unreachable', 'The hub cannot answer right now.') : fault;
  }
  const read = routes.joinPod.answer.safeParse(answer);
  if (!read.success) throw new Fault('usage.unsupported', 'The hub answers in a way that this pod does not know.', { hint: 'Compare the versions of hub and pod.' });
  return read.data;
}

function readAnswer(text: string): unknown {
  try {
    return readStrictJson(text);
  } catch (error) {
    if (isFault(error)) return undefined;
    throw error;
  }
}
