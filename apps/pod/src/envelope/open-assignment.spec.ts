import { limits, makeId, sealContext, typ, type GrantToken, type TaskManifest, type TaskPayload } from '@podnet/contracts';
import { makeKeys, publicHalf, sealSigned, sha256Base64url, sign, thumbprint, type KeyPair } from '@podnet/envelope';
import { isFault } from '@podnet/errors';
import type { Pins } from '../home/pins.ts';
import { pinnedKeys } from '../home/pins.ts';
import { openAssignment, type Recipient, type Sealed } from './open-assignment.ts';

const now = 1_800_000_000_000;
const podId = makeId('pod');
const userId = makeId('account');
const taskId = makeId('task');
let hub: KeyPair;
let pod: KeyPair;
let modeller: KeyPair;
let other: KeyPair;
let custodian: KeyPair;
let recipient: Recipient;
let pins: Pins;

beforeAll(async () => {
  [hub, pod, modeller, other, custodian] = (await Promise.all([makeKeys(), makeKeys(), makeKeys(), makeKeys(), makeKeys()])) as [KeyPair, KeyPair, KeyPair, KeyPair, KeyPair];
  pins = {
    v: 1, podId, name: 'north', joinedAt: 0,
    hub: { url: 'http://localhost', name: 'the-hub', keys: [publicHalf(hub).signing] },
    custodian: { id: makeId('account'), email: 'c@example.org', name: 'C', devices: [publicHalf(custodian) as Pins['custodian']['devices'][number]] },
  };
  recipient = { podId, keys: pod, pins, pinned: await pinnedKeys(pins), now };
});

/** What an attacker, or an honest modeller, can put together. */
interface Making {
  grant?: Partial<GrantToken>;
  grantKey?: KeyPair;
  grantTyp?: string;
  manifest?: Partial<TaskManifest>;
  manifestTyp?: string;
  signer?: KeyPair;
  payload?: Partial<TaskPayload>;
  payloadSigner?: KeyPair;
  sealTo?: KeyPair;
  boundTo?: { task: string; pod: string };
  /** Last touches on the three texts. */
  touch?: (sealed: Sealed) => Sealed | Promise<Sealed>;
}

async function make({ grant, grantKey = hub, grantTyp = typ.grant, manifest, manifestTyp = typ.manifest, signer = modeller, payload, payloadSigner = signer, sealTo = pod, boundTo, touch = (sealed) => sealed }: Making = {}): Promise<Sealed> {
  const taskLimits = { deadlineAt: now + 60_000, minPods: 1, onPodLoss: 'wait' as const };
  const element = { name: 'results-only', version: 1, params: {} };
  const said: TaskPayload = {
    v: 1, taskId, podId, dataset: 'people', userId, label: null, protocol: element, algorithm: { ...element, name: 'column-average' }, model: null, privacy: null, secureAggregation: false, limits: taskLimits,
    podIndex: 0, podCount: 1, channelKey: 'A'.repeat(43), ...payload,
  };
  const text = await sealSigned({ signTyp: typ.payloadSigned, sealTyp: typ.payload, payload: said, signKey: payloadSigner.signing, to: publicHalf(sealTo).encryption, context: boundTo ?? sealContext.payload(taskId, podId) });
  const signed: TaskManifest = {
    v: 1, taskId, userId, sealTo: await thumbprint(signer.encryption), protocol: { name: 'results-only', version: 1 }, algorithm: { name: 'column-average', version: 1 }, model: null, privacy: null, secureAggregation: false,
    pods: [{ podId, dataset: 'people', payload: await sha256Base64url(text) }], limits: taskLimits, issuedAt: now - 1_000, expiresAt: now + 60_000, ...manifest,
  };
  const vouched: GrantToken = {
    v: 1, hub: 'the-hub', grantId: makeId('grant'), revision: 1, podId, userId, email: 'm@example.org', custodian: false, role: 'super-modeller', dataset: null, extras: { models: [], elements: [] },
    epsilonLimit: null, startsAt: 0, endsAt: null, devices: [publicHalf(modeller) as GrantToken['devices'][number]], issuedAt: now - 1_000, expiresAt: now + limits.grantValidMs - 1_000, ...grant,
  };
  return touch({ manifest: await sign({ typ: manifestTyp, payload: signed, key: signer.signing }), payload: text, grant: await sign({ typ: grantTyp, payload: vouched, key: grantKey.signing }) });
}

