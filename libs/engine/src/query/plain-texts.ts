import type { TypedExpression, TypedNode } from '@podnet/plan';
import { cellsOf } from '../cell.ts';
import type { Frame, Polars, Table } from '../polars.ts';
import type { Source, SourceColumn } from '../source.ts';

const mostKept = 1_000;

/**
 * Text columns whose cells can be read as they stand: trimmed already, and none for a missing value. To find that out costs as much as one careful
 * reading, so it is remembered for each version, which names the content.
 */
export class PlainTexts {
  private readonly known = new Map<string, boolean>();

  /** The source with what is known, or is found out now, of the columns that are `used`. `version`: names the content. */
  of(pl: Polars, source: Source, version: string, used: ReadonlySet<string>, collect: (frame: Frame) => Table): Source {
    const columns = [...source.columns].map(([name, column]): [string, SourceColumn] => {
      if (column.storage !== 'text' || !used.has(name)) return [name, column];
      const key = JSON.stringify([version, name]);
      const isPlain = this.known.get(key) ?? looksPlain(pl, source.frame, column, collect);
      this.known.delete(key);
      this.known.set(key, isPlain);
      if (this.known.size > mostKept) this.known.delete(this.known.keys().next().value!);
      return [name, { ...column, isPlain }];
    });
    return { ...source, columns: new Map(columns) };
  }
}

/** A cell that is missing in the file is missing either way. */
function looksPlain(pl: Polars, frame: Frame, column: SourceColumn, collect: (frame: Frame) => Table): boolean {
  const raw = pl.col(column.key).cast(pl.Utf8);
  const read = cellsOf(pl, column).text;
  const differs = raw.isNotNull().and(read.isNull().or(read.neq(raw)));
  const [found] = collect(frame.select(differs.cast(pl.Int64).sum().alias('differ'))).toRecords();
  return Number(found?.['differ'] ?? 0) === 0;
}

/** Names of all columns that the expressions of a plan mention, of whatever frame. */
export function columnsMentioned(node: TypedNode): Set<string> {
  const names = new Set<string>();
  const look = ({ kind, fields, operands }: TypedExpression): void => {
    if (kind === 'column') names.add((fields as { name: string }).name);
    operands.forEach(look);
  };
  const visit = ({ expressions, inputs, source }: TypedNode): void => {
    expressions.forEach(look);
    inputs.forEach(visit);
    if (source?.kind === 'derived') visit(source.plan.root);
  };
  visit(node);
  return names;
}
