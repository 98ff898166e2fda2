import type { Answer, Cell, PrivateSummary, PrivateTableAnswer } from '@podnet/elements';
import { Fault } from '@podnet/errors';
import type { Verdict, VerdictCost } from '@podnet/policy';
import { FetchedTable, type Origin } from './fetched-table.ts';
import { tableText } from './table-text.ts';
import { widthText } from './width-text.ts';

/** What a pod has charged for an answer, and what it was spent on. */
export interface PrivateSpending {
  readonly pod: string;
  /** What this task was charged, and what is left of the grant's budget; null: the pod's word did not come along. Nothing is charged for an answer given again. */
  readonly cost: VerdictCost | null;
  /** What the answer was made with, when it was first given. */
  readonly parts: PrivateSummary['spent'][number]['parts'];
}

/** A table whose numbers have noise, and say how much. */
export class PrivateTable extends FetchedTable {
  /** **Shape** (rows, columns): ± at 95 % of each number; null where there is none, as for keys, or where it is not known. */
  readonly accuracy: PrivateTableAnswer['accuracy'];
  readonly spent: readonly PrivateSpending[];

  constructor({ accuracy, ...table }: PrivateTableAnswer, spent: readonly PrivateSpending[], origin: Origin) {
    super(table, origin);
    this.accuracy = accuracy;
    this.spent = spent;
  }

  /** ± of one column. **Throws** `schema.unknown-column`. */
  accuracyOf(name: string): (number | null)[] {
    const at = this.columns.findIndex((column) => column.name === name);
    if (at < 0) throw new Fault('schema.unknown-column', 'The table has no column of this name.');
    return this.accuracy.map((row) => row[at]!);
  }

  /** For people: cells of numbers with noise are `value ± width`, to the digits that the noise leaves. */
  toShown(): Answer {
    const answer = this.toAnswer();
    const columns = answer.columns.map((column, at) => {
      const widths = this.accuracy.map((row) => row[at]!);
      if (widths.every((width) => width === null)) return column;
      return { ...column, values: column.values.map((value, row): Cell => (typeof value === 'number' ? widthText(value, widths[row]!) : value)) };
    });
    return { ...answer, columns };
  }

  override toJSON(): PrivateTableAnswer & { readonly spent: readonly PrivateSpending[]; readonly origin: Origin } {
    return { ...super.toJSON(), accuracy: this.accuracy, spent: this.spent };
  }

  override toString(): string {
    return tableText(this.toShown());
  }
}

type Summary = PrivateSummary & { readonly absent: Origin['absent'] };

/** The tables of an outcome: one of all pods, under no name, or one for each. */
export function privateTablesOf(taskId: string, summary: Summary, pods: readonly string[], verdicts: readonly Verdict[]): { pod: string | null; table: PrivateTable }[] {
  const spent = summary.spent.map(({ pod, parts }): PrivateSpending => ({ pod, cost: verdicts.find(({ podName }) => podName === pod)?.cost ?? null, parts }));
  const origin: Origin = { taskId, pods, absent: summary.absent, suppressed: [], warnings: [] };
  if (summary.combine === 'pooled') return [{ pod: null, table: new PrivateTable({ columns: summary.columns, rows: summary.rows, accuracy: summary.accuracy }, spent, origin) }];
  return summary.pods.map(({ pod, ...table }) => ({ pod, table: new PrivateTable(table, spent.filter((each) => each.pod === pod), { ...origin, pods: [pod] }) }));
}
