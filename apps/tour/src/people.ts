import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { House, Person } from '@podnet/launch';

const cast = {
  admin: { name: 'Ada Admin', does: 'runs the hub' },
  custodian: { name: 'Carl Custodian', does: 'runs the pods' },
  scientist: { name: 'Sara Scientist', does: 'Super Modeller on every pod' },
  auditor: { name: 'Max Metrics', does: 'Metrics Only on every pod' },
  researcher: { name: 'Gina General', does: 'General Modeller on every pod' },
  restricted: { name: 'Dora Restricted', does: 'DP Restricted Modeller on every pod: epsilon 3 in all' },
} as const;

export type PersonKey = keyof typeof cast;
export type People = Record<PersonKey, Person>;

export interface Account {
  key: PersonKey;
  name: string;
  email: string;
  password: string;
  does: string;
}

/** The accounts of the demonstration: made once, passwords drawn at random and kept in a file of mode 0600. */
export function loadAccounts(home: string): { accounts: Account[]; path: string } {
  const path = join(home, 'accounts.json');
  const known = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Account[]) : [];
  const drawn = (key: PersonKey): Account => ({ key, ...cast[key], email: `${key}@podnet.example`, password: randomBytes(12).toString('base64url') });
  // Somebody may have joined the cast since the file was written.
  const accounts = (Object.keys(cast) as PersonKey[]).map((key) => known.find((account) => account.key === key) ?? drawn(key));
  if (accounts.length !== known.length) writeFileSync(path, JSON.stringify(accounts, null, 2), { mode: 0o600 });
  chmodSync(path, 0o600);
  return { accounts, path };
}

/** Signs everybody in; at the first start makes the accounts. */
export async function gather(house: House, accounts: Account[]): Promise<People> {
  const people: Partial<People> = {};
  for (const account of accounts) people[account.key] = account.key === 'admin' ? await house.admin(account) : await house.person(account.key, account);
  return people as People;
}
