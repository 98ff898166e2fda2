import type { Analysis, Carrier, Mark } from '../obligations.ts';
import type { TypedExpression, TypedNode } from '../typed.ts';
import { evaluate, evaluateRows, partitions } from './evaluate.ts';
import type { HiddenRow } from './table.ts';
import { keyOf, type Value } from './value.ts';

/** The obligations of one node, by brute force. */
export interface NodeObligations {
  readonly carriers: readonly Carrier[];
  readonly marks: readonly Mark[];
}

export const obligationsAt = (analysis: Analysis | null, path: string): NodeObligations => ({
  carriers: analysis?.carriers.filter(({ node, kind }) => node === path && kind !== 'scan') ?? [],
  marks: analysis?.marks.filter(({ node }) => node === path) ?? [],
});

/** Rows with the marks of a node beside them. */
export function withMarks(rows: readonly HiddenRow[], marks: readonly Mark[]): HiddenRow[] {
  const values = marks.map((mark) => ({ id: mark.id, of: conditionValues(mark, rows) }));
  return rows.map((row, index) => ({ ...row, marks: new Map([...row.marks, ...values.map(({ id, of }): [number, Value] => [id, of[index]!])]) }));
}

function conditionValues({ condition }: Mark, rows: readonly HiddenRow[]): readonly Value[] {
  const values = condition.of.level === 'filtered' ? seenValues(condition.of, rows) : evaluateRows(condition.of, rows);
  if (condition.is === 'true') return values;
  if (condition.is === 'missing') return values.map((value) => value === null);
  if (!('bound' in condition)) return values.map((value) => value !== null && Number(value) < 0);
  const { is } = condition;
  const bounds = evaluateRows(condition.bound, rows);
  return values.map((value, index) => value !== null && bounds[index] !== null && (is === 'below' ? Number(value) < Number(bounds[index]) : Number(value) > Number(bounds[index])));
}

/** The argument of an aggregate beside every row: missing where a filter takes it away. */
function seenValues(argument: TypedExpression, rows: readonly HiddenRow[]): readonly Value[] {
  if (argument.kind !== 'filterValues') return evaluateRows(argument, rows);
  const [values, chosen] = argument.operands.map((operand) => evaluateRows(operand, rows));
  return values!.map((value, index) => (chosen![index] === true ? value : null));
}

/**
 * Units of the carriers that are born where `rows` become one. A carrier of a window in a row-wise step is born by `windowBirths` instead.
 */
export function births(node: TypedNode, prefix: string, carriers: readonly Carrier[], rows: readonly HiddenRow[]): Map<number, ReadonlySet<string>> {
  return new Map(carriers.map((carrier) => {
    if (carrier.column !== null) {
      const kept = (node.fields as { keep: string }).keep === 'last' ? rows.at(-1) : rows[0];
      return [carrier.id, unitsOf(carrier, rows, (row) => keyOf(row.values.get(carrier.column!)!) === keyOf(kept!.values.get(carrier.column!)!))];
    }
    return [carrier.id, bornOf(carrier, expressionAt(node, prefix, carrier), rows)];
  }));
}

/** Units of carriers of aggregates beside rows: those of each row's partition. */
export function windowBirths(node: TypedNode, prefix: string, carriers: readonly Carrier[], rows: readonly HiddenRow[]): Map<number, ReadonlySet<string>>[] {
  const columns = carriers.map((carrier) => {
    const expression = expressionAt(node, prefix, carrier);
    return partitions(windowOf(node, expression), rows).map((partition) => bornOf(carrier, expression, partition));
  });
  return rows.map((_row, index) => new Map(carriers.map(({ id }, at) => [id, columns[at]![index]!])));
}

function bornOf(carrier: Carrier, expression: TypedExpression, rows: readonly HiddenRow[]): ReadonlySet<string> {
  if (carrier.kind === 'window') return unitsOf(carrier, rows, () => true);
  const argument = expression.operands[0]!;
  const seen = seenValues(argument, rows);
  if (carrier.kind === 'contributors') return unitsOf(carrier, rows, (_row, index) => seen[index] !== null);
  if (carrier.kind === 'sharing') {
    const result = keyOf(evaluate(expression, rows).values[0]!);
    return unitsOf(carrier, rows, (_row, index) => keyOf(seen[index]!) === result);
  }
  if (carrier.kind === 'alike') return new Set(rows.flatMap((row, index) => [...(row.units.get(carrier.of!) ?? [])].map((unit) => pairOf(keyOf(seen[index]!), unit))));
  return unitsOf(carrier, rows, () => true);
}

/** A side and a unit on it, as one text. */
export const pairOf = (side: string, unit: string): string => JSON.stringify([side, unit]);

/** Units of the rows that count, with the side in front for sides. */
function unitsOf(carrier: Carrier, rows: readonly HiddenRow[], counts: (row: HiddenRow, index: number) => boolean): ReadonlySet<string> {
  return new Set(rows.flatMap((row, index) => (counts(row, index) ? [...(row.units.get(carrier.of!) ?? [])].map((unit) => (carrier.kind === 'side' ? pairOf(sideOf(carrier, row), unit) : unit)) : [])));
}

const sideOf = (carrier: Carrier, row: HiddenRow): string => carrier.marks.map((mark) => (row.marks.get(mark) === true ? 'T' : carrier.missingApart && row.marks.get(mark) === null ? 'N' : 'F')).join('');

const within = (expression: TypedExpression): TypedExpression[] => [expression, ...expression.operands.flatMap(within)];

function expressionAt(node: TypedNode, prefix: string, carrier: Carrier): TypedExpression {
  return node.expressions.flatMap(within).find(({ path }) => prefix + path === carrier.expression)!;
}

/** The keys of the window that an aggregate stands in; none when it only stands beside rows. */
function windowOf(node: TypedNode, expression: TypedExpression): readonly TypedExpression[] {
  const window = node.expressions.flatMap(within).find(({ kind, operands }) => kind === 'over' && within(operands[0]!).includes(expression));
  return window?.operands.slice(1) ?? [];
}
