import { plainText } from './printable.ts';

/** Something that is said, and the place in the plan that it is about. It may come from elsewhere: nothing is sure of its fields. */
interface Said {
  readonly says: string;
  readonly at?: unknown;
}

/**
 * What people read of a list in which one sentence may stand for many places: every sentence once, where it stood first, with all its places.
 * `of`: what must be alike besides the sentence.
 */
export function saidOnce<T extends Said>(list: readonly T[], of: (one: T) => unknown): { one: T; places: string[] }[] {
  const groups = new Map<string, { one: T; places: string[] }>();
  for (const one of list) {
    const key = JSON.stringify([one.says, of(one)]);
    const group = groups.get(key) ?? { one, places: [] };
    groups.set(key, group);
    if (typeof one.at === 'string' && !group.places.includes(one.at)) group.places.push(one.at);
  }
  return [...groups.values()];
}

const longestPlace = 200;
const mostPlaces = 20;

/** Places behind a sentence, or nothing: ` (at $.input, $.aggs[1])`. Of a long path the end tells most. */
export function placesText(places: readonly string[]): string {
  if (places.length === 0) return '';
  const shown = places.slice(0, mostPlaces).map((at) => plainText(at.length > longestPlace ? `…${at.slice(-longestPlace)}` : at));
  return ` (at ${shown.join(', ')}${places.length > mostPlaces ? ` and ${places.length - mostPlaces} more` : ''})`;
}
