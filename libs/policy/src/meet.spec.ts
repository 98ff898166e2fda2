import { underCeiling } from './meet.ts';
import { algorithmCells, compareRoles, protocolCells, roleRows } from './roles.ts';

const pairs = roleRows.flatMap((role) => roleRows.map((ceiling) => ({ role, ceiling, name: `${role.name} under ${ceiling.name}` })));

describe('a role under a ceiling', () => {
  it.each(pairs)('$name permits only what both permit', ({ role, ceiling }) => {
    const row = underCeiling(role, ceiling);
    if (compareRoles(role.name, ceiling.name) >= 0) {
      expect(row).toBe(role);
      return;
    }
    expect(row.name).toBe(ceiling.name);
    for (const protocol of [...Object.keys(protocolCells), 'other']) {
      const says = [role, ceiling, row].map((one) => one.protocols.get(protocol) ?? one.otherProtocols);
      expect(says[2]).toBe(says[0] && says[1]);
    }
    for (const algorithm of [...Object.keys(algorithmCells), 'other']) {
      const [own, outer, both] = [role, ceiling, row].map((one) => one.algorithms.get(algorithm) ?? one.otherAlgorithms);
      expect(both).toEqual({
        permitted: own?.permitted && outer?.permitted,
        privately: own?.privately || outer?.privately,
        epsilon: Math.min(own?.epsilon ?? 0, outer?.epsilon ?? 0),
      });
    }
    expect(row.releases).toEqual(role.releases.filter((release) => ceiling.releases.includes(release)));
    expect(row.alwaysPrivate).toBe(role.alwaysPrivate || ceiling.alwaysPrivate);
    expect(row.epsilonBudget).toBe(role.epsilonBudget ?? ceiling.epsilonBudget);
    expect(row.customCode).toBe(role.customCode && ceiling.customCode);
    expect(row.installedModels).toBe(role.installedModels && ceiling.installedModels);
  });

  it('keeps custom models as closed as the more closed of the two', () => {
    expect(pairs.map(({ role, ceiling }) => underCeiling(role, ceiling).customModels)).toEqual([
      ...['any', 'by extra', 'never', 'never', 'never'],
      ...['by extra', 'by extra', 'never', 'never', 'never'],
      ...['never', 'never', 'never', 'never', 'never'],
      ...['never', 'never', 'never', 'never', 'never'],
      ...['never', 'never', 'never', 'never', 'never'],
    ]);
  });
});
