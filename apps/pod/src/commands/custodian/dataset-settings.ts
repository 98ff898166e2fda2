import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { podDataset, readYaml } from '@podnet/contracts';
import { Fault } from '@podnet/errors';
import type { z } from 'zod';

/** What `pod.yaml` says of a dataset besides its name, its source and its policy: columns, split, differential privacy … */
const settings = podDataset.omit({ name: true, source: true, policy: true }).partial();
export type DatasetSettings = z.infer<typeof settings>;

/** **Throws** `config.invalid` and `usage.unknown-key` with line and column of every mistake. */
export function readSettingsFile(path: string): DatasetSettings {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (cause) {
    throw new Fault('config.invalid', 'The file with the settings does not exist, may not be read or is not UTF-8.', { at: basename(path), cause });
  }
  return readYaml(text, settings, basename(path), 'config.invalid');
}