const flip = (token: string, part: number): string => {
  const parts = token.split('.');
  const text = parts[part]!;
  const at = Math.floor(text.length / 2);
  parts[part] = text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
  return parts.join('.');
};
const withHeader = (token: string, change: object): string => {
  const [header, ...rest] = token.split('.');
  return [Buffer.from(JSON.stringify({ ...(JSON.parse(Buffer.from(header!, 'base64url').toString()) as object), ...change })).toString('base64url'), ...rest].join('.');
};
const element = (name: string, version = 1) => ({ name, version, params: {} });

describe('an honest assignment', () => {
  it('opens', async () => {
    const opened = await openAssignment(await make(), recipient);
    expect(opened).toMatchObject({ manifest: { taskId }, payload: { dataset: 'people' }, asker: { userId, email: 'm@example.org', isCustodian: false } });
  });

  it('of the custodian counts as theirs only with a device that was pinned', async () => {
    const { id } = pins.custodian;
    const as = (signer: KeyPair) =>
      make({ signer, manifest: { userId: id }, payload: { userId: id }, grant: { userId: id, custodian: true, role: null, grantId: null, devices: [publicHalf(signer) as GrantToken['devices'][number]] } });
    expect(await openAssignment(await as(custodian), recipient)).toMatchObject({ asker: { isCustodian: true } });
    expect(await openAssignment(await as(other), recipient)).toMatchObject({ asker: { isCustodian: false } });
  });

  it('of somebody else does not become the custodian’s by the word of the hub', async () => {
    expect(await openAssignment(await make({ grant: { custodian: true } }), recipient)).toMatchObject({ asker: { isCustodian: false } });
  });

  it('without a grant is a stranger’s', async () => {
    expect(await openAssignment(await make({ touch: (sealed) => ({ ...sealed, grant: null }) }), recipient)).toEqual({ stranger: true, userId, dataset: 'people' });
  });
});

