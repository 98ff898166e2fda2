import { createHash } from 'node:crypto';
import type { PublishedSchema } from '@podnet/contracts';
import { planTypeOf } from '@podnet/contracts';
import { privateMetadataOf, questionOf, scansBeside } from '@podnet/elements';
import { canonicalJson } from '@podnet/envelope';
import { isFault, type Fault } from '@podnet/errors';
import type { Source } from '@podnet/plan';
import { canonicalKey, costOf } from '@podnet/privacy';
import type { ActivePolicy } from '../catalogue/catalogue.ts';
import type { OpenedAssignment } from '../envelope/open-assignment.ts';

/** What a private task asks. */
export interface AskedQuestion {
  /** The same for tasks that ask the same, over the same state of the same datasets, under the same declarations, for the same amount. Null: there is none. */
  key: string | null;
  /** What it calls the columns of its answer. */
  heads: readonly string[];
  /** Why it cannot be answered with noise, by what it asks and what is declared: found out before anything is charged or read. */
  mistake: Fault | null;
}

export interface QuestionFacts {
  schemaOf(dataset: string): PublishedSchema | undefined;
  policyOf(dataset: string): ActivePolicy | undefined;
  exists(name: string, asked: OpenedAssignment): boolean;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url');

/** Reads the question of a private task; of others, and of what cannot be read for reasons that are told elsewhere, there is none. */
export function readQuestion(opened: OpenedAssignment, { schemaOf, policyOf, exists }: QuestionFacts): AskedQuestion {
  const { dataset, protocol, algorithm, model, privacy } = opened.payload;
  const none: AskedQuestion = { key: null, heads: [], mistake: null };
  if (privacy === null) return none;
  const triple = { protocol, algorithm, model };
  try {
    const beside = scansBeside(triple, dataset);
    const names = [dataset, ...beside];
    const schemas = names.flatMap((name) => (name === dataset || exists(name, opened) ? [schemaOf(name)] : []));
    if (schemas.length < names.length || !schemas.every((schema) => schema !== undefined)) return none;
    const sources = new Map(schemas.map(({ columns, privacy: declared }, at): [string, Source] => [names[at]!, { kind: 'dataset', unit: declared && 'unit' in declared ? declared.unit : null, columns: columns.map((column) => ({ name: column.name, type: planTypeOf(column) })) }]));
    const metadata = privateMetadataOf(schemas.map(({ columns, privacy: declared }, at) => ({ name: names[at]!, columns, privacy: declared, sanitised: policyOf(names[at]!)?.policy.sanitizedColumns ?? [] })));
    const question = questionOf(triple, { dataset, sources, metadata, digest: sha256 });
    if (question === null) return none;
    const declarations = canonicalJson(schemas.map(({ columns, privacy: declared }, at) => ({ columns, declared: declared ?? null, policy: policyOf(names[at]!)?.hash ?? null })));
    return { key: sha256(canonicalKey({ plan: `${algorithm.name}@${algorithm.version} ${question.text}`, datasets: schemas.map(({ version }, at) => ({ name: names[at]!, version })), metadata: declarations, ...costOf(privacy) })), heads: question.heads, mistake: null };
  } catch (error) {
    if (!isFault(error)) throw error;
    // Parameters and amounts that cannot be read are told by other checks.
    return /^(usage\.invalid|usage\.unknown-key|element\.|privacy\.malformed)/.test(error.code) && !error.details.at?.startsWith('sql:') ? none : { key: null, heads: [], mistake: error };
  }
}
