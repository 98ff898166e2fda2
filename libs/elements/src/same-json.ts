/** Whether two JSON values say the same. The order of keys says nothing: on its way a body is written canonically. */
export function isSameJson(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || Array.isArray(a) !== Array.isArray(b)) return false;
  const own = Object.entries(a).filter(([, value]) => value !== undefined);
  const others = Object.entries(b).filter(([, value]) => value !== undefined);
  return own.length === others.length && own.every(([key, value]) => Object.hasOwn(b, key) && isSameJson(value, (b as Record<string, unknown>)[key]));
}
