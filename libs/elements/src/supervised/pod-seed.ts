import { seedFrom } from '@podnet/learning';

/** The seed of one pod in a task: pods shuffle differently, and each the same way every time. */
export const podSeed = (seed: number, podIndex: number): number => seedFrom('pod', seed, podIndex);
