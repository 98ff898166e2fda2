import type { Body } from './body.ts';

/**
 * A fingerprint of a frame's content. Pods repeat it, so that an answer counts only for exactly what was asked: after the modeller
 * came back from a checkpoint, the same step may ask something else.
 * **Source** FNV-1a (Fowler, Noll, Vo), two lanes of 32 bits; it guards against mix-ups, not against enemies.
 */
export function markOf(json: unknown, arrays: Body['arrays']): string {
  let a = 0x811c9dc5;
  let b = 0x9747b28c;
  const text = JSON.stringify(json, sorted) ?? '';
  for (let i = 0; i < text.length; i++) {
    a = Math.imul(a ^ text.charCodeAt(i), 0x01000193);
    b = Math.imul(b ^ a, 0x01000193);
  }
  for (const name of Object.keys(arrays).sort()) {
    const values = arrays[name]!;
    const words = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
    for (let i = 0; i < words.length; i++) {
      a = Math.imul(a ^ words[i]!, 0x01000193);
      b = Math.imul((b << 5) ^ (b >>> 27) ^ words[i]!, 0x01000193);
    }
    a = Math.imul(a ^ words.length, 0x01000193);
  }
  return (a >>> 0).toString(16).padStart(8, '0') + (b >>> 0).toString(16).padStart(8, '0');
}

/** On its way a body's keys may come to stand in another order. */
function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}
