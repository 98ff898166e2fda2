import { Fault } from '@podnet/errors';
import { canonicalValue } from '../canonical-value.ts';
import type { ColumnKind } from '../table.ts';

/** A column as a pod publishes it. The domain belongs to categories only. */
export interface PublishedColumn {
  name: string;
  kind: ColumnKind;
  domain?: readonly (string | number)[];
}

/** One feature: a number or boolean is one column of the matrix, a category one column for each value of its domain. */
export type Feature =
  | { kind: 'number'; name: string; offset: number; width: 1 }
  | { kind: 'category'; name: string; offset: number; width: number; domain: string[] };

/** How columns become a matrix. Made from the published schema alone, so that every pod and the modeller make the same one. */
export interface FeaturePlan {
  features: Feature[];
  /** Columns of the encoded matrix. */
  width: number;
}

/**
 * Lays out the features in the order given.
 * **Throws** `usage.invalid` for no features, a feature named twice, or an empty domain; `schema.wrong-kind` for a text or date;
 * `schema.incompatible` for a domain that has a value twice once `1.0` and `1` are the same.
 */
export function planFeatures(columns: readonly PublishedColumn[]): FeaturePlan {
  if (columns.length === 0) throw new Fault('usage.invalid', 'A model needs at least one feature.', { at: 'features' });
  const features: Feature[] = [];
  const names = new Set<string>();
  let width = 0;
  columns.forEach((column, i) => {
    if (names.has(column.name)) throw new Fault('usage.invalid', `The feature ${column.name} is named twice.`, { at: `features[${i}]` });
    names.add(column.name);
    const feature = planFeature(column, width, `features[${i}]`);
    features.push(feature);
    width += feature.width;
  });
  return { features, width };
}

/** The published domain in canonical spelling, in its order. */
export function canonicalDomain(column: PublishedColumn, at: string): string[] {
  const domain = (column.domain ?? []).map(canonicalValue);
  if (domain.length === 0) throw new Fault('usage.invalid', `The category ${column.name} has no published domain.`, { at, hint: 'Its custodian can declare the domain in pod.yaml.' });
  if (new Set(domain).size < domain.length) throw new Fault('schema.incompatible', `The domain of ${column.name} has a value twice.`, { at });
  return domain;
}

function planFeature(column: PublishedColumn, offset: number, at: string): Feature {
  const { name, kind } = column;
  switch (kind) {
    case 'number':
    case 'integer':
    case 'boolean':
      return { kind: 'number', name, offset, width: 1 };
    case 'category': {
      const domain = canonicalDomain(column, at);
      return { kind: 'category', name, offset, width: domain.length, domain };
    }
    default:
      throw new Fault('schema.wrong-kind', `The column ${name} is a ${kind} and cannot be a feature.`, { at, hint: 'Features are numbers, integers, booleans and categories.' });
  }
}
