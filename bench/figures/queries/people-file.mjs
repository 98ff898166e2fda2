import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const writer = fileURLToPath(new URL('./people.mjs', import.meta.url));

/** Makes the ten million rows in the folder of a figure, in another process: what that takes does not stay with who measures. */
export function peopleFile(folder) {
  const path = join(folder, 'people.parquet');
  execFileSync(process.execPath, [writer, path]);
  return path;
}
