import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

interface LockEntry {
  version?: string;
  resolved?: string;
  link?: boolean;
  optionalDependencies?: Record<string, string>;
}

const manifest = JSON.parse(read('package.json')) as Record<'dependencies' | 'devDependencies', Record<string, string>>;
const lock = (JSON.parse(read('package-lock.json')) as { packages: Record<string, LockEntry> }).packages;

describe('the dependencies', () => {
  it('each have a line that says why', () => {
    const page = read('docs/dependencies.md');
    const known = new Set([...page.matchAll(/`(@?[\w./-]+)`/g)].map(([, name]) => name));
    const scopes = ['', '@nestjs/'];
    const names = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(names.filter((name) => !scopes.some((scope) => name.startsWith(scope) && known.has(name.slice(scope.length))))).toEqual([]);
  });

  it('have exact versions, and the lock has the same', () => {
    const all = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(all.filter(([name, version]) => lock[`node_modules/${name}`]?.version !== version)).toEqual([]);
  });

  it('are locked for every platform, or npm ci refuses the lock', () => {
    const missing = Object.entries(lock).flatMap(([place, { optionalDependencies = {} }]) => Object.keys(optionalDependencies)
      .filter((name) => lock[`${place}/node_modules/${name}`] === undefined && lock[`node_modules/${name}`] === undefined)
      .map((name) => `${place}: ${name}`));
    expect(missing).toEqual([]);
  });

  it('include every room of the repository, or npm ci refuses the lock', () => {
    const rooms = ['libs', 'apps'].flatMap((group) => readdirSync(path.join(root, group)).map((name) => `${group}/${name}`))
      .filter((room) => existsSync(path.join(root, room, 'package.json')));
    expect(rooms.filter((room) => lock[room] === undefined || lock[`node_modules/@podnet/${path.basename(room)}`]?.link !== true)).toEqual([]);
  });

  it('are bound to no address', () => {
    expect(Object.values(lock).filter(({ link, resolved }) => resolved !== undefined && !link)).toEqual([]);
  });
});