describe('an attack', () => {
  const elsewhere = makeId('pod');
  const attacks: [string, string, () => Promise<Sealed>][] = [
    ['with an expired grant', 'envelope.expired', () => make({ grant: { issuedAt: now - 700_000, expiresAt: now - 100_000 } })],
    ['with a grant that was made to last', 'envelope.expired', () => make({ grant: { issuedAt: now - 700_000, expiresAt: now + 700_000 } })],
    ['with a grant from the future', 'envelope.expired', () => make({ grant: { issuedAt: now + 60_000, expiresAt: now + 90_000 } })],
    ['with an expired task', 'envelope.expired', () => make({ manifest: { issuedAt: now - 90_000, expiresAt: now - 40_000 } })],
    ['with a task from the future', 'envelope.expired', () => make({ manifest: { issuedAt: now + 60_000 } })],
    ['with a task that is older than any task may be', 'envelope.expired', () => make({ manifest: { issuedAt: now - limits.taskDeadlineMs.most - 60_000 } })],
    ['with a grant for another pod', 'envelope.wrong-recipient', () => make({ grant: { podId: elsewhere } })],
    ['with a grant from a hub of another name', 'envelope.wrong-recipient', () => make({ grant: { hub: 'other-hub' } })],
    ['with a task for another pod', 'envelope.wrong-recipient', async () => make({ manifest: { pods: [{ podId: elsewhere, dataset: 'people', payload: 'A'.repeat(43) }] } })],
    ['with a payload sealed to another pod', 'envelope.wrong-recipient', () => make({ sealTo: other })],
    ['with a grant signed by another hub', 'envelope.unknown-key', () => make({ grantKey: other })],
    ['with a grant signed by the modeller', 'envelope.unknown-key', () => make({ grantKey: modeller })],
    ['with a task signed by a device that the grant does not name', 'envelope.unknown-key', () => make({ signer: other })],
    ['with a payload signed by another device than the task', 'envelope.unknown-key', () => make({ payloadSigner: other })],
    ['with a result to be sealed to somebody else', 'envelope.unknown-key', async () => make({ manifest: { sealTo: await thumbprint(other.encryption) } })],
    ['with a grant that names no device', 'envelope.unknown-key', () => make({ grant: { devices: [] } })],
    ['with a grant in place of the task', 'envelope.wrong-type', () => make({ touch: (sealed) => ({ ...sealed, manifest: sealed.grant! }) })],
    ['with the task in place of the grant', 'envelope.wrong-type', () => make({ touch: (sealed) => ({ ...sealed, grant: sealed.manifest }) })],
    ['with a task of another type', 'envelope.wrong-type', () => make({ manifestTyp: 'podnet-result+jws' })],
    ['with a grant of another type', 'envelope.wrong-type', () => make({ grantTyp: typ.access })],
    ['with a changed grant', 'envelope.bad-signature', () => make({ touch: (sealed) => ({ ...sealed, grant: flip(sealed.grant!, 2) }) })],
    ['with a changed task', 'envelope.bad-signature', () => make({ touch: (sealed) => ({ ...sealed, manifest: flip(sealed.manifest, 2) }) })],
    ['with a task whose algorithm is none', 'envelope.algorithm-refused', () => make({ touch: (sealed) => ({ ...sealed, manifest: withHeader(sealed.manifest, { alg: 'none' }) }) })],
    ['with a task that brings its own key', 'envelope.algorithm-refused', () => make({ touch: (sealed) => ({ ...sealed, manifest: withHeader(sealed.manifest, { jwk: publicHalf(other).signing }) }) })],
    ['with a grant that names where to fetch its key', 'envelope.algorithm-refused', () => make({ touch: (sealed) => ({ ...sealed, grant: withHeader(sealed.grant!, { jku: 'https://evil.example' }) }) })],
    ['with a payload that was changed', 'envelope.tampered', () => make({ touch: (sealed) => ({ ...sealed, payload: flip(sealed.payload, 3) }) })],
    ['with the payload of another task', 'envelope.tampered', async () => make({ touch: async (sealed) => ({ ...sealed, payload: (await make()).payload }) })],
    ['with a hash that is not the payload’s', 'envelope.tampered', () => make({ manifest: { pods: [{ podId, dataset: 'people', payload: 'B'.repeat(43) }] } })],
    ['with a payload bound to another task', 'envelope.tampered', () => make({ boundTo: { task: makeId('task'), pod: podId } })],
    ['with a payload bound to another pod', 'envelope.tampered', () => make({ boundTo: { task: taskId, pod: elsewhere } })],
    ['with a task of somebody else than the grant', 'envelope.tampered', () => make({ grant: { userId: makeId('account') } })],
    ['with no task at all', 'envelope.malformed', () => make({ touch: (sealed) => ({ ...sealed, manifest: 'a.b.c' }) })],
    ['with a task that lacks a part', 'envelope.malformed', () => make({ manifest: { pods: [] } })],
    ['with a stranger’s text', 'envelope.malformed', () => make({ touch: () => ({ manifest: 'x.y.z', payload: 'x', grant: null }) })],
    ['with a payload that says more than is known', 'envelope.malformed', () => make({ payload: { extra: 1 } as object })],
    ['by another pod named twice', 'envelope.wrong-recipient', async () => make({ manifest: { pods: [{ podId, dataset: 'people', payload: 'A'.repeat(43) }, { podId, dataset: 'other', payload: 'A'.repeat(43) }] } })],
  ];
  it.each(attacks)('%s ends with %s', async (_, code, attack) => {
    const fault: unknown = await openAssignment(await attack(), recipient).catch((error: unknown) => error);
    expect(isFault(fault) && fault.code).toBe(code);
  });

  const differing: [string, Partial<TaskPayload>][] = [
    ['task', { taskId: makeId('task') }],
    ['pod', { podId: elsewhere }],
    ['dataset', { dataset: 'other' }],
    ['asker', { userId: makeId('account') }],
    ['protocol', { protocol: element('federated-averaging') }],
    ['protocol’s version', { protocol: element('results-only', 2) }],
    ['algorithm', { algorithm: element('model-training') }],
    ['model', { model: element('logistic-regression') }],
    ['privacy', { privacy: { epsilon: 1, delta: 1e-6 } }],
    ['secure aggregation', { secureAggregation: true }],
    ['deadline', { limits: { deadlineAt: now + 61_000, minPods: 1, onPodLoss: 'wait' } }],
    ['handling of lost pods', { limits: { deadlineAt: now + 60_000, minPods: 1, onPodLoss: 'drop' } }],
    ['number of pods', { podCount: 2 }],
    ['place among the pods', { podIndex: 1 }],
  ];
  it.each(differing)('that seals another %s than it signed is found out', async (_, payload) => {
    const fault: unknown = await openAssignment(await make({ payload }), recipient).catch((error: unknown) => error);
    expect(isFault(fault) && fault.code).toBe('envelope.tampered');
  });

  it('that changes any byte of any of the three objects is found out', async () => {
    const sealed = await make();
    for (const name of ['manifest', 'payload', 'grant'] as const) {
      const text = sealed[name]!;
      for (let at = 0; at < text.length; at += 97) {
        const changed = text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
        const outcome: unknown = await openAssignment({ ...sealed, [name]: changed }, recipient).catch((error: unknown) => error);
        expect(isFault(outcome) && outcome.code).toMatch(/^envelope\./);
      }
    }
  });
});
