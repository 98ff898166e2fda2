/** Sets of small numbers that are never changed once made, so that frames can share them. */
export type Ids = ReadonlySet<number>;

export const noIds: Ids = new Set();

export const oneId = (id: number): Ids => new Set([id]);

/** The union; one of the two when it holds the other, so that most steps of a plan copy nothing. */
export function joinIds(a: Ids, b: Ids): Ids {
  if (a === b || b.size === 0) return a;
  if (a.size === 0) return b;
  if (b.size <= a.size && isWithin(b, a)) return a;
  if (a.size < b.size && isWithin(a, b)) return b;
  return new Set([...a, ...b]);
}

function isWithin(small: Ids, large: Ids): boolean {
  for (const id of small) if (!large.has(id)) return false;
  return true;
}
