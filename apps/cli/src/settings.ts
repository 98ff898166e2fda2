import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Fault } from '@podnet/errors';

/** What can be set for every command. */
export const settingNames = ['hub', 'home'] as const;
export type SettingName = (typeof settingNames)[number];

export interface Setting {
  value: string;
  /** Where it is from, for `podnet config explain`. */
  from: string;
}

interface Sources {
  flags: Partial<Record<SettingName, string>>;
  environment: NodeJS.ProcessEnv;
  folder: string;
}

const variables: Record<SettingName, string> = { hub: 'PODNET_HUB', home: 'PODNET_HOME' };

/** Flag, then environment, then the project's `.podnet.json`, then the user's `config.json`, then the default. */
export function readSetting(name: SettingName, { flags, environment, folder }: Sources): Setting | undefined {
  const flag = flags[name];
  if (flag) return { value: flag, from: `the flag --${name}` };
  const variable = environment[variables[name]];
  if (variable) return { value: variable, from: `the environment variable ${variables[name]}` };
  const project = findProject(folder);
  if (project?.values[name]) return { value: name === 'home' ? resolve(dirname(project.path), project.values[name]) : project.values[name], from: project.path };
  if (name === 'home') return { value: environment['XDG_CONFIG_HOME'] ? join(environment['XDG_CONFIG_HOME'], 'podnet') : join(homedir(), '.config', 'podnet'), from: 'the default' };
  const home = readSetting('home', { flags, environment, folder })!.value;
  const user = readFile(join(home, 'config.json'));
  return user?.[name] ? { value: user[name], from: join(home, 'config.json') } : undefined;
}

function findProject(folder: string): { path: string; values: Record<string, string> } | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, '.podnet.json');
    const values = readFile(path);
    if (values) {
      refuseForeign(path);
      return { path, values };
    }
    if (dirname(at) === at) return undefined;
  }
}

/** Whoever can write into a folder above could send tokens and passwords to a hub of their own. */
function refuseForeign(path: string): void {
  const { uid } = statSync(path);
  if (process.getuid && uid !== 0 && uid !== process.getuid()) throw new Fault('config.invalid', 'This file with settings belongs to somebody else.', { at: path, hint: 'Remove it, or make it your own file if you trust what it says.' });
}

function readFile(path: string): Record<string, string> | undefined {
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
  try {
    const value: unknown = JSON.parse(content);
    if (typeof value === 'object' && value !== null && Object.entries(value).every(([key, each]) => (settingNames as readonly string[]).includes(key) && typeof each === 'string')) return value as Record<string, string>;
  } catch {
    // Told below, without the file's text.
  }
  throw new Fault('config.invalid', `The file holds something other than the settings ${settingNames.join(' and ')}.`, { at: path });
}
