import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, type Podnet } from '@podnet/sdk';
import { fileStore } from '@podnet/sdk/node';
import { run, start, type Running } from './processes.ts';

/** Somebody with an account, signed in, with keys on this machine. */
export interface Person {
  name: string;
  email: string;
  password: string;
  podnet: Podnet;
}

/** A pod of the house: its folder, and its process while it runs. */
export interface HousePod {
  name: string;
  folder: string;
  configPath: string;
  fingerprint: string;
  running?: Running;
}

export interface HouseOptions {
  /** Folder of everything; what is there from an earlier time is used again. */
  home: string;
  /** Folder of the built programs: `apps` of the repository. */
  apps: string;
  /** Port of the hub; 0 for a free one. */
  port?: number;
  hubEnvironment?: Record<string, string>;
}

/**
 * A hub and its pods as processes of their own on this machine: behind `npm start`, the benches and the end-to-end specs.
 * Every process ends with this one.
 */
export class House {
  hub!: Running;
  hubUrl!: string;
  readonly pods = new Map<string, HousePod>();
  readonly #options: HouseOptions;
  readonly #people = new Map<string, Person>();
  readonly #clients: Podnet[] = [];
  #setupToken: string | undefined;
  #port: number;

  private constructor(options: HouseOptions) {
    this.#options = options;
    this.#port = options.port ?? 0;
  }

  static async open(options: HouseOptions): Promise<House> {
    mkdirSync(options.home, { recursive: true, mode: 0o700 });
    const house = new House(options);
    await house.startHub();
    return house;
  }

  /** Starts the hub, at the same port as before when it ran before. */
  async startHub(): Promise<void> {
    const tokenFile = join(this.#options.home, 'setup-token');
    rmSync(tokenFile, { force: true });
    this.hub = await start(this.#program('hub'), ['--exit-with-parent'], {
      logPath: join(this.#options.home, 'hub.log'),
      env: { PODNET_HUB_HOME: join(this.#options.home, 'hub'), PODNET_HUB_PORT: String(this.#port), PODNET_SETUP_TOKEN_FILE: tokenFile, ...this.#options.hubEnvironment },
    });
    this.hubUrl = String(this.hub.ready['url']);
    this.#port = Number(new URL(this.hubUrl).port);
    this.#setupToken = existsSync(tokenFile) ? readFileSync(tokenFile, 'utf8').trim() : undefined;
  }

  /** The first admin; made with the one-time token at the first start, else signed in. */
  async admin(person: Partial<Person> = {}): Promise<Person> {
    const admin = this.#make('admin', person);
    if (this.#setupToken) {
      await admin.podnet.session.setUp({ token: this.#setupToken, email: admin.email, name: admin.name, password: admin.password });
      this.#setupToken = undefined;
    }
    return this.#settle('admin', admin);
  }

  /** Somebody else, invited by the admin at the first time. */
  async person(key: string, person: Partial<Person> = {}): Promise<Person> {
    const made = this.#make(key, person);
    if (!(await this.#canSignIn(made))) {
      const admin = this.#people.get('admin') ?? (await this.admin());
      const { token } = await admin.podnet.rest.call('invite', { body: { email: made.email } });
      await made.podnet.session.acceptInvitation({ token, name: made.name, password: made.password });
    }
    return this.#settle(key, made);
  }

  /** Another client of the same person: same keys and session, as another process of theirs would have. */
  again(key: string): Podnet {
    return this.#connect(key);
  }

  /** Writes the pod's configuration, joins it to the hub and confirms its fingerprint as its custodian; then starts it. */
  async addPod(custodian: Person, name: string, yaml: string): Promise<HousePod> {
    const pod = await this.enrolPod(custodian, name, yaml);
    await this.startPod(name);
    return pod;
  }

  async enrolPod(custodian: Person, name: string, yaml: string): Promise<HousePod> {
    const folder = join(this.#options.home, 'pods', name);
    mkdirSync(folder, { recursive: true });
    const configPath = join(folder, 'pod.yaml');
    writeFileSync(configPath, yaml);
    const { pods } = custodian.podnet;
    const known = (await pods.list()).find((pod) => pod.name === name);
    const pod: HousePod = { name, folder, configPath, fingerprint: '' };
    this.pods.set(name, pod);
    if (known?.state === 'active') pod.fingerprint = (await pods.show(known.id)).fingerprint ?? '';
    else {
      const { joinCode } = known ? await pods.renewJoinCode(known.id) : await pods.register(name);
      const { fingerprint: hub } = await custodian.podnet.rest.call('hubInfo', {});
      const device = (await custodian.podnet.keys.own())!;
      // In one word each: a fingerprint may begin as an option does.
      const given = [`--hub-fingerprint=${hub}`, `--custodian-fingerprint=${device.fingerprint}`];
      const said = await run(this.#program('pod'), ['join', '--config', configPath, '--code-file', '-', ...given, '--json'], joinCode);
      pod.fingerprint = (JSON.parse(said) as { data: { podFingerprint: string } }).data.podFingerprint;
      await pods.confirm(name, pod.fingerprint);
    }
    return pod;
  }

  async startPod(name: string): Promise<Running> {
    const pod = this.pods.get(name)!;
    pod.running = await start(this.#program('pod'), ['start', '--config', pod.configPath, '--exit-with-parent'], { logPath: join(pod.folder, 'pod.log') });
    return pod.running;
  }

  /** What the custodian types beside a pod, like `audit list`; answers the `data` of its JSON. **Throws** `internal.unavailable`. */
  async atPod(name: string, ...command: string[]): Promise<Record<string, unknown>> {
    const said = await run(this.#program('pod'), [...command, '--config', this.pods.get(name)!.configPath, '--json']);
    return (JSON.parse(said) as { data: Record<string, unknown> }).data;
  }

  /** Ends everything in good order: pods first. */
  async close(): Promise<void> {
    for (const client of this.#clients) client.close();
    await Promise.all([...this.pods.values()].map(async (pod) => pod.running?.stop()));
    await this.hub.stop();
  }

  #program(app: 'hub' | 'pod'): string {
    return join(this.#options.apps, app, 'dist/main.js');
  }

  #connect(key: string): Podnet {
    const client = connect({ hub: this.hubUrl, store: fileStore(join(this.#options.home, 'people', key)) });
    this.#clients.push(client);
    return client;
  }

  #make(key: string, { name = key, email = `${key}@podnet.example`, password = randomBytes(12).toString('base64url') }: Partial<Person>): Person {
    return { name, email, password, podnet: this.#connect(key) };
  }

  async #canSignIn({ podnet, email, password }: Person): Promise<boolean> {
    if (await podnet.session.rest.call('me', {}).then(() => true, () => false)) return true;
    return podnet.session.signIn({ email, password }).then(() => true, () => false);
  }

  async #settle(key: string, person: Person): Promise<Person> {
    if (key === 'admin') await this.#canSignIn(person);
    if (!(await person.podnet.keys.own())) await person.podnet.keys.add('this machine');
    this.#people.set(key, person);
    return person;
  }
}
