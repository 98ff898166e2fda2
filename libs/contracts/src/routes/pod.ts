import { z } from 'zod';
import { id } from '../id.ts';
import { podState } from '../lifecycle.ts';
import { publishedSchema } from '../schema.ts';
import { publicKeys } from '../signed.ts';
import { compactToken, instant, line, slug } from '../text.ts';
import { route } from './route.ts';

const byPod = z.strictObject({ id: id('pod') });
export const podSummary = z.strictObject({
  id: id('pod'),
  name: slug,
  state: podState,
  online: z.boolean(),
  custodian: z.strictObject({ id: id('account'), name: line(200) }),
  /** The caller's own role here: a role name, `custodian`, `admin` (sees, may not run) or null. */
  yourRole: z.string().nullable(),
  datasets: z.array(slug),
  lastSeenAt: instant.nullable(),
});
export const podDetail = podSummary.extend({
  keys: publicKeys.nullable(),
  fingerprint: line(200).nullable(),
  card: z.string().nullable(),
  version: line(50).nullable(),
  schemas: z.array(publishedSchema),
});
export type PodSummary = z.infer<typeof podSummary>;
export type PodDetail = z.infer<typeof podDetail>;

export const podRoutes = {
  listPods: route({ method: 'GET', path: '/pods', access: 'account', tag: 'pods', summary: 'Explore: the pods that the caller may see', answer: z.strictObject({ pods: z.array(podSummary) }) }),
  showPod: route({ method: 'GET', path: '/pods/:id', access: 'account', tag: 'pods', summary: 'One pod with its published schemas; 404 for those who may not see it', params: byPod, answer: podDetail }),
  registerPod: route({ method: 'POST', path: '/pods', access: 'account', tag: 'pods', summary: 'Register a pod; the caller becomes its custodian. The join code is shown once', body: z.strictObject({ name: slug }), answer: z.strictObject({ pod: podSummary, joinCode: z.string(), expiresAt: instant }), status: 201 }),
  renewJoinCode: route({ method: 'POST', path: '/pods/:id/join-code', access: 'account', tag: 'pods', summary: 'A new join code for a pod that has not joined; the old one is void', params: byPod, answer: z.strictObject({ joinCode: z.string(), expiresAt: instant }), status: 201 }),
  joinPod: route({
    method: 'POST', path: '/enrolments', access: 'public', guarded: true, tag: 'pods', summary: 'A pod presents its join code and its own public keys, signed with them',
    body: z.strictObject({ joinCode: z.string().min(8).max(100), proof: compactToken(16_384) }),
    answer: z.strictObject({
      podId: id('pod'), name: slug,
      hub: z.strictObject({ name: line(200), keys: z.array(z.strictObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string() })), fingerprint: z.string() }),
      // Shown to people who compare fingerprints: nothing in it may repaint what they see.
      custodian: z.strictObject({ id: id('account'), name: line(200), email: line(254), devices: z.array(z.strictObject({ name: line(200), keys: publicKeys, fingerprint: z.string() })) }),
    }),
    status: 201,
  }),
  confirmPod: route({ method: 'POST', path: '/pods/:id/confirm', access: 'account', tag: 'pods', summary: 'The custodian has compared the fingerprint that the pod shows', params: byPod, body: z.strictObject({ fingerprint: z.string().max(200) }), answer: podSummary, status: 200 }),
  removePod: route({ method: 'DELETE', path: '/pods/:id', access: 'account', tag: 'pods', summary: 'Remove a pod (its custodian or an admin): grants end, open assignments are cancelled', params: byPod }),
};
