import { fingerprint, parsePublicKeys } from '@podnet/envelope';
import { Fault } from '@podnet/errors';
import { trustPod, unpin } from './pins.ts';
import type { CallAnswer, CallInput } from './rest.ts';
import type { Session } from './session.ts';
import type { ClientStore } from './store.ts';

/** What custodians do with pods. */
export function podCalls(session: Session, store: ClientStore) {
  const { rest } = session;

  /** **Throws** `access.not-found` for a name or id that does not exist or may not be seen. */
  async function find(nameOrId: string): Promise<CallAnswer<'listPods'>['pods'][number]> {
    const { pods } = await rest.call('listPods', {});
    const found = pods.find((pod) => pod.name === nameOrId || pod.id === nameOrId);
    if (!found) throw new Fault('access.not-found', `There is no pod ${nameOrId}, or you may not see it.`, { hint: 'List the pods you may see with: podnet pods list.' });
    return found;
  }
  /** People compare the fingerprint that is shown, so it has to be that of the keys which are used. **Throws** `envelope.tampered`. */
  async function shown(id: string): Promise<CallAnswer<'showPod'>> {
    const pod = await rest.call('showPod', { params: { id } });
    if (pod.keys && pod.fingerprint !== (await fingerprint(parsePublicKeys(pod.keys)))) throw new Fault('envelope.tampered', `The fingerprint that the hub shows for the pod ${pod.name} is not that of its keys.`, { at: pod.name });
    return pod;
  }
  const withId = async <T>(nameOrId: string, call: (id: string) => Promise<T>): Promise<T> => call((await find(nameOrId)).id);

  return {
    find,
    list: async () => (await rest.call('listPods', {})).pods,
    show: (nameOrId: string) => withId(nameOrId, shown),
    register: (name: string) => rest.call('registerPod', { body: { name } }),
    renewJoinCode: (nameOrId: string) => withId(nameOrId, (id) => rest.call('renewJoinCode', { params: { id } })),
    /** The custodian read `fingerprint` off the pod and compared it with what the hub shows. */
    confirm: (nameOrId: string, fingerprint: string) => withId(nameOrId, (id) => rest.call('confirmPod', { params: { id }, body: { fingerprint } })),
    remove: (nameOrId: string) => withId(nameOrId, (id) => rest.call('removePod', { params: { id } })),
    /** Forgets the pinned keys of a pod and pins those with the fingerprint that its custodian named. **Throws** `pin.changed` for others. */
    async trust(nameOrId: string, confirmed: string) {
      const pod = await withId(nameOrId, shown);
      if (pod.fingerprint !== confirmed) throw new Fault('pin.changed', `The keys of the pod ${pod.name} are not those with the fingerprint that was confirmed.`, { at: pod.name });
      await unpin(pod.id, store, pod.name);
      return trustPod(pod, store);
    },
  };
}

/** What admins and custodians do with roles. */
export function grantCalls(session: Session) {
  const { rest } = session;
  return {
    assign: (terms: CallInput<'assignRole'>['body']) => rest.call('assignRole', { body: terms }),
    list: async (query: CallInput<'listGrants'>['query'] = {}) => (await rest.call('listGrants', { query })).grants,
    change: (id: string, terms: CallInput<'changeGrant'>['body']) => rest.call('changeGrant', { params: { id }, body: terms }),
    revoke: (id: string) => rest.call('revokeGrant', { params: { id } }),
  };
}
