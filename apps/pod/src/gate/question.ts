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

/** Reads the question of a private task; of others, and of what cannot be read for reasons that other checks tell, there is none. */
export function readQuestion(opened: OpenedAssignment, facts: QuestionFacts): AskedQuestion {
  const none: AskedQuestion = { key: null, heads: [], mistake: null };
  const { payload: { dataset, protocol, algorithm, model, privacy } } = opened;
  if (privacy === null) return none;
  const triple = { protocol, algorithm, model };
  // Parameters and amounts first: what is wrong with them is told elsewhere.
  const read = found(() => ({ cost: costOf(privacy), names: [dataset, ...scansBeside(triple, dataset)] }));
  if ('mistake' in read) return read.mistake.details.at?.startsWith('sql:') ? { ...none, mistake: read.mistake } : none;
  const { cost, names } = read;
  const schemas = names.flatMap((name) => (name === dataset || facts.exists(name, opened) ? [facts.schemaOf(name)] : []));
  if (schemas.length < names.length || !schemas.every((schema) => schema !== undefined)) return none;
  const declared = schemas.map((schema, at) => ({ ...schema, name: names[at]!, policy: facts.policyOf(names[at]!) }));
  const asked = found(() => questionOf(triple, {
    dataset, privacy, digest: sha256,
    sources: new Map(declared.map(({ name, columns, privacy: about }): [string, Source] => [name, { kind: 'dataset', unit: about && 'unit' in about ? about.unit : null, columns: columns.map((column) => ({ name: column.name, type: planTypeOf(column) })) }])),
    metadata: privateMetadataOf(declared.map(({ name, columns, privacy: about, policy }) => ({ name, columns, privacy: about, sanitised: policy?.policy.sanitizedColumns ?? [] }))),
  }));
  if (asked === null) return none;
  if ('mistake' in asked) return { ...none, mistake: asked.mistake };
  const metadata = canonicalJson(declared.map(({ columns, privacy: about, policy }) => ({ columns, declared: about ?? null, policy: policy?.hash ?? null })));
  const key = canonicalKey({ plan: `${algorithm.name}@${algorithm.version} ${asked.text}`, datasets: declared.map(({ name, version }) => ({ name, version })), metadata, ...cost });
  return { key: sha256(key), heads: asked.heads, mistake: null };
}

function found<T>(look: () => T): T | { mistake: Fault } {
  try {
    return look();
  } catch (error) {
    if (!isFault(error)) throw error;
    return { mistake: error };
  }
}
