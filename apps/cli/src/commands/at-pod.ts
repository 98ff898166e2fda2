import { existsSync } from 'node:fs';
import { Fault } from '@podnet/errors';
import { optionalText, type Answer, type Option, type Values } from '../command.ts';
import type { Context } from '../context.ts';
import { program } from './local.ts';

export const podConfig: Option = { flags: '--config <file>', says: 'the pod of this pod.yaml (one in this folder is taken when no --hub is named)', completes: 'file' };

/** The pod of this machine, when a command is for it: named, or in this folder while no hub is named. */
export function podHere(context: Context, values: Values): string | undefined {
  return optionalText(values, 'config') ?? (!context.flags.hub && existsSync('pod.yaml') ? 'pod.yaml' : undefined);
}

/** **Throws** `usage.invalid` when there is none. */
export function requirePodHere(context: Context, values: Values): string {
  const config = podHere(context, values);
  if (config === undefined) throw new Fault('usage.invalid', 'There is no pod.yaml in this folder.', { at: '--config', hint: 'Run it on the machine of the pod, in the folder of its pod.yaml, or name the file with --config.' });
  return config;
}

/** Hands a command to the pod's program: options by their names, words as they stand. */
export function atPod(context: Context, values: Values, words: readonly string[], options: readonly string[] = []): Promise<Answer> {
  const config = requirePodHere(context, values);
  const flags = options.flatMap((name): string[] => {
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    const value = values[name];
    if (typeof value === 'string') return [`${flag}=${value}`];
    if (Array.isArray(value)) return value.map((each) => `${flag}=${each}`);
    return value === true ? [flag] : [];
  });
  const [group, action, ...rest] = words;
  return program('pod', [group!, action!, `--config=${config}`, ...flags, ...(context.flags.json ? ['--json'] : []), '--', ...rest]);
}
