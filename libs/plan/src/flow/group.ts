import { isOpen, type Frame, type Spread } from './frame.ts';
import { isConstant, type Facts } from './facts.ts';
import { noIds } from './ids.ts';

/** True when the keys name the unit of every carrier, so that a group holds rows of one unit only. */
export function isKeyed(frame: Frame, keys: readonly Facts[]): boolean {
  if (isOpen(frame)) return false;
  const named = new Set(keys.map(({ unitOf }) => unitOf));
  return [...frame.carriers].every(([id, { single }]) => single && named.has(id));
}

/** The carriers after rows were grouped at `node`: unions, single ones only where the keys name the unit. */
export function groupedCarriers(frame: Frame, keyed: boolean, node: string): ReadonlyMap<number, Spread> {
  const grouped = (spread: Spread): Spread => {
    if (keyed) return { single: true, duplication: spread.duplication, groupedAt: null };
    return spread.single ? { single: false, duplication: spread.duplication, groupedAt: node } : { single: false, duplication: null, groupedAt: null };
  };
  return new Map([...frame.carriers].map(([id, spread]) => [id, grouped(spread)]));
}

/** A key as a column of the groups. Pieces that a key was made of cannot be counted any more once groups are rows. */
export function keyFacts(facts: Facts, path: string, keyed: boolean): Facts {
  if (isConstant(facts)) return facts;
  const exposure = keyed || facts.exposure === 'own' ? facts.exposure : 'key';
  return { ...facts, marks: noIds, steps: facts.steps ?? (facts.marks.size > 0 ? { rule: 'steps', path } : null), exposure };
}
