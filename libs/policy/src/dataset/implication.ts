import type { SafeZoneRule } from './dataset-policy.ts';
import { isGroup, kindOf } from './rules/registry.ts';

/**
 * Whether `loose` passes wherever `tight` does, whatever the facts. True is a proof; false means that none was found. Rules have no negation, so a
 * group's word follows from how many of its rules imply which.
 */
export function implies(tight: SafeZoneRule, loose: SafeZoneRule): boolean {
  return new Proof().holds(tight, loose);
}

class Proof {
  /** Every pair is looked at once, or two wide safe zones would be compared for ever. */
  private readonly known = new Map<SafeZoneRule, Map<SafeZoneRule, boolean>>();

  holds(tight: SafeZoneRule, loose: SafeZoneRule): boolean {
    const row = this.known.get(tight) ?? new Map<SafeZoneRule, boolean>();
    this.known.set(tight, row);
    const known = row.get(loose) ?? this.prove(tight, loose);
    row.set(loose, known);
    return known;
  }

  private prove(tight: SafeZoneRule, loose: SafeZoneRule): boolean {
    if (tight.rule === 'never' || loose.rule === 'always') return true;
    const [tightKind, looseKind] = [kindOf(tight), kindOf(loose)];
    if (!isGroup(tightKind) && !isGroup(looseKind)) return tight.rule === loose.rule && tightKind.implies(tight, loose);
    return (isGroup(tightKind) && this.byParts(tightKind.of(tight), tightKind.needs(tight), loose))
      || (isGroup(looseKind) && this.toParts(tight, looseKind.of(loose), looseKind.needs(loose)))
      || (isGroup(tightKind) && isGroup(looseKind) && this.byPairs(tightKind.of(tight), tightKind.needs(tight), looseKind.of(loose), looseKind.needs(loose)));
  }

  /** When `needs` of the parts hold, at most (parts − needs) do not: one more that implies `loose` is enough. */
  private byParts(parts: readonly SafeZoneRule[], needs: number, loose: SafeZoneRule): boolean {
    return parts.filter((part) => this.holds(part, loose)).length > parts.length - needs;
  }

  private toParts(tight: SafeZoneRule, parts: readonly SafeZoneRule[], needs: number): boolean {
    return parts.filter((part) => this.holds(tight, part)).length >= needs;
  }

  /** Each part of `tight` that holds makes another part of `loose` hold, but for those that have no partner. */
  private byPairs(tight: readonly SafeZoneRule[], needs: number, loose: readonly SafeZoneRule[], enough: number): boolean {
    const partnerOf = new Map<SafeZoneRule, SafeZoneRule>();
    const seek = (part: SafeZoneRule, tried: Set<SafeZoneRule>): boolean => loose.some((candidate) => {
      if (tried.has(candidate) || !this.holds(part, candidate)) return false;
      tried.add(candidate);
      const taken = partnerOf.get(candidate);
      if (taken !== undefined && !seek(taken, tried)) return false;
      partnerOf.set(candidate, part);
      return true;
    });
    const paired = tight.filter((part) => seek(part, new Set())).length;
    return needs - (tight.length - paired) >= enough;
  }
}
