import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '@podnet/errors';
import type { ClientStore, StoreName } from '../client/store.ts';

/**
 * Keeps each value in a JSON file of mode 0600 in a folder of mode 0700; a write replaces the file as a whole.
 * **Throws** `config.invalid` for a file that others may read.
 */
export function fileStore(folder: string): ClientStore {
  const path = (name: StoreName): string => join(folder, `${name}.json`);
  return {
    async load(name) {
      try {
        const { mode } = await stat(path(name));
        if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
          throw new Fault('config.invalid', `Others may read the file ${name}.json, which holds secrets.`, { at: path(name), hint: `chmod 600 ${path(name)}` });
        }
        return JSON.parse(await readFile(path(name), 'utf8')) as unknown;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        if (error instanceof SyntaxError) throw new Fault('config.invalid', `The file ${name}.json is damaged.`, { at: path(name) });
        throw error;
      }
    },
    async save(name, value) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const draft = `${path(name)}.${process.pid}.${Math.random().toString(36).slice(2)}`;
      const file = await open(draft, 'wx', 0o600);
      try {
        await file.writeFile(JSON.stringify(value));
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(draft, path(name));
    },
    remove: (name) => rm(path(name), { force: true }),
  };
}
