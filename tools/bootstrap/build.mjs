// From sources to dist: the Prisma client when its schema changed, then `tsc -b`. Both are skipped when nothing changed.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { withLock } from './lock.mjs';
import { runStep } from './process.mjs';

/** Builds what changed. Resolves to the exit status. */
export async function build({ root, node, env, say }) {
  if (isUpToDate(root)) return 0;
  return withLock(path.join(root, '.runtime', 'build.lock'), say, async () => {
    if (isUpToDate(root)) return 0;
    mkdirSync(path.join(root, '.runtime'), { recursive: true });
    const generated = await generate({ root, node, env, say });
    if (generated !== 0) return generated;
    const before = sourcesStamp(root);
    say('building.');
    const started = Date.now();
    rmSync(buildStamp(root), { force: true });
    const status = await runStep(node, [path.join(root, 'node_modules/typescript/bin/tsc'), '-b'], { cwd: root, env });
    if (status !== 0) return status;
    say(`built in ${((Date.now() - started) / 1000).toFixed(1)} s.`);
    writeFileSync(buildStamp(root), before);
    return 0;
  });
}

const buildStamp = (root) => path.join(root, '.runtime', 'build.stamp');
const prismaStamp = (root) => path.join(root, 'apps/hub/src/generated/prisma/.stamp');
const schemaFile = (root) => path.join(root, 'prisma/schema.prisma');

function isUpToDate(root) {
  return isGenerated(root) && hasOutput(root) && readText(buildStamp(root)) === sourcesStamp(root);
}

async function generate({ root, node, env, say }) {
  if (isGenerated(root)) return 0;
  say('generating the database client.');
  const status = await runStep(node, [path.join(root, 'node_modules/prisma/build/index.js'), 'generate', '--no-hints'], { cwd: root, env });
  if (status === 0) writeFileSync(prismaStamp(root), schemaStamp(root));
  return status;
}

function isGenerated(root) {
  return !existsSync(schemaFile(root)) || readText(prismaStamp(root)) === schemaStamp(root);
}

function schemaStamp(root) {
  const hash = createHash('sha256');
  for (const file of [schemaFile(root), path.join(root, 'prisma.config.ts'), path.join(root, 'package-lock.json')]) hash.update(readText(file) ?? '');
  return hash.digest('hex');
}

/** Sources can be unchanged while somebody removed a `dist`. */
function hasOutput(root) {
  return rooms(root).every((room) => existsSync(path.join(room, 'dist/.tsbuildinfo')) || !existsSync(path.join(room, 'src')));
}

/** Names, sizes and times of everything that `tsc -b` reads from this repository. */
function sourcesStamp(root) {
  const hash = createHash('sha256');
  const add = (file) => {
    const stat = statSync(file, { throwIfNoEntry: false });
    if (stat !== undefined) hash.update(`${file} ${stat.size} ${stat.mtimeMs}\n`);
  };
  for (const file of ['package-lock.json', 'tsconfig.json', 'tsconfig.base.json']) add(path.join(root, file));
  for (const room of rooms(root)) {
    for (const file of ['package.json', 'tsconfig.json']) add(path.join(room, file));
    for (const file of sourcesUnder(path.join(room, 'src'))) add(file);
  }
  return hash.digest('hex');
}

function rooms(root) {
  return ['libs', 'apps'].flatMap((group) => entriesOf(path.join(root, group))
    .map((entry) => path.join(root, group, entry.name))
    .filter((room) => existsSync(path.join(room, 'tsconfig.json'))));
}

function sourcesUnder(folder) {
  return entriesOf(folder).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return sourcesUnder(file);
    return entry.name.endsWith('.spec.ts') || entry.name.startsWith('.') ? [] : [file];
  });
}

function entriesOf(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}

function readText(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
