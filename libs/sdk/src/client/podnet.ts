import { makeAsker } from '../frame/asker.ts';
import { frameCalls } from '../frame/frame-calls.ts';
import { taskCalls } from '../task/tasks.ts';
import { requestCalls } from '../review/requests.ts';
import { reviewCalls } from '../review/reviews.ts';
import { loadDevice, registerDevice } from './device.ts';
import { makeHubSocket } from './hub-socket.ts';
import { grantCalls, podCalls } from './people.ts';
import { makeSession } from './session.ts';
import type { ClientStore } from './store.ts';

export interface ConnectOptions {
  /** Address of the hub: `https://hub.example.org`. */
  hub: string;
  /** Where session, keys and pins are kept: `fileStore` in Node, `browserStore` in a browser, `memoryStore` for a moment. */
  store: ClientStore;
  /** A machine's API token, instead of a session. */
  apiToken?: string;
}

/** A client of one hub. Nothing is sent before a call needs it. */
export function connect({ hub, store, apiToken }: ConnectOptions) {
  const session = makeSession({ hub, store, ...(apiToken ? { apiToken } : {}) });
  const socket = makeHubSocket(hub, () => session.token());
  const { rest } = session;
  const pods = podCalls(session, store);
  const tasks = taskCalls(session, store, socket);
  return {
    session,
    rest,
    keys: {
      /** This machine's keys, if it has any. */
      own: () => loadDevice(store),
      /** Makes keys on this machine and registers their public halves. */
      add: (name: string) => registerDevice(session, store, name),
      list: async () => (await rest.call('listDevices', {})).devices,
      revoke: (id: string) => rest.call('revokeDevice', { params: { id } }),
    },
    pods,
    grants: grantCalls(session),
    tasks,
    /** Remote frames, SQL, and tables of one's own. */
    ...frameCalls(makeAsker(tasks, pods)),
    /** Queries that wait for you, as the custodian of their pod. */
    reviews: reviewCalls(session, store, socket),
    /** What you ask custodians for, and what is asked of you. */
    requests: requestCalls(session, store, tasks),
    /** Closes the socket; REST needs no closing. */
    close: () => socket.close(),
  };
}

export type Podnet = ReturnType<typeof connect>;
