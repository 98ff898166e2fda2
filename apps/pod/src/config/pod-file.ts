import { readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { podConfig, readYaml, type PodConfig } from '@podnet/contracts';
import { Fault } from '@podnet/errors';

/** `pod.yaml` as it was read. Paths in it are relative to `baseDir`. */
export interface PodFile {
  config: PodConfig;
  baseDir: string;
  /** Absolute path of the folder with keys and store. */
  home: string;
}

/** **Throws** `config.invalid` with line and column of every mistake, `usage.unknown-key`, `usage.malformed`. */
export function readPodFile(path: string): PodFile {
  const file = resolve(path);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (cause) {
    throw new Fault('config.invalid', 'The configuration file does not exist, may not be read or is not UTF-8.', { at: basename(file), hint: 'Make one with: podnet pod init', cause });
  }
  const config = readYaml(text, podConfig, basename(file), 'config.invalid');
  const baseDir = dirname(file);
  return { config, baseDir, home: resolve(baseDir, config.home) };
}
