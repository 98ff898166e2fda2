import { z } from 'zod';

/** Sizes as people write them: `512MiB`, `2GiB`. */
export const memory = z.string().regex(/^\d+(MiB|GiB)$/, 'must be a size like 512MiB or 2GiB');
/** Durations as people write them: `30s`, `10m`, `2h`. */
export const duration = z.string().regex(/^\d+(ms|s|m|h|d)$/, 'must be a duration like 30s, 10m or 2h');

const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `10m` → 600 000. */
export function durationMs(text: string): number {
  const [, amount, unit] = /^(\d+)(ms|s|m|h|d)$/.exec(text)!;
  return Number(amount) * units[unit as keyof typeof units];
}

/** `512MiB` → 536 870 912. */
export function memoryBytes(text: string): number {
  const [, amount, unit] = /^(\d+)(MiB|GiB)$/.exec(text)!;
  return Number(amount) * (unit === 'GiB' ? 2 ** 30 : 2 ** 20);
}
