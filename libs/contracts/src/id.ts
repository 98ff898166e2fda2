import { z } from 'zod';

/** Prefixes tell what an id names: `tsk_…` a task, `pod_…` a pod. The rest is 26 characters of Crockford base32. */
export const idPrefixes = {
  account: 'usr',
  device: 'dev',
  invitation: 'inv',
  session: 'ses',
  apiToken: 'tok',
  pod: 'pod',
  joinCode: 'jcd',
  grant: 'grt',
  task: 'tsk',
  assignment: 'asg',
  request: 'req',
} as const;

export type IdKind = keyof typeof idPrefixes;

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** A new id: 48 bits of time, so that ids sort by age, and 80 bits of `random`. */
export function makeId(kind: IdKind, now: number = Date.now(), random: Uint8Array = crypto.getRandomValues(new Uint8Array(16))): string {
  let time = '';
  for (let rest = now, i = 0; i < 10; i++, rest = Math.floor(rest / 32)) time = alphabet[rest % 32] + time;
  let tail = '';
  for (let i = 0; i < 16; i++) tail += alphabet[random[i]! % 32];
  return `${idPrefixes[kind]}_${time}${tail}`;
}

/** The zod schema of an id of one kind. */
export const id = (kind: IdKind) => z.string().regex(new RegExp(`^${idPrefixes[kind]}_[0-9a-hjkmnp-tv-z]{26}$`), `must be an id like ${idPrefixes[kind]}_…`);
