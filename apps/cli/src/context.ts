import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '@podnet/errors';
import type { Podnet } from '@podnet/sdk';
import { makeStyle, makeTalk, wantsColour, type Style, type Talk } from '@podnet/terminal';
import { readSetting, type Setting, type SettingName } from './settings.ts';

export interface GlobalFlags {
  json?: boolean;
  hub?: string;
  home?: string;
  color?: boolean;
  tokenFile?: string;
  yes?: boolean;
  dryRun?: boolean;
}

/** What a command works with. Loads the SDK only when it is asked for. */
export interface Context {
  flags: GlobalFlags;
  style: Style;
  /** Progress and remarks, on stderr: stdout is for data. */
  talk: Talk;
  /** Streams one line of data at once, for `--follow`. */
  emit(data: unknown, text: string): void;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
  setting(name: SettingName): Setting | undefined;
  hub(): string;
  podnet(): Promise<Podnet>;
  /** A secret from PODNET_PASSWORD, standard input or a prompt; never from an argument. */
  secret(question: string): Promise<string>;
  ask(question: string, initial?: string): Promise<string>;
  /** **Throws** `interrupted` when the answer is no. */
  confirm(question: string): Promise<void>;
  rememberHub(hub: string): Promise<void>;
  close(): Promise<void>;
}

export function makeContext(flags: GlobalFlags, signal: AbortSignal): Context {
  const { env: environment } = process;
  const setting = (name: SettingName): Setting | undefined => readSetting(name, { flags: { ...(flags.hub ? { hub: flags.hub } : {}), ...(flags.home ? { home: flags.home } : {}) }, environment, folder: process.cwd() });
  const interactive = process.stdin.isTTY === true && process.stderr.isTTY === true && !environment['CI'];
  let opened: Promise<Podnet> | undefined;

  function hub(): string {
    const found = setting('hub');
    if (!found) throw new Fault('usage.invalid', 'No hub is named.', { at: '--hub', hint: 'Give --hub URL, set PODNET_HUB, or sign in once with: podnet login --hub URL.' });
    if (!URL.canParse(found.value) || !/^https?:$/.test(new URL(found.value).protocol)) throw new Fault('usage.invalid', 'The address of the hub is not an http or https URL.', { at: found.from });
    return found.value;
  }

  async function open(): Promise<Podnet> {
    const [{ connect }, { fileStore }] = await Promise.all([import('@podnet/sdk'), import('@podnet/sdk/node')]);
    const home = setting('home')!.value;
    // One folder for each hub: keys and pins of one are never shown to another.
    const store = fileStore(join(home, new URL(hub()).host.replaceAll(':', '_')));
    const apiToken = flags.tokenFile ? readFileSync(flags.tokenFile, 'utf8').trim() : environment['PODNET_TOKEN'];
    return connect({ hub: hub(), store, ...(apiToken ? { apiToken } : {}) });
  }

  async function prompt<T>(ask: (clack: typeof import('@clack/prompts')) => Promise<T>, hint: string): Promise<Exclude<T, symbol>> {
    if (!interactive) throw new Fault('usage.needs-terminal', 'An answer is needed and there is no terminal to ask at.', { hint });
    const clack = await import('@clack/prompts');
    const answer = await ask(clack);
    if (clack.isCancel(answer)) throw new Fault('interrupted');
    return answer as Exclude<T, symbol>;
  }

  return {
    flags,
    style: makeStyle(flags.color !== false && wantsColour(process.stdout, environment)),
    talk: makeTalk(process.stderr, environment),
    emit: (data, line) => void process.stdout.write(`${flags.json ? JSON.stringify({ ok: true, data }) : line}\n`),
    signal,
    setting,
    hub,
    podnet: () => (opened ??= open()),
    async secret(question) {
      const given = environment['PODNET_PASSWORD'];
      if (given) return given;
      if (!process.stdin.isTTY) {
        const piped = readFileSync(0, 'utf8').trim();
        if (piped) return piped;
      }
      return prompt(({ password }) => password({ message: question, output: process.stderr }), 'Set PODNET_PASSWORD or pipe it to standard input.');
    },
    ask: (question, initial) => prompt(({ text }) => text({ message: question, output: process.stderr, ...(initial ? { initialValue: initial } : {}) }), 'Give it as an option; see --help.'),
    async confirm(question) {
      if (flags.yes) return;
      const agreed = await prompt(({ confirm }) => confirm({ message: question, output: process.stderr, initialValue: false }), 'Add --yes when you are sure.');
      if (!agreed) throw new Fault('interrupted', 'Nothing was done.');
    },
    async rememberHub(address) {
      const home = setting('home')!.value;
      await mkdir(home, { recursive: true, mode: 0o700 });
      await writeFile(join(home, 'config.json'), `${JSON.stringify({ hub: address }, null, 2)}\n`, { mode: 0o600 });
    },
    async close() {
      if (opened) (await opened.catch(() => undefined))?.close();
    },
  };
}
