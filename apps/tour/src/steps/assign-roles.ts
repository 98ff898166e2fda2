import { roleLabel } from '@podnet/policy';
import type { PersonKey } from '../people.ts';
import type { Step } from '../stage.ts';

const cast = [
  { who: 'scientist', role: 'super-modeller', by: 'custodian' },
  { who: 'auditor', role: 'metrics-only', by: 'admin' },
  { who: 'researcher', role: 'general-modeller', by: 'custodian' },
  { who: 'restricted', role: 'dp-restricted-modeller', by: 'custodian' },
] as const satisfies { who: PersonKey; role: string; by: PersonKey }[];

/** The custodian and the admin give roles in the hub. */
export const assignRoles: Step = {
  name: 'assign-roles',
  async run({ people, scene }) {
    const existing = await people.custodian.podnet.grants.list();
    for (const { who, role, by } of cast) {
      const mine = await people[by].podnet.pods.list();
      for (const site of scene.sites) {
        const podId = mine.find((pod) => pod.name === site.pod)!.id;
        const held = existing.some((grant) => grant.pod.id === podId && grant.modeller.email === people[who].email && grant.revokedAt === null);
        if (!held) await people[by].podnet.grants.assign({ podId, email: people[who].email, role, reason: 'Demonstration' });
      }
    }
    const grants = (await people.custodian.podnet.grants.list()).filter((grant) => grant.revokedAt === null);
    return {
      says: cast.map(({ who, role, by }) => `${people[who].name} is ${roleLabel(role)} (by ${people[by].name})`).join('; '),
      grants: grants.map((grant) => ({ pod: grant.pod.name, modeller: grant.modeller.email, role: grant.role })),
    };
  },
};
