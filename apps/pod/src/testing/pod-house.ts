import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { limits, makeId, sealContext, typ, type GrantToken, type TaskManifest, type TaskPayload } from '@podnet/contracts';
import { decodeBase64url, deriveChannel, makeKeys, openSealedSigned, openSigned, publicHalf, sealSigned, sha256Base64url, sign, thumbprint, unpackBody, type Body, type Channel, type KeyPair } from '@podnet/envelope';
import type { Verdict } from '@podnet/policy';
import { readPodFile, type PodFile } from '../config/pod-file.ts';
import { makeHome } from '../home/home-folder.ts';
import { savePins, type Pins } from '../home/pins.ts';
import { makePodKeys, savePodKeys, type PodKeys } from '../home/pod-keys.ts';
import { FakeHub } from './fake-hub.ts';

export type Keys = GrantToken['devices'][number];

/** Sixty rows of people: `age` and `height` numbers, `group` a category, `y` what there is to learn, `note` a text. */
export const peopleCsv = [
  'age,height,group,y,note',
  ...Array.from({ length: 60 }, (_, i) => `${20 + (i % 30)},${150 + ((i * 7) % 50)}.5,${i % 3 === 0 ? 'a' : 'b'},${(i * 13) % 30 > 14 ? 1 : 0},canary-row-${i}`),
].join('\n');

export interface HouseOptions {
  /** More of `pod.yaml`. */
  yaml?: string;
  csv?: string;
}

/** Everything around one pod: its folder, a fake hub, a modeller with a device. For specs. */
export class PodHouse {
  readonly podId = makeId('pod');
  readonly userId = makeId('account');
  readonly grantId = makeId('grant');
  readonly folder = mkdtempSync(join(tmpdir(), 'pod-house-'));
  readonly channelKey = 'A'.repeat(43);
  hubKeys!: KeyPair;
  modeller!: KeyPair;
  custodian!: KeyPair;
  keys!: PodKeys;
  pins!: Pins;
  hub!: FakeHub;

  static async build({ yaml = '', csv = peopleCsv }: HouseOptions = {}): Promise<PodHouse> {
    const house = new PodHouse();
    [house.hubKeys, house.modeller, house.custodian, house.keys] = await Promise.all([makeKeys(), makeKeys(), makeKeys(), makePodKeys()]);
    house.hub = await FakeHub.start(publicHalf(house.keys.pair).signing, 'the-hub');
    writeFileSync(join(house.folder, 'people.csv'), csv);
    writeFileSync(
      house.configPath,
      `version: 1\nname: north\nhub: ${house.hub.url}\nhome: ./home\ndatasets:\n  - name: people\n    source: { csv: people.csv }\n    ignore: [note]\n    columns:\n      group: { domain: [a, b] }\n      y: { domain: [0, 1] }\n${yaml}`,
    );
    mkdirSync(house.home);
    makeHome(house.home);
    savePodKeys(house.home, house.keys);
    const custodian = publicHalf(house.custodian) as Keys;
    house.pins = {
      v: 1, podId: house.podId, name: 'north', joinedAt: 0,
      hub: { url: house.hub.url, name: 'the-hub', keys: [publicHalf(house.hubKeys).signing] },
      custodian: { id: makeId('account'), email: 'custodian@example.org', name: 'Custodian', devices: [custodian] },
    };
    savePins(house.home, house.pins);
    return house;
  }

  get configPath(): string {
    return join(this.folder, 'pod.yaml');
  }

  get home(): string {
    return join(this.folder, 'home');
  }

  get file(): PodFile {
    return readPodFile(this.configPath);
  }

  /** What the pod wrote for its custodian. */
  get log(): string {
    return readFileSync(join(this.home, 'pod.log'), 'utf8');
  }

  /** A task, signed and sealed as the SDK does it. Answers the id of its assignment. */
  async submit(task: SubmittedTask = {}, { hint = true } = {}): Promise<string> {
    const assignmentId = makeId('assignment');
    this.hub.assign({ assignmentId, ...(await this.seal(task)) }, { hint });
    return assignmentId;
  }

