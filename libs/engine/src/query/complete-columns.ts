import type { TypedExpression } from '@podnet/plan';
import type { Frame, Polars, Table } from '../polars.ts';
import type { QueryFrame } from './query-frame.ts';

const mostKept = 1_000;

/**
 * Columns that lack a value in no row: who has a value there is everybody, and need not be counted apart. To find that out takes one reading, so it is
 * remembered for each version, which names the content.
 */
export class CompleteColumns {
  private readonly known = new Map<string, boolean>();

  /** Of columns as they are read, by name, the names of those without gaps. */
  of(pl: Polars, version: string, frame: Frame, columns: ReadonlyMap<string, string>, collect: (frame: Frame) => Table): Set<string> {
    const keyOf = (name: string): string => JSON.stringify([version, name]);
    const open = [...columns].filter(([name]) => !this.known.has(keyOf(name)));
    if (open.length > 0) {
      const [found] = collect(frame.select(...open.map(([, key]) => pl.col(key).isNull().cast(pl.Int64).sum().alias(key)))).toRecords();
      for (const [name, key] of open) this.known.set(keyOf(name), Number(found?.[key] ?? 0) === 0);
    }
    const complete = new Set([...columns.keys()].filter((name) => this.known.get(keyOf(name))));
    for (const name of columns.keys()) this.keep(keyOf(name));
    return complete;
  }

  private keep(key: string): void {
    const isComplete = this.known.get(key)!;
    this.known.delete(key);
    this.known.set(key, isComplete);
    if (this.known.size > mostKept) this.known.delete(this.known.keys().next().value!);
  }
}

const keepingValues = new Set(['add', 'sub', 'mul']);

/** Whether an expression has a value in every row: a column that does, a constant, and what is added or multiplied of such. */
export function isComplete({ kind, fields, operands, type }: TypedExpression, { columns, complete }: Pick<QueryFrame, 'columns' | 'complete'>): boolean {
  if (kind === 'column') return complete.has(columns.get((fields as { name: string }).name) ?? '');
  if (kind === 'literal') return (fields as { value: unknown }).value !== null;
  if (kind === 'alias') return isComplete(operands[0]!, { columns, complete });
  const isNumber = type === 'number' || type === 'integer';
  return kind === 'arithmetic' && isNumber && keepingValues.has((fields as { op: string }).op) && operands.every((operand) => isComplete(operand, { columns, complete }));
}
