import { metricNames } from '@podnet/learning';
import { z } from 'zod';
import type { ProtocolManifest } from '../../manifest.ts';

const amount = z.int().min(1).max(100_000);

const params = z
  .strictObject({
    rounds: z.int().min(1).max(10_000).default(10).describe('How often pods train and their weights are averaged.'),
    epochs: amount.optional().describe('Passes over its rows that a pod trains in a round. Give epochs or steps, one of the two.'),
    steps: amount.optional().describe('Steps of the optimiser that a pod takes in a round. Give epochs or steps, one of the two.'),
    weights: z
      .union([z.enum(['rows', 'equal']), z.record(z.string().max(100), z.number().positive().max(1e12))], 'rows, equal, or a number above 0 for each pod by name.')
      .default('rows')
      .describe('What a pod counts in the average: its training rows, all the same, or a number given for each pod by name.'),
    validation: z.boolean().default(true).describe('Whether the weights of each round are evaluated on the validation parts. Pods with too few validation rows are passed over.'),
    earlyStopping: z
      .strictObject({
        metric: z.enum(metricNames).describe('The pooled validation metric to watch.'),
        patience: z.int().min(1).max(10_000).default(5).describe('Rounds without improvement after which the training ends.'),
        minDelta: z.number().min(0).max(1e12).default(0).describe('An improvement has to be greater than this.'),
      })
      .optional()
      .describe('Ends the training when a validation metric no longer improves, and keeps the weights of the best round.'),
  })
  .refine(({ epochs, steps }) => (epochs === undefined) !== (steps === undefined), { error: 'Give epochs or steps, one of the two.', path: ['epochs'] })
  .refine(({ validation, earlyStopping }) => validation || !earlyStopping, { error: 'Early stopping needs validation.', path: ['validation'] });

export type FederatedAveragingParams = z.output<typeof params>;

export const federatedAveragingManifest = {
  kind: 'protocol',
  name: 'federated-averaging',
  version: 1,
  summary: 'In rounds, every pod trains from the same weights and the modeller averages what comes back.',
  params,
  minPods: 1,
  maxPods: 100,
  rounds: true,
} satisfies ProtocolManifest;
