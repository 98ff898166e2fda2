import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { releaseKinds } from '@podnet/policy';
import { findAlgorithm, findModel, findProtocol, installed, paramsJsonSchema } from './find.ts';
import { elements, ofKind, registered } from './registry.ts';

const kinds = { protocol: 'protocols', algorithm: 'algorithms', model: 'models' } as const;
const folders = Object.values(kinds).flatMap((kind) => readdirSync(path.join(import.meta.dirname, kind)).map((name) => ({ kind, name, folder: path.join(import.meta.dirname, kind, name) })));

test('every folder with a manifest is registered, and every entry has its folder', () => {
  const ofFolders = folders.filter(({ folder }) => existsSync(path.join(folder, 'manifest.ts'))).map(({ kind, name }) => `${kind}/${name}`);
  expect(ofFolders.sort()).toEqual([...new Set(installed.map(({ kind, name }) => `${kinds[kind]}/${name}`))].sort());
  expect(ofFolders).toHaveLength(folders.length);
});

test.each(folders)('$kind/$name explains itself and imports no other element', ({ folder }) => {
  expect(readFileSync(path.join(folder, 'README.md'), 'utf8').length).toBeGreaterThan(200);
  const sources = readdirSync(folder).filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'));
  for (const file of sources) expect(readFileSync(path.join(folder, file), 'utf8')).not.toMatch(/from '\.\.\/(?!\.\.\/)|\/(protocols|algorithms|models)\//);
});

test('the same name and version twice is refused', () => {
  expect(() => registered([...elements, elements[0]!])).toThrow('The registry has protocol results-only@1 twice.');
});

test('a name finds its latest version, and a version that is not there finds nothing', () => {
  expect(findProtocol('federated-averaging')).toMatchObject({ kind: 'protocol', version: 1 });
  expect(findProtocol('federated-averaging', 1)).toBe(findProtocol('federated-averaging'));
  expect(findProtocol('federated-averaging', 2)).toBeNull();
  expect(findAlgorithm('logistic-regression')).toBeNull();
  expect(findModel('logistic-regression')).not.toBeNull();
  expect(findModel('constructor')).toBeNull();
});

describe.each(installed.map((manifest) => [`${manifest.kind} ${manifest.name}`, manifest] as const))('%s', (_name, manifest) => {
  test('has strict parameters, each with a description, that editors can draw', () => {
    expect(manifest.params.safeParse({ nobodyKnowsThis: 1 }).error!.issues.map(({ code }) => code)).toContain('unrecognized_keys');
    const schema = paramsJsonSchema(manifest) as { properties?: Record<string, { description?: string }>; additionalProperties: boolean };
    expect(schema.additionalProperties).toBe(false);
    for (const [key, { description }] of Object.entries(schema.properties ?? {})) expect([key, (description ?? '').length > 15]).toEqual([key, true]);
    expect(() => JSON.stringify(schema)).not.toThrow();
  });

  test('has a summary of one sentence and a version', () => {
    expect(manifest.summary).toMatch(/^.{20,160}\.$/u);
    expect(z.int().min(1).safeParse(manifest.version).success).toBe(true);
  });
});

describe.each(ofKind('algorithm').map(({ manifest }) => [manifest.name, manifest] as const))('algorithm %s', (_name, manifest) => {
  test('is carried by protocols that exist', () => {
    expect(manifest.carriedBy.length).toBeGreaterThan(0);
    for (const name of manifest.carriedBy) expect(findProtocol(name)).not.toBeNull();
  });

  test('releases only what roles know, also when its parameters are not known', () => {
    const releases = manifest.releases(null);
    expect(releases.length).toBeGreaterThan(0);
    for (const release of releases) expect(releaseKinds).toContain(release);
  });
});
