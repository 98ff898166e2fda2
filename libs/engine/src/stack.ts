import { Fault } from '@podnet/errors';
import { translated, type Expression, type Frame, type Polars } from './polars.ts';
import type { Source, SourceColumn, Storage } from './source-column.ts';

/** One file of several. */
export interface Part extends Source {
  /** How faults name it. */
  file: string;
  /** The native type of each column, as a text that is the same for the same type; none for a CSV, where all are texts. */
  natives: ReadonlyMap<string, string>;
}

/** A column of the stack: how each file's own becomes it. */
interface Shape {
  name: string;
  key: string;
  shape(held: Expression): Expression;
}

/**
 * Files one under the other, in their order, as one table with the columns of the first. The others have the same columns, in any order; a column
 * that one file holds as whole numbers and another as fractions is a number.
 * **Throws** `data.missing-column` and `data.unreadable`, naming file and column.
 */
export function stacked(pl: Polars, parts: readonly Part[]): Source {
  const [first, ...others] = parts as [Part, ...Part[]];
  if (others.length === 0) return { frame: first.frame, columns: first.columns };
  for (const other of others) requireSame(first, other);
  const columns = new Map<string, SourceColumn>();
  const shapes: Shape[] = [];
  for (const [name, { key }] of first.columns) {
    const held = parts.map((part) => part.columns.get(name)!);
    const storage = common(parts, name, held.map((column) => column.storage));
    const hasTimes = held.some((column) => column.hasTimes);
    columns.set(name, { key, storage, ...(hasTimes ? { hasTimes } : {}) });
    const differ = new Set(parts.map((part) => part.natives.get(name))).size > 1;
    // Nobody computes with nested values; two files may nest them differently.
    shapes.push({ name, key, shape: (held) => (storage === 'nested' ? pl.lit(null).cast(pl.Utf8) : differ ? held.cast(nativeOf(pl, storage, hasTimes) as never, false) : held) });
  }
  const frames = parts.map((part) => aligned(pl, part, shapes));
  return { frame: translated(() => pl.concat(frames), 'data.unreadable', 'The files cannot be put together.'), columns };
}

function requireSame(first: Part, other: Part): void {
  const lacks = (from: Part, than: Part): string | undefined => [...than.columns.keys()].find((name) => !from.columns.has(name));
  const missing = lacks(other, first);
  if (missing !== undefined) throw new Fault('data.missing-column', `The file lacks a column that ${first.file} has.`, { at: `${other.file}: ${missing}`, hint: 'All files of a dataset have the same columns.' });
  const spare = lacks(first, other);
  if (spare !== undefined) throw new Fault('data.missing-column', `The file has a column that ${first.file} lacks.`, { at: `${other.file}: ${spare}`, hint: 'All files of a dataset have the same columns.' });
}

function common(parts: readonly Part[], name: string, storages: readonly Storage[]): Storage {
  const different = new Set(storages);
  if (different.size === 1) return storages[0]!;
  if (different.size === 2 && different.has('integer') && different.has('number')) return 'number';
  const at = storages.findIndex((storage) => storage !== storages[0]);
  throw new Fault('data.unreadable', `The file holds a column as ${storages[at]} that ${parts[0]!.file} holds as ${storages[0]}.`, { at: `${parts[at]!.file}: ${name}`, hint: 'Write all files of a dataset with the same types.' });
}

/** The columns of a part under the keys of the first file, in its order. */
const aligned = (pl: Polars, { frame, columns }: Part, shapes: readonly Shape[]): Frame =>
  translated(() => frame.select(shapes.map(({ name, key, shape }) => shape(pl.col(columns.get(name)!.key)).alias(key))), 'data.unreadable', 'The files cannot be put together.');

function nativeOf(pl: Polars, storage: Storage, hasTimes: boolean): unknown {
  if (storage === 'integer') return pl.Int64;
  if (storage === 'number') return pl.Float64;
  if (storage === 'date') return hasTimes ? pl.Datetime('ms') : pl.Date;
  return storage === 'boolean' ? pl.Bool : pl.Utf8;
}
