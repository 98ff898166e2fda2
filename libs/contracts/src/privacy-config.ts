import { z } from 'zod';
import { columnName } from './text.ts';

const count = z.number().int('must be a whole number').min(1).max(1_000_000);

/** A budget of epsilon, with the delta that goes with it. */
export const privacyBudget = z.strictObject({
  epsilon: z.number().positive().max(1_000_000).describe('Sum of the epsilon of all answers'),
  delta: z.number().gt(0).lt(1).describe('Sum of their delta'),
});

/** A table about people: what one privacy unit may put into one answer, and what all answers may cost together. */
const aboutPeople = z.strictObject({
  max_rows: count.default(1).describe('Rows of one privacy unit within one group; more are left out at random'),
  max_groups: count.default(1).describe('Groups that one privacy unit counts in; more are left out at random'),
  budget: privacyBudget.optional().describe('Over all modellers together'),
});

/** A table about nobody, like a list of hospitals: it may be joined on a column that has every value once. */
const aboutNobody = z.strictObject({ public: z.literal(true), unique_key: columnName.optional() });

/** `differential_privacy:` of a dataset in `pod.yaml`. Without it, private queries are not answered from the dataset. */
export const datasetPrivacy = z.union([aboutNobody, aboutPeople]).describe('What answers with noise need to know; all of it is published');
export type DatasetPrivacy = z.infer<typeof datasetPrivacy>;

/** The bounds of a column, as `pod.yaml` declares them. */
export const columnBounds = {
  lower: z.number().optional().describe('The least value that counts; smaller ones count as this one. Published.'),
  upper: z.number().optional().describe('The greatest value that counts. Published.'),
  granularity: z.number().positive().optional().describe('The step to which answers with noise round every value: 1 for whole numbers, otherwise 1/65536 of the range'),
  nullable: z.boolean().optional().describe('false: every row has a value'),
};

interface Bounded {
  lower?: number | undefined;
  upper?: number | undefined;
  granularity?: number | undefined;
}

/** What is wrong with the bounds of a column; null: nothing. */
export function boundsMistake({ lower, upper, granularity }: Bounded): string | null {
  if ((lower === undefined) !== (upper === undefined)) return 'needs lower and upper together';
  if (lower === undefined || upper === undefined) return granularity === undefined ? null : 'has a granularity but no lower and upper';
  if (!(lower < upper)) return 'needs a lower that is below upper';
  if (granularity !== undefined && Math.max(Math.abs(lower), Math.abs(upper)) / granularity > 2 ** 40) return 'has too fine a granularity for these bounds';
  if (granularity !== undefined && Math.round(lower / granularity) === Math.round(upper / granularity)) return 'has too coarse a granularity for these bounds';
  return null;
}

/** Of a column's kind: whole numbers count by one, others by a step that is far finer than any noise. */
export function declaredBounds({ lower, upper, granularity }: Bounded, kind: string): { lower: number; upper: number; granularity: number } | undefined {
  if (lower === undefined || upper === undefined) return undefined;
  return { lower, upper, granularity: granularity ?? (kind === 'integer' || kind === 'boolean' ? 1 : (upper - lower) / 65_536) };
}
