/**
 * Where a client keeps what must outlive the process: its session, the device's private keys and the pod keys it has pinned.
 * Node keeps files of mode 0600, a browser IndexedDB, specs a map. Values are JSON.
 */
export interface ClientStore {
  load(name: StoreName): Promise<unknown>;
  save(name: StoreName, value: unknown): Promise<void>;
  remove(name: StoreName): Promise<void>;
}

export type StoreName = 'session' | 'device' | 'pins' | 'hub';

/** A store that forgets with the process. */
export function memoryStore(): ClientStore {
  const values = new Map<StoreName, unknown>();
  return {
    load: async (name) => structuredClone(values.get(name)),
    save: async (name, value) => void values.set(name, structuredClone(value)),
    remove: async (name) => void values.delete(name),
  };
}
