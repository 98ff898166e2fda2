import { startTestHub, type TestHub } from '../testing/hub.ts';
import { makeAdmin, makePerson, type Person } from '../testing/people.ts';
import { AuditService } from './audit.service.ts';
import { chainStart, linkHash } from './chain.ts';
import { AuditLinker } from './linker.ts';

interface Entry {
  index: string | null;
  seq: string;
  action: string;
  subject: string;
  previousHash: string | null;
  hash: string | null;
}
interface Report {
  entries: string;
  head: string | null;
  ok: boolean;
  brokenAt: string | null;
}

let hub: TestHub;
let admin: Person;

beforeAll(async () => {
  hub = await startTestHub();
  admin = await makeAdmin(hub);
});
afterAll(() => hub.stop());

const verify = async (): Promise<Report> => (await admin.call<Report>('GET', '/audit/verify')).body;
const list = async (query = ''): Promise<Entry[]> => (await admin.call<{ entries: Entry[] }>('GET', `/audit${query}`)).body.entries;
const record = (subject: string): Promise<void> =>
  hub.database.transaction((tx) => hub.application.get(AuditService, { strict: false }).record(tx, { actor: 'hub', actorId: 'podnet', action: 'spec.happened', subject, detail: { n: 1.5, b: true, a: ['x', 'ü'] } }));

/** What only somebody with the run of the database can do. */
async function tamper(statement: string): Promise<void> {
  await hub.database.client.$transaction(async (tx) => {
    await tx.$executeRawUnsafe('alter table "AuditEntry" disable trigger all');
    await tx.$executeRawUnsafe('alter table "AuditLink" disable trigger all');
    await tx.$executeRawUnsafe(statement);
    for (const table of ['AuditEntry', 'AuditLink']) await tx.$executeRawUnsafe(`alter table "${table}" enable always trigger "${table}_append_only"`);
  });
}

describe('the audit', () => {
  it('has what happened, oldest first, as one chain', async () => {
    await makePerson(hub, admin, 'somebody@example.org');
    expect((await verify()).ok).toBe(true);
    const entries = await list();
    expect(entries.map(({ action }) => action)).toEqual([
      'invitation.made', 'account.created', 'hub.set-up', 'session.begun', 'invitation.made', 'account.created', 'invitation.accepted', 'session.begun',
    ]);
    expect(entries[0]!.previousHash).toBe(chainStart);
    for (let i = 1; i < entries.length; i++) expect(entries[i]!.previousHash).toBe(entries[i - 1]!.hash);
  });

  it('is linked by itself shortly after a commit', async () => {
    await record('linked-by-itself');
    const deadline = Date.now() + 10_000;
    let entry: Entry | undefined;
    while (Date.now() < deadline && !entry?.hash) [entry] = await list('?subject=linked-by-itself');
    expect(entry?.hash).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  it('forgets what was rolled back', async () => {
    const audit = hub.application.get(AuditService, { strict: false });
    await expect(
      hub.database.transaction(async (tx) => {
        await audit.record(tx, { actor: 'hub', actorId: 'podnet', action: 'spec.happened', subject: 'rolled-back' });
        throw new Error('changed its mind');
      }),
    ).rejects.toThrow('changed its mind');
    expect(await list('?subject=rolled-back')).toEqual([]);
    expect((await verify()).ok).toBe(true);
  });

  it('is one chain without gaps when many write and several link at once', async () => {
    const linker = hub.application.get(AuditLinker, { strict: false });
    await Promise.all([...Array.from({ length: 40 }, (_, i) => record(`many-${i}`)), linker.linkAll(), linker.linkAll(), linker.linkAll()]);
    const report = await verify();
    const total = await hub.database.client.auditEntry.count();
    expect(report).toMatchObject({ ok: true, entries: String(total), brokenAt: null });
    expect(await hub.database.client.auditLink.count()).toBe(total);
  });

  it('is read in pages', async () => {
    const all = await list('?limit=1000');
    const [first] = await list('?limit=1');
    expect(first).toEqual(all[0]);
    expect(await list(`?after=${first!.seq}&limit=1000`)).toEqual(all.slice(1));
    expect(await list('?after=9999999999999999999')).toEqual([]);
    expect((await admin.call('GET', '/audit?limit=0')).fault.at).toBe('limit');
  });

  it.each([
    'update "AuditEntry" set "action" = \'nothing\'',
    'delete from "AuditEntry"',
    'truncate "AuditEntry" cascade',
    'update "AuditLink" set "hash" = \'x\'',
    'delete from "AuditLink"',
  ])('refuses: %s', async (statement) => {
    await expect(hub.database.client.$executeRawUnsafe(statement)).rejects.toThrow();
    expect((await verify()).ok).toBe(true);
  });

  it('is for admins', async () => {
    const member = await makePerson(hub, admin, 'curious@example.org');
    expect((await member.call('GET', '/audit')).fault.code).toBe('access.forbidden');
    expect((await member.call('GET', '/audit/verify')).fault.code).toBe('access.forbidden');
  });

  it('names the first entry that somebody changed behind its back', async () => {
    const { action } = (await hub.database.client.auditLink.findUniqueOrThrow({ where: { index: 5n }, include: { entry: true } })).entry;
    await tamper(`update "AuditEntry" set "action" = 'nothing' where seq = (select "entrySeq" from "AuditLink" where index = 5)`);
    expect(await verify()).toMatchObject({ ok: false, entries: '4', brokenAt: '5' });
    await tamper(`update "AuditEntry" set "action" = '${action}' where seq = (select "entrySeq" from "AuditLink" where index = 5)`);
    expect((await verify()).ok).toBe(true);
  });

  it('names the place where an entry was taken out', async () => {
    await tamper('delete from "AuditLink" where index = 7');
    // The entry without a link is linked anew, at the end: its old place stays empty.
    expect(await verify()).toMatchObject({ ok: false, brokenAt: '7' });
  });
});

describe('the hash of a link', () => {
  const entry = { seq: 1n, at: new Date(0), actor: 'hub', actorId: 'podnet', action: 'a.b', subject: 's', detail: { b: 1, a: [true, null] } };
  const hash = linkHash(1n, chainStart, entry);

  it('does not depend on the order of keys', () => {
    expect(linkHash(1n, chainStart, { ...entry, detail: { a: [true, null], b: 1 } })).toBe(hash);
  });

  it.each<[string, () => string]>([
    ['its place', () => linkHash(2n, chainStart, entry)],
    ['the hash before it', () => linkHash(1n, hash, entry)],
    ...Object.entries({ seq: 2n, at: new Date(1), actor: 'pod', actorId: 'x', action: 'a.c', subject: 't', detail: { b: 2, a: [true, null] } }).map(([key, value]): [string, () => string] => [key, () => linkHash(1n, chainStart, { ...entry, [key]: value })]),
  ])('changes with %s', (_, other) => {
    expect(other()).not.toBe(hash);
  });
});
