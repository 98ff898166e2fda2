import { createHash } from 'node:crypto';
import type { PublishedSchema } from '@podnet/contracts';
import { questionOf, scansBeside, sourceOfSchema, taskDataset } from '@podnet/elements';
import { canonicalJson } from '@podnet/envelope';
import { isFault } from '@podnet/errors';
import type { Source } from '@podnet/plan';
import { canonicalKey, costOf } from '@podnet/privacy';
import type { ActivePolicy } from '../catalogue/catalogue.ts';
import type { OpenedAssignment } from '../envelope/open-assignment.ts';

/**
 * What a private task asks, over which state of which datasets, under which declarations, for how much: the same again has the same answer. Null for
 * tasks that are not private, whose answers are never the same, or that cannot be read, which is said elsewhere.
 */
export function questionKey({ payload }: OpenedAssignment, { schemaOf, policyOf }: { schemaOf(dataset: string): PublishedSchema | undefined; policyOf(dataset: string): ActivePolicy | undefined }): string | null {
  const { dataset, protocol, algorithm, model, privacy } = payload;
  if (privacy === null) return null;
  try {
    const triple = { protocol, algorithm, model };
    const names = [dataset, ...scansBeside(triple, dataset)];
    const schemas = names.map((name) => schemaOf(name));
    if (!schemas.every((schema) => schema !== undefined)) return null;
    const sources = new Map(schemas.map((schema, at): [string, Source] => [names[at]!, sourceOfSchema(schema.columns.map(({ name, kind, times }) => ({ name, kind, ...(times ? { times } : {}) })), schema.privacy && 'unit' in schema.privacy ? schema.privacy.unit : null)]));
    const plan = questionOf(triple, { dataset, sources: new Map([...sources, [taskDataset, sources.get(dataset)!]]) });
    if (plan === null) return null;
    const metadata = canonicalJson(schemas.map(({ columns, privacy: declared }, at) => ({ columns, declared: declared ?? null, policy: policyOf(names[at]!)?.hash ?? null })));
    const key = canonicalKey({ plan: `${algorithm.name}@${algorithm.version} ${plan}`, datasets: schemas.map(({ version }, at) => ({ name: names[at]!, version })), metadata, ...costOf(privacy) });
    return createHash('sha256').update(key).digest('base64url');
  } catch (error) {
    if (!isFault(error)) throw error;
    return null;
  }
}
