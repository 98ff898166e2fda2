import { z } from 'zod';
import type { ProtocolManifest } from '../../manifest.ts';

const params = z.strictObject({});

export type ResultsOnlyParams = z.output<typeof params>;

export const resultsOnlyManifest = {
  kind: 'protocol',
  name: 'results-only',
  version: 1,
  summary: 'Every pod computes once on its own and answers; the answers are combined at the modeller.',
  params,
  minPods: 1,
  maxPods: 100,
  rounds: false,
} satisfies ProtocolManifest;
