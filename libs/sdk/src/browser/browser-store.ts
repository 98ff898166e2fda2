import type { ClientStore } from '../client/store.ts';

const storeName = 'values';

/** Keeps values in IndexedDB, for this origin only. */
export function browserStore(databaseName = 'podnet'): ClientStore {
  const opened = new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(databaseName, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(storeName);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error as DOMException);
  });

  async function run<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    const transaction = (await opened).transaction(storeName, mode);
    const request = work(transaction.objectStore(storeName));
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error as DOMException);
    });
  }

  return {
    load: (name) => run('readonly', (store) => store.get(name)),
    save: async (name, value) => void (await run('readwrite', (store) => store.put(value, name))),
    remove: async (name) => void (await run('readwrite', (store) => store.delete(name))),
  };
}
