import type { Analysis, Carrier } from '../obligations.ts';
import type { TypedNode, TypedPlan } from '../typed.ts';
import { births, obligationsAt, windowBirths, withMarks } from './birth.ts';
import { nodeRunners, type Grouper } from './nodes.ts';
import { unionUnits, type HiddenRow, type HiddenTable } from './table.ts';
import type { Value } from './value.ts';

/** A small table as plain objects, with the privacy unit of every row (none for a table of the modeller). */
export interface SmallTable {
  readonly rows: readonly Readonly<Record<string, Value>>[];
  readonly units: readonly string[];
}

export type SmallTables = ReadonlyMap<string, SmallTable>;

/** The rows as they were at a checkpoint. */
export interface CheckedRows {
  readonly index: number;
  readonly rows: readonly HiddenRow[];
}

export interface ReferenceRun {
  /** The answer, in order. */
  readonly rows: readonly (readonly Value[])[];
  readonly columns: readonly string[];
  /** Rows with their units at every checkpoint of the analysis. */
  readonly checked: readonly CheckedRows[];
}

/**
 * Runs a plan on small tables, slowly and obviously, with nulls as in Polars. With an analysis, every obligation in it is fulfilled by
 * brute force on the way: sets of units beside every row, for every carrier.
 */
export function runReference(plan: TypedPlan, tables: SmallTables, analysis: Analysis | null = null): ReferenceRun {
  const run = new Run(tables, analysis);
  const table = run.node(plan.root, '');
  run.check('release', '$', table);
  const columns = plan.root.schema.map(({ name }) => name);
  return { columns, rows: table.rows.map((row) => columns.map((name) => row.values.get(name)!)), checked: run.checked };
}

class Run {
  readonly checked: CheckedRows[] = [];
  private readonly tables: SmallTables;
  private readonly analysis: Analysis | null;

  constructor(tables: SmallTables, analysis: Analysis | null) {
    this.tables = tables;
    this.analysis = analysis;
  }

  node(node: TypedNode, prefix: string): HiddenTable {
    const made = node.source === null ? this.step(node, prefix) : this.scan(node, prefix);
    // Rows that were safe here are an answer: nobody stands behind them any more.
    return this.check('settle', prefix + node.path, made) ? { carriers: new Set(), rows: made.rows.map(({ values }) => ({ values, units: new Map(), marks: new Map() })) } : made;
  }

  check(kind: 'release' | 'settle', path: string, table: HiddenTable): boolean {
    const index = this.analysis?.checkpoints.findIndex((checkpoint) => checkpoint.kind === kind && checkpoint.node === path) ?? -1;
    if (index >= 0) this.checked.push({ index, rows: table.rows });
    return index >= 0;
  }

  private scan(node: TypedNode, prefix: string): HiddenTable {
    const name = (node.fields as { source: string }).source;
    if (node.source?.kind === 'derived') return this.node(node.source.plan.root, `${prefix}@${name}`);
    const { rows, units } = this.tables.get(name)!;
    const carriers = new Set((this.analysis?.carriers ?? []).filter((carrier) => carrier.kind === 'scan' && carrier.node === prefix + node.path).map(({ id }) => id));
    const cells = (row: Readonly<Record<string, Value>>): Map<string, Value> => new Map(node.schema.map((column) => [column.name, row[column.name] ?? null]));
    return { carriers, rows: rows.map((row, index) => ({ values: cells(row), units: new Map([...carriers].map((id) => [id, new Set([units[index]!])])), marks: new Map() })) };
  }

  private step(node: TypedNode, prefix: string): HiddenTable {
    const { carriers, marks } = obligationsAt(this.analysis, prefix + node.path);
    const inputs = node.inputs.map((input) => this.node(input, prefix));
    if (marks.length > 0) inputs[0] = { ...inputs[0]!, rows: withMarks(inputs[0]!.rows, marks) };
    const group: Grouper = (rows, values) => ({ values, marks: new Map(), units: new Map([...unionUnits(rows, inputs[0]!.carriers), ...births(node, prefix, carriers, rows)]) });
    const beside = (rows: readonly HiddenRow[]): HiddenRow[] => {
      const born = windowBirths(node, prefix, carriers, rows);
      return rows.map((row, index) => ({ ...row, units: new Map([...row.units, ...born[index]!]) }));
    };
    const made = nodeRunners[node.kind]!({ node, inputs, group, beside });
    return { ...made, carriers: new Set([...made.carriers, ...carriers.map(({ id }: Carrier) => id)]) };
  }
}

/** What is left of the tables when one unit of a dataset goes. */
export function removeUnit(tables: SmallTables, dataset: string, unit: string): SmallTables {
  return new Map([...tables].map(([name, table]) => [name, name === dataset ? {
    rows: table.rows.filter((_row, index) => table.units[index] !== unit),
    units: table.units.filter((one) => one !== unit),
  } : table]));
}
