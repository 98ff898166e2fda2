import type { Answer, AnswerTable, Cell, QuerySummary } from '@podnet/elements';
import { Fault } from '@podnet/errors';
import { tableText } from './table-text.ts';

/** A row of a released table by its columns. */
export type FetchedRow = Readonly<Record<string, Cell>>;

/** Where a table comes from. */
export interface Origin {
  readonly taskId: string;
  /** Names of the pods whose rows are in it. */
  readonly pods: readonly string[];
  /** Pods that did not answer, and why. */
  readonly absent: readonly { readonly pod: string; readonly state: string; readonly code: string }[];
  /** Pods that left small groups out. */
  readonly suppressed: readonly string[];
  readonly warnings: readonly { readonly pod: string; readonly says: string }[];
}

/** A table that policies let go: columns with types, and rows. `String(table)` draws it. */
export class FetchedTable {
  readonly columns: AnswerTable['columns'];
  /** **Shape** (rows, columns). */
  readonly rows: AnswerTable['rows'];
  readonly origin: Origin;

  constructor({ columns, rows }: AnswerTable, origin: Origin) {
    this.columns = columns;
    this.rows = rows;
    this.origin = origin;
  }

  get height(): number {
    return this.rows.length;
  }

  /** The values of one column. **Throws** `schema.unknown-column`. */
  column(name: string): Cell[] {
    const at = this.columns.findIndex((column) => column.name === name);
    if (at < 0) throw new Fault('schema.unknown-column', 'The table has no column of this name.');
    return this.rows.map((row) => row[at]!);
  }

  /** Rows as objects. */
  toRecords(): FetchedRow[] {
    return this.rows.map((row) => Object.fromEntries(this.columns.map(({ name }, at) => [name, row[at]!])));
  }

  /** The table column by column, as pods answer. */
  toAnswer(): Answer {
    return {
      rows: this.rows.length,
      columns: this.columns.map((column, at) => ({ ...column, values: this.rows.map((row) => row[at]!) })),
      suppressed: this.origin.suppressed.length > 0,
      warnings: this.origin.warnings.map(({ says }) => says),
    };
  }

  toJSON(): AnswerTable & { readonly origin: Origin } {
    return { columns: this.columns, rows: this.rows, origin: this.origin };
  }

  toString(): string {
    return tableText(this.toAnswer());
  }
}

type Summary = QuerySummary & { readonly absent: Origin['absent'] };

/** The tables of a query's outcome by pod; of a pooled one a single table, under no name. */
export function tablesOf(taskId: string, summary: Summary, pods: readonly string[]): { pod: string | null; table: FetchedTable }[] {
  if ('kept' in summary) throw new Fault('envelope.malformed', 'The outcome of the task is no table.');
  const { absent } = summary;
  if (summary.combine === 'pooled') {
    const { suppressed, warnings } = summary;
    return [{ pod: null, table: new FetchedTable(summary, { taskId, pods, absent, suppressed, warnings }) }];
  }
  return summary.pods.map(({ pod, suppressed, warnings, ...table }) => ({
    pod,
    table: new FetchedTable(table, { taskId, pods: [pod], absent, suppressed: suppressed ? [pod] : [], warnings: warnings.map((says) => ({ pod, says })) }),
  }));
}
