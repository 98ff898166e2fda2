// A custodian's script, second part: gives a modeller a role on a pod for 30 days, and lists who has which.
//
//   node examples/sdk/assign-role.ts max@example.org torgersen
import { main } from './sign-in.ts';

const [email = 'max@example.org', podName = 'torgersen'] = process.argv.slice(2);
const dayMs = 86_400_000;

await main(async ({ grants, pods }) => {
  const { id: podId } = await pods.find(podName);
  const grant = await grants.assign({ podId, email, role: 'metrics-only', reason: 'Quality report', endsAt: new Date(Date.now() + 30 * dayMs).toISOString() });
  if (grant.warning) console.error(grant.warning);
  for (const { modeller, role, dataset, endsAt } of await grants.list({ podId })) console.log([modeller.email, role, dataset ?? 'every dataset', endsAt ?? 'no end'].join('\t'));
});
