import { compareRoles, isRoleName, roleLabel, roleNames, roleRow, roleRows, roleWarning, type RoleName } from './index.ts';

describe('the roles', () => {
  it('are five, strongest first, and people read their names', () => {
    expect(roleNames.map(roleLabel)).toEqual(['Super Modeller', 'General Modeller', 'DP Restricted Modeller', 'Metrics Only', 'Viewer']);
    expect(roleRows.map((row) => row.name)).toEqual(roleNames);
  });

  it('sort strongest first', () => {
    expect([...roleNames].reverse().sort(compareRoles)).toEqual(roleNames);
    expect(compareRoles('viewer', 'viewer')).toBe(0);
  });

  it('rank a text that is no role below all of them', () => {
    for (const role of roleNames) expect(compareRoles(role, 'owner' as RoleName)).toBeLessThan(0);
    expect(roleLabel('__proto__' as RoleName)).toBe('an unknown role');
    expect(roleWarning('__proto__' as RoleName)).toBeNull();
  });

  it('warn of custom models and arbitrary code where the Super Modeller is assigned, and only there', () => {
    expect(roleWarning('super-modeller')).toMatch(/custom models and arbitrary code/);
    expect(roleNames.filter((role) => roleWarning(role) !== null)).toEqual(['super-modeller']);
  });

  it('all see the pod and its schema, and each has a line that says what it is', () => {
    for (const row of roleRows) expect({ explores: row.explores, summary: row.summary.length > 20 }).toEqual({ explores: true, summary: true });
  });

  it.each(['owner', '', '__proto__', 'toString', 7, null, undefined, ['viewer']])('do not include %j', (text) => {
    expect(isRoleName(text)).toBe(false);
    expect(roleRow(text as string)).toBeUndefined();
  });
});
