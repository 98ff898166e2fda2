import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, type Podnet } from '@podnet/sdk';
import { fileStore } from '@podnet/sdk/node';

export interface Person {
  key: PersonKey;
  name: string;
  email: string;
  password: string;
  does: string;
}

/** A person with a client of their own, signed in, with keys. */
export interface Guest extends Person {
  podnet: Podnet;
}

const cast = {
  admin: { name: 'Ada Admin', does: 'runs the hub' },
  custodian: { name: 'Carl Custodian', does: 'runs the pods' },
  scientist: { name: 'Sara Scientist', does: 'Super Modeller on every pod' },
  auditor: { name: 'Max Metrics', does: 'Metrics Only on every pod' },
} as const;

export type PersonKey = keyof typeof cast;
export type People = Record<PersonKey, Guest>;

/** The accounts of the demonstration: made once, passwords drawn at random and kept in a file of mode 0600. */
export function loadPersons(home: string): { persons: Person[]; path: string } {
  const path = join(home, 'accounts.json');
  if (!existsSync(path)) {
    const persons = (Object.keys(cast) as PersonKey[]).map((key) => ({ key, ...cast[key], email: `${key}@podnet.example`, password: randomBytes(12).toString('base64url') }));
    writeFileSync(path, JSON.stringify(persons, null, 2), { mode: 0o600 });
  }
  chmodSync(path, 0o600);
  return { persons: JSON.parse(readFileSync(path, 'utf8')) as Person[], path };
}

/** Signs everybody in; at the first start makes the accounts, the first admin by the hub's one-time token. */
export async function signEverybodyIn(home: string, hub: string, persons: Person[], setupToken: string | undefined): Promise<People> {
  const guests = persons.map((person): Guest => ({ ...person, podnet: connect({ hub, store: fileStore(join(home, 'people', person.key)) }) }));
  const admin = guests.find((guest) => guest.key === 'admin')!;
  if (setupToken) await admin.podnet.session.setUp({ token: setupToken, email: admin.email, name: admin.name, password: admin.password });
  else await signIn(admin);
  for (const guest of guests) {
    if (guest === admin) continue;
    if (setupToken) {
      const { token } = await admin.podnet.rest.call('invite', { body: { email: guest.email } });
      await guest.podnet.session.acceptInvitation({ token, name: guest.name, password: guest.password });
    } else await signIn(guest);
  }
  await Promise.all(guests.map(async ({ podnet }) => (await podnet.keys.own()) ?? podnet.keys.add('demonstration')));
  return Object.fromEntries(guests.map((guest) => [guest.key, guest])) as People;
}

/** The stored session, if it is still good; else with the password. */
async function signIn({ podnet, email, password }: Guest): Promise<void> {
  const good = await podnet.session.rest.call('me', {}).then(() => true, () => false);
  if (!good) await podnet.session.signIn({ email, password });
}
