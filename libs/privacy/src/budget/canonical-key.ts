import { Fault } from '@podnet/errors';

/** What makes two questions the same: the answer to one may then be let out for the other. */
export interface Question {
  /** Hash of the canonical plan: see libs/plan. */
  readonly plan: string;
  readonly datasets: readonly { readonly name: string; readonly version: string }[];
  /** Hash of the bounds and policies it runs under: other bounds are another question. */
  readonly metadata: string;
  readonly epsilonMicro: number;
  readonly deltaFemto: number;
}

/**
 * The one text of a question, under which its charge and its answer are kept; the caller hashes it where it has to be short.
 *
 * Each part has its length in front, so that no two questions share a text. **Throws** `usage.invalid`.
 */
export function canonicalKey({ plan, datasets, metadata, epsilonMicro, deltaFemto }: Question): string {
  for (const [at, value] of Object.entries({ epsilonMicro, deltaFemto })) {
    if (!Number.isSafeInteger(value) || value < 0) throw new Fault('usage.invalid', 'An amount is a whole number.', { at });
  }
  if (!Array.isArray(datasets) || datasets.length === 0) throw new Fault('usage.invalid', 'A question has datasets.', { at: 'datasets' });
  const names = datasets.map(({ name, version }) => part(part(name) + part(version))).sort();
  return ['podnet-dp-question/1', part(plan), part(names.join('')), part(metadata), `${epsilonMicro + 0}`, `${deltaFemto + 0}`].join('|');
}

function part(text: string): string {
  if (typeof text !== 'string' || text === '') throw new Fault('usage.invalid', 'A part of the question is missing.');
  return `${text.length}:${text}`;
}
