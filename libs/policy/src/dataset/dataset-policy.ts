import type { RoleName } from '../roles.ts';

/** What may be learned from one dataset by asking it. Read from `policy:` in `pod.yaml`, with every default filled in. */
export interface DatasetPolicy {
  /** The column that names the privacy unit; null: every row is its own. */
  readonly privacyUnit: string | null;
  readonly safeZone: SafeZoneRule;
  /** What happens to a query outside the safe zone, from weakest to strictest. */
  readonly unsafeHandling: UnsafeHandling;
  readonly sanitizedColumns: readonly string[];
  readonly smallGroups: 'refuse' | 'suppress';
  readonly orderStatistics: 'refuse' | 'allow';
  /** Null: off. */
  readonly difference: { readonly minSize: number } | null;
  readonly dominance: { readonly top: number; readonly percent: number } | null;
  readonly homogeneity: 'refuse' | 'allow';
  readonly rounding: { readonly counts: number | null; readonly sums: number | null } | null;
  /** Queries of one modeller in 24 hours. */
  readonly queriesPerDay: number | null;
  /** Whether a derived frame may outlive the pod's process. */
  readonly savable: boolean;
}

export const unsafeHandlings = ['log', 'review', 'reject'] as const;
export type UnsafeHandling = (typeof unsafeHandlings)[number];

export type SafeZoneRule =
  | { readonly rule: 'aggregation'; readonly minSize: number }
  | { readonly rule: 'user'; readonly user: string }
  | { readonly rule: 'role'; readonly role: RoleName }
  | { readonly rule: 'all-of'; readonly of: readonly SafeZoneRule[] }
  | { readonly rule: 'any-of'; readonly of: readonly SafeZoneRule[] }
  | { readonly rule: 'at-least'; readonly n: number; readonly of: readonly SafeZoneRule[] }
  | { readonly rule: 'always' }
  | { readonly rule: 'never' }
  | { readonly rule: 'columns'; readonly allow: readonly string[] | null; readonly deny: readonly string[] }
  /** Milliseconds since the epoch. */
  | { readonly rule: 'until'; readonly at: number }
  | { readonly rule: 'queries'; readonly perDay: number };

/** What applies where a custodian wrote nothing. */
export const defaultDatasetPolicy: DatasetPolicy = {
  privacyUnit: null,
  safeZone: { rule: 'any-of', of: [{ rule: 'role', role: 'super-modeller' }, { rule: 'aggregation', minSize: 10 }] },
  unsafeHandling: 'review',
  sanitizedColumns: [],
  smallGroups: 'refuse',
  orderStatistics: 'refuse',
  difference: { minSize: 10 },
  dominance: null,
  homogeneity: 'allow',
  rounding: null,
  queriesPerDay: null,
  savable: false,
};
