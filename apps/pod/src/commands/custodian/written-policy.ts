import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { readYaml } from '@podnet/contracts';
import { Fault } from '@podnet/errors';
import { policyDocument } from '../../catalogue/parse-policy.ts';

/**
 * A policy as its custodian wrote it: a file that holds the rules, or holds them under `policy:` as in `pod.yaml`.
 * **Throws** with line and column of every mistake.
 */
export function readPolicyFile(path: string): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (cause) {
    throw new Fault('config.invalid', 'The policy file does not exist, may not be read or is not UTF-8.', { at: basename(path), cause });
  }
  const read = readYaml(text, policyDocument(/^policy\s*:/m.test(text)), basename(path), 'config.invalid') as { policy?: unknown };
  return 'policy' in read ? read.policy : read;
}
