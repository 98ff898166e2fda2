import { canonicalValue, type ColumnKind, type PublishedColumn } from '@podnet/learning';
import type { SchemaColumn } from './pod-part.ts';

/**
 * The values of a published domain, spelled and ordered canonically, without repetition. Every pod and the modeller make their
 * layouts from this, so that the order of a domain in somebody's file cannot change what a weight means.
 */
export function canonicalDomain(domain: readonly string[]): string[] {
  const values = [...new Set(domain.map(canonicalValue))];
  const numeric = values.every((value) => value !== '' && Number.isFinite(Number(value)));
  return numeric ? values.sort((a, b) => Number(a) - Number(b) || (a < b ? -1 : 1)) : values.sort();
}

/** A published column in canonical form. A kind that this version does not know serves nothing, like a text. */
export function canonicalColumn(column: SchemaColumn): PublishedColumn {
  const kind = isKind(column.kind) ? column.kind : 'text';
  return column.domain && kind === 'category' ? { name: column.name, kind, domain: canonicalDomain(column.domain) } : { name: column.name, kind };
}

const kinds: readonly ColumnKind[] = ['number', 'integer', 'boolean', 'category', 'text', 'date'];

const isKind = (text: string): text is ColumnKind => (kinds as readonly string[]).includes(text);
