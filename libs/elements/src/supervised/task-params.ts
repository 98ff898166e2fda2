import { z } from 'zod';
import type { ColumnNeed } from '../manifest.ts';

const columnName = z.string().min(1).max(200);

/** Parameters that every algorithm which learns from a target shares. Spread into an algorithm's own strict object. */
export const supervisedShape = {
  features: z
    .array(columnName)
    .min(1)
    .max(10_000)
    .refine((names) => new Set(names).size === names.length, 'A feature is named twice.')
    .describe('Columns the model learns from. Categories become one column for each value of their published domain.'),
  target: columnName.describe('Column the model predicts. A category gives one class for each value of its published domain.'),
  positive: z
    .array(z.union([z.string().max(200), z.number(), z.boolean()]))
    .min(1)
    .max(1_000)
    .optional()
    .describe('Makes two classes of the target: these values are class 1, every other value is class 0.'),
  missing: z
    .enum(['impute', 'drop-rows'])
    .default('impute')
    .describe('What happens to gaps in features: filled with the mean or the most frequent value, or their rows are left out. Rows without a target are always left out.'),
  standardise: z.boolean().default(true).describe('Whether numbers are shifted and scaled to mean 0 and standard deviation 1.'),
} as const;

/** Parameters of training. */
export const trainingShape = {
  optimiser: z
    .strictObject({
      name: z.literal('sgd').default('sgd').describe('Stochastic gradient descent, the only one so far.'),
      learningRate: z.number().positive().max(1_000).default(0.1).describe('Length of a step.'),
      batchSize: z.union([z.int().min(1).max(1_000_000), z.literal('full')], 'A whole number of at least 1, or full.').default(32).describe('Rows of one step; full takes all rows of the pod.'),
      momentum: z.number().min(0).lt(1).default(0).describe('Share of the last step that goes on into the next.'),
    })
    .prefault({})
    .describe('How weights move.'),
  seed: z.int().min(0).default(1).describe('Equal seeds give equal results.'),
} as const;

export interface SupervisedParams {
  features: string[];
  target: string;
  positive?: (string | number | boolean)[] | undefined;
  missing: 'impute' | 'drop-rows';
  standardise: boolean;
}

/** Kinds of column that can be learned from. */
const learnable = ['number', 'integer', 'boolean', 'category'] as const;

/** The columns that a task reads; whether the target suits the model is seen when the layout is planned. */
export function supervisedNeeds(params: Pick<SupervisedParams, 'features' | 'target'>, at = 'algorithm'): ColumnNeed[] {
  return [
    ...params.features.map((column, i): ColumnNeed => ({ column, at: `${at}.features[${i}]`, kinds: learnable })),
    { column: params.target, at: `${at}.target`, kinds: learnable },
  ];
}

/** Whether pods have to know something of one another's rows before they can encode their own. */
export const needsStatistics = (params: Pick<SupervisedParams, 'missing' | 'standardise'>): boolean => params.missing === 'impute' || params.standardise;
