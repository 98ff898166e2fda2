import { readFileSync } from 'node:fs';

/** Version of this pod's program, from its package. */
export const podVersion: string = (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }).version;
