import { readFileSync } from 'node:fs';

/** The hub's version, from its package; the same way up from `src` and from `dist`. */
export const version = (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }).version;