  async seal({ payload, grant, manifest, noGrant = false }: SubmittedTask = {}): Promise<{ manifest: string; payload: string; grant: string | null }> {
    const now = Date.now();
    const taskId = payload?.taskId ?? makeId('task');
    const taskLimits = payload?.limits ?? { deadlineAt: now + 120_000, minPods: 1, onPodLoss: 'wait' as const };
    const said: TaskPayload = {
      v: 1, taskId, podId: this.podId, dataset: 'people', userId: this.userId, label: null,
      protocol: { name: 'results-only', version: 1, params: {} }, algorithm: { name: 'column-average', version: 1, params: { columns: ['age'] } }, model: null,
      privacy: null, secureAggregation: false, limits: taskLimits, podIndex: 0, podCount: 1, channelKey: this.channelKey, ...payload,
    };
    const ref = (element: { name: string; version: number }) => ({ name: element.name, version: element.version });
    const text = await sealSigned({ signTyp: typ.payloadSigned, sealTyp: typ.payload, payload: said, signKey: this.modeller.signing, to: publicHalf(this.keys.pair).encryption, context: sealContext.payload(taskId, this.podId) });
    const signed: TaskManifest = {
      v: 1, taskId, userId: this.userId, sealTo: await thumbprint(this.modeller.encryption), protocol: ref(said.protocol), algorithm: ref(said.algorithm), model: said.model && ref(said.model),
      privacy: said.privacy, secureAggregation: said.secureAggregation, pods: [{ podId: this.podId, dataset: said.dataset, payload: await sha256Base64url(text) }], limits: taskLimits,
      issuedAt: now, expiresAt: now + 3_600_000, ...manifest,
    };
    const vouched: GrantToken = {
      v: 1, hub: 'the-hub', grantId: this.grantId, revision: 1, podId: this.podId, userId: this.userId, email: 'modeller@example.org', custodian: false, role: 'super-modeller', dataset: null,
      extras: { models: [], elements: [] }, epsilonLimit: null, startsAt: 0, endsAt: null, devices: [publicHalf(this.modeller) as Keys], issuedAt: now, expiresAt: now + limits.grantValidMs, ...grant,
    };
    return {
      manifest: await sign({ typ: typ.manifest, payload: signed, key: this.modeller.signing }),
      payload: text,
      grant: noGrant ? null : await sign({ typ: typ.grant, payload: vouched, key: this.hubKeys.signing }),
    };
  }

  /** Opens an answer as the modeller does. */
  async open(assignmentId: string): Promise<{ facts: { taskId: string; datasetVersion: string }; body: Body }> {
    const { result, claimed } = this.hub.assignments.get(assignmentId)!;
    const taskId = this.taskIdOf(claimed.manifest);
    const kid = await thumbprint(this.keys.pair.signing);
    const { payload, body } = await openSealedSigned(new TextDecoder().decode(result!), {
      signTyp: typ.resultSigned, sealTyp: typ.result, keys: (asked) => (asked === kid ? publicHalf(this.keys.pair).signing : undefined), key: this.modeller.encryption,
      context: sealContext.result(taskId, this.podId, assignmentId), maxBytes: 32 << 20,
    });
    return { facts: payload as never, body: unpackBody(body!) };
  }

  async verdict(assignmentId: string): Promise<Verdict & { taskId: string; assignmentId: string }> {
    return this.openVerdict(this.hub.assignments.get(assignmentId)!.verdict!);
  }

  async openVerdict(jws: string): Promise<Verdict & { taskId: string; assignmentId: string }> {
    const { payload } = await openSigned(jws, { typ: typ.verdict, keys: () => publicHalf(this.keys.pair).signing });
    return payload as never;
  }

  channel(assignmentId: string): Promise<Channel> {
    return deriveChannel(decodeBase64url(this.channelKey), { taskId: this.taskIdOf(this.hub.assignments.get(assignmentId)!.claimed.manifest), podId: this.podId });
  }

  taskIdOf(manifest: string): string {
    return (JSON.parse(Buffer.from(manifest.split('.')[1]!, 'base64url').toString()) as { taskId: string }).taskId;
  }

  async clear(): Promise<void> {
    await this.hub.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export interface SubmittedTask {
  payload?: Partial<TaskPayload>;
  grant?: Partial<GrantToken>;
  manifest?: Partial<TaskManifest>;
  noGrant?: boolean;
}
