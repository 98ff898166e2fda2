import { canonicalValue, type Column, type Table } from '@podnet/learning';
import type { Scene, SiteColumn } from './site.ts';

const missing = new Set(['', '?', 'NA', 'NaN', 'null']);

/** All rows of all sites in one table: what nobody has in real life, and what the tour's comparisons are made with. */
export function pooledTable(scene: Scene): Table {
  const rows = scene.sites.flatMap((site) => site.rows);
  return { rows: rows.length, columns: scene.columns.map((column, i) => read(column, rows.map((row) => row[i] ?? ''))) };
}

function read({ name, domain }: SiteColumn, texts: string[]): Column {
  if (!domain) return { kind: 'number', name, values: Float64Array.from(texts, (text) => (missing.has(text) ? NaN : Number(text))) };
  const places = new Map(domain.map((value, place) => [canonicalValue(value), place]));
  return { kind: 'category', name, domain: [...domain], codes: Int32Array.from(texts, (text) => (missing.has(text) ? -1 : (places.get(canonicalValue(text)) ?? -1))) };
}
