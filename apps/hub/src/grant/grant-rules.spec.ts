import { applicableGrant, isLive } from './applicable-grant.ts';
import { managesGrants, refuseSelfGrant } from './authority.ts';

const at = (day: number): Date => new Date(Date.UTC(2026, 0, day));
const grant = (name: string, dataset: string | null, from: number, to: number | null, revoked: number | null = null) => ({ name, dataset, startsAt: at(from), endsAt: to === null ? null : at(to), revokedAt: revoked === null ? null : at(revoked) });

describe('the grant that counts', () => {
  const now = at(10);
  const rows: [string, ReturnType<typeof grant>[], string | null][] = [
    ['none when there is none', [], null],
    ['the one on the pod', [grant('pod', null, 1, null)], 'pod'],
    ['the one on the dataset before the one on the pod', [grant('pod', null, 1, null), grant('set', 'penguins', 1, null)], 'set'],
    ['the one on the pod when that on the dataset has ended', [grant('pod', null, 1, null), grant('set', 'penguins', 1, 9)], 'pod'],
    ['none when it is on another dataset', [grant('other', 'whales', 1, null)], null],
    ['none when it was revoked', [grant('pod', null, 1, null, 5)], null],
    ['none when it has not begun', [grant('pod', null, 11, null)], null],
    ['none at the very instant it ends', [grant('pod', null, 1, 10)], null],
    ['one at the very instant it begins', [grant('pod', null, 10, null)], 'pod'],
  ];

  it.each(rows)('is %s', (_, grants, name) => {
    expect(applicableGrant(grants, 'penguins', now)?.name ?? null).toBe(name);
  });

  it('holds before its end and not after', () => {
    const short = grant('pod', null, 1, 5);
    expect([4, 5, 6].map((day) => isLive(short, at(day)))).toEqual([true, false, false]);
  });
});

describe('who assigns roles', () => {
  const pod = { custodianId: 'usr_custodian' };
  const rows: [string, string, boolean, string, boolean, boolean][] = [
    ['a custodian to somebody', 'usr_custodian', false, 'usr_modeller', true, true],
    ['a custodian to themselves', 'usr_custodian', false, 'usr_custodian', true, true],
    ['an admin to somebody', 'usr_admin', true, 'usr_modeller', true, true],
    ['an admin to themselves', 'usr_admin', true, 'usr_admin', true, false],
    ['an admin to the custodian', 'usr_admin', true, 'usr_custodian', true, true],
    ['an admin who is the custodian to themselves', 'usr_custodian', true, 'usr_custodian', true, true],
    ['somebody else', 'usr_other', false, 'usr_modeller', false, true],
  ];

  it.each(rows)('%s', (_, userId, admin, modeller, manages, passes) => {
    expect(managesGrants({ userId, admin }, pod)).toBe(manages);
    const attempt = () => refuseSelfGrant({ userId, admin }, pod, modeller);
    if (passes) expect(attempt).not.toThrow();
    else expect(attempt).toThrow(expect.objectContaining({ code: 'access.self-grant' }));
  });
});
