import { Fault } from '@podnet/errors';

/** `2027-01-01` or `2027-01-01T10:00Z`, in milliseconds. **Throws** `usage.invalid`. */
export function instantOf(text: string, at: string): number {
  const found = /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2}))?$/.test(text) ? Date.parse(text) : NaN;
  if (!Number.isFinite(found)) throw new Fault('usage.invalid', 'This is not a time.', { at, hint: 'Write it like 2027-01-01 or 2027-01-01T10:00Z.' });
  return found;
}
