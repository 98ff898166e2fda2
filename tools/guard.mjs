// What must not be in a tracked file: addresses of package registries, paths of somebody's machine, private keys, files that are
// too large, names that say nothing. `node tools/guard.mjs`.
import { execFileSync } from 'node:child_process';
import { lstatSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const maxBytes = 1024 * 1024;

const texts = [
  { name: 'an address of a package registry', pattern: /https?:\/\/[^\s/"'`<>]*(?:registry|npmjs|yarnpkg|artifactory|nexus|verdaccio|pypi)[^\s"'`<>]*/i },
  { name: 'a lock entry bound to an address', pattern: /"resolved":\s*"http[^"]*"/ },
  { name: 'a path of a machine', pattern: /(?<![\w.:~\-/}])(?:\/(?:home(?!\/node\b)|Users|root|work)\/[\w.-]+|[A-Z]:\\Users\\\w+)/ },
  { name: 'a private key', pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----/ },
  { name: 'a conflict marker', pattern: /^(?:<{7}|>{7}) \S/m },
];

const emptyNames = /(?:^|\/)(?:utils?|common|helpers?|types|misc|shared)(?:\.[\w.]+)?(?:\/|$)/;

/** What is wrong with one file: a line of text for each finding. */
export function findings({ name, bytes }) {
  const found = [];
  if (bytes.length > maxBytes) found.push(`${name}: ${(bytes.length / maxBytes).toFixed(1)} MiB; files over 1 MiB stay out of the repository`);
  if (/^(?:libs|apps|tools|bench)\//.test(name) && emptyNames.test(name)) found.push(`${name}: a name that says nothing; name the concept`);
  if (bytes.includes(0)) return found;
  const text = bytes.toString('utf8');
  for (const { name: what, pattern } of texts) {
    const match = pattern.exec(text);
    if (match !== null) found.push(`${name}:${text.slice(0, match.index).split('\n').length}: ${what}: ${match[0].slice(0, 80)}`);
  }
  return found;
}

/** Every file that git tracks or would track. */
function trackedFiles(root) {
  const names = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return [...new Set(names.split('\0'))].filter((name) => name !== '' && lstatSync(path.join(root, name), { throwIfNoEntry: false })?.isFile());
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const found = trackedFiles(root).flatMap((name) => findings({ name, bytes: readFileSync(path.join(root, name)) }));
  for (const line of found) process.stdout.write(`${line}\n`);
  process.exitCode = found.length === 0 ? 0 : 1;
}
