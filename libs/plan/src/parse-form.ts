import type { z } from 'zod';
import { mistake } from './mistake.ts';

/** JSON by a form. **Throws** `usage.unknown-key` or `usage.invalid` with the path of the first mistake; nothing of the JSON is repeated. */
export function parseForm<T>(form: z.ZodType<T>, json: unknown, path: string): T {
  const parsed = form.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const at = path + (issue?.path ?? []).map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  if (issue?.code === 'unrecognized_keys') throw mistake('usage.unknown-key', at, 'The operation takes no such key.');
  throw mistake('usage.invalid', at, 'This is not what the operation takes here.');
}

/** The kind that an object names. **Throws** `usage.invalid`, `plan.unknown-operation`. */
export function kindOf<K>(kinds: ReadonlyMap<string, K>, tag: 'node' | 'expr', json: unknown, path: string): K {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw mistake('usage.invalid', path, `An object with \`${tag}\` is needed here.`);
  const name: unknown = Object.hasOwn(json, tag) ? (json as Record<string, unknown>)[tag] : undefined;
  if (typeof name !== 'string') throw mistake('usage.invalid', `${path}.${tag}`, 'The name of an operation is needed here.');
  const kind = kinds.get(name);
  if (kind === undefined) throw mistake('plan.unknown-operation', `${path}.${tag}`, 'There is no operation of this name.');
  return kind;
}
