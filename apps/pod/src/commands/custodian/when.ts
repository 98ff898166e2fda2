import { Fault } from '@podnet/errors';

const units = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `2026-11-26`, `2026-11-26T10:00Z`, or how long ago: `90m`, `24h`, `7d`. **Throws** `usage.invalid`. */
export function instantOf(text: string, at: string, now = Date.now()): number {
  const [, amount, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const found = amount === undefined ? (/^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2})?)?$/.test(text) ? Date.parse(text) : NaN) : now - Number(amount) * units[unit as keyof typeof units];
  if (!Number.isFinite(found)) throw new Fault('usage.invalid', 'This is not a time.', { at, hint: 'Write it like 2026-11-26, 2026-11-26T10:00Z, 24h or 7d.' });
  return found;
}

export const written = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
