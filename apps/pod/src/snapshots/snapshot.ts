import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { columnKind, type DatasetConfig } from '@podnet/contracts';
import type { Copied } from '@podnet/engine';
import { z } from 'zod';
import { makeHome, writePrivate } from '../home/home-folder.ts';

const manifest = z.strictObject({
  v: z.literal(1),
  /** Names what was asked of the database; another question needs another copy. */
  of: z.string(),
  id: z.string().regex(/^[0-9a-f-]{36}$/),
  files: z.array(z.strictObject({ name: z.string().regex(/^\d{6,}\.parquet$/), bytes: z.number() })).min(1),
  /** Types as the database has them. */
  columns: z.array(z.strictObject({ name: z.string(), kind: columnKind, times: z.literal(true).optional() })),
  rows: z.number(),
  contentHash: z.string(),
  takenAt: z.number(),
  /** The copy before: what is being computed may still read it. */
  before: z.string().nullable(),
});

/** The copy of a database's rows that a dataset is served from. */
export interface Snapshot {
  files: string[];
  columns: Copied['columns'];
  rows: number;
  takenAt: number;
}

type Asked = Pick<DatasetConfig, 'name' | 'source' | 'ignore'>;

const folderOf = (home: string): string => join(home, 'snapshots');

/** Folder with the copies of one dataset. */
export const snapshotFolder = (home: string, name: string): string => join(folderOf(home), name);

const manifestOf = (home: string, name: string): string => join(snapshotFolder(home, name), 'snapshot.json');

function questionOf({ source, ignore }: Asked): string {
  const { url_env: from, table, query } = ('postgres' in source ? source.postgres : {}) as { url_env?: string; table?: string; query?: string };
  return createHash('sha256').update(JSON.stringify([from, table ?? null, query ?? null, ignore])).digest('base64url');
}

/** The copy for this very source, when it is there and whole. */
export function findSnapshot(home: string, asked: Asked): Snapshot | undefined {
  const found = readManifest(home, asked.name);
  if (found?.of !== questionOf(asked)) return undefined;
  const folder = join(snapshotFolder(home, asked.name), found.id);
  const files = found.files.map(({ name }) => join(folder, name));
  const isWhole = found.files.every(({ bytes }, i) => statSync(files[i]!, { throwIfNoEntry: false })?.size === bytes);
  return isWhole ? { files, columns: found.columns, rows: found.rows, takenAt: found.takenAt } : undefined;
}

function readManifest(home: string, name: string): z.infer<typeof manifest> | undefined {
  try {
    return manifest.parse(JSON.parse(readFileSync(manifestOf(home, name), 'utf8')));
  } catch {
    // Not there, or not ours: a new copy is made.
    return undefined;
  }
}

/** An empty folder for a copy in the making, for nobody else to enter. */
export function beginSnapshot(home: string, name: string): string {
  makeFolder(home, name);
  return emptyFolder(snapshotFolder(home, name));
}

/** The same for a dataset that is not served yet: a pod that runs would take its copy for one that nobody needs any more. */
export function beginUnserved(home: string, now: number): string {
  const folder = join(home, 'copies');
  makeHome(folder);
  for (const entry of readdirSync(folder, { withFileTypes: true })) if (isAbandoned(folder, entry.name, now)) rmSync(join(folder, entry.name), { recursive: true, force: true });
  return emptyFolder(folder);
}

function makeFolder(home: string, name: string): void {
  for (const folder of [folderOf(home), snapshotFolder(home, name)]) makeHome(folder);
}

function emptyFolder(folder: string): string {
  const aside = join(folder, `new-${randomUUID()}`);
  mkdirSync(aside, { mode: 0o700 });
  return aside;
}

export const dropSnapshot = (aside: string): void => rmSync(aside, { recursive: true, force: true });

/** Puts a finished copy in the place of the one before, in one step. The same rows again leave everything as it is but the time. */
export function installSnapshot(home: string, asked: Asked, aside: string, { files, columns, rows, contentHash }: Copied, now: number): { changed: boolean } {
  const { name } = asked;
  const of = questionOf(asked);
  const before = readManifest(home, name);
  if (before?.contentHash === contentHash && findSnapshot(home, asked)) {
    dropSnapshot(aside);
    writePrivate(manifestOf(home, name), JSON.stringify({ ...before, takenAt: now }));
    return { changed: false };
  }
  const id = randomUUID();
  makeFolder(home, name);
  renameSync(aside, join(snapshotFolder(home, name), id));
  writePrivate(manifestOf(home, name), JSON.stringify({ v: 1, of, id, files, columns, rows, contentHash, takenAt: now, before: before?.id ?? null } satisfies z.infer<typeof manifest>));
  sweep(home, name, [id, before?.id], now);
  return { changed: true };
}

const abandonedMs = 24 * 3_600_000;

/** Otherwise another process may be making it. */
const isAbandoned = (folder: string, name: string, now: number): boolean => now - (statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0) >= abandonedMs;

function sweep(home: string, name: string, kept: readonly (string | undefined)[], now: number): void {
  for (const entry of readdirSync(snapshotFolder(home, name), { withFileTypes: true })) {
    if (!entry.isDirectory() || kept.includes(entry.name)) continue;
    if (!entry.name.startsWith('new-') || isAbandoned(snapshotFolder(home, name), entry.name, now)) rmSync(join(snapshotFolder(home, name), entry.name), { recursive: true, force: true });
  }
}

/** Removes the copies of datasets that are served from a database no more. */
export function forgetSnapshots(home: string, datasets: readonly Asked[]): void {
  if (!existsSync(folderOf(home))) return;
  const kept = new Set(datasets.filter(({ source }) => 'postgres' in source).map(({ name }) => name));
  for (const name of readdirSync(folderOf(home))) if (!kept.has(name)) rmSync(snapshotFolder(home, name), { recursive: true, force: true });
}
