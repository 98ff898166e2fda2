import { measureJson } from './limits.ts';

type Json = Readonly<Record<string, unknown>>;

const isScan = (value: unknown): value is Json & { source: string } => typeof value === 'object' && value !== null && (value as Json).node === 'scan' && typeof (value as Json).source === 'string';

/**
 * The names that a plan's JSON scans, each once, in the order in which they stand. Whether the plan is right otherwise is not looked at.
 * **Throws** `usage.too-deep`, `usage.too-large`.
 */
export function scansOf(json: unknown): string[] {
  measureJson(json);
  const names = new Set<string>();
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if (isScan(value)) names.add(value.source);
    for (const inner of Object.values(value)) look(inner);
  };
  look(json);
  return [...names];
}

/** The same JSON with other names in its scans. **Throws** `usage.too-deep`, `usage.too-large`. */
export function renameScans(json: unknown, rename: (name: string) => string): unknown {
  measureJson(json);
  const renamed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(renamed);
    if (typeof value !== 'object' || value === null) return value;
    if (isScan(value)) return { ...value, source: rename(value.source) };
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, renamed(inner)]));
  };
  return renamed(json);
}
