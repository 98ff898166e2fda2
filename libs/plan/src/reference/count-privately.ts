import { cellOfValue, valueOfCell, type Cell } from '../cell.ts';
import { parsePlan } from '../parse.ts';
import { compareKeys } from '../private/key-order.ts';
import type { DeclaredBounds } from '../private/metadata.ts';
import type { PrivateAsk, PrivateCounts, PrivateMeasure } from '../private/private-ask.ts';
import type { PrivateKey, PrivateQuery } from '../private/private-query.ts';
import type { Sources } from '../typed.ts';
import { runReference, type SmallTables } from './run.ts';
import { keyOf, type Value } from './value.ts';

interface UnitRow {
  readonly unit: string;
  readonly key: readonly Cell[];
  readonly group: string;
  readonly ticks: readonly (number | undefined)[];
}

/**
 * Exact numbers of a private query on small tables, slowly and obviously. `random`: uniform in [0, 1), for the choices that contribution bounds make;
 * no protection, so for tests and simulations only.
 */
export function countPrivatelySlowly({ query, measures }: PrivateAsk, sources: Sources, tables: SmallTables, random: () => number): PrivateCounts {
  const rows = bounded(unitRows(query, sources, tables), query, random);
  const isPrivate = (_cell: Cell, at: number): boolean => query.keys[at]!.values === null;
  const groups = [...Map.groupBy(rows, ({ group }) => group).values()].map((members) => ({ key: members[0]!.key, measured: measures.map((measure) => measured(measure, members)) }));
  const combinations = query.keys.some(({ values }) => values === null) ? [...Map.groupBy(rows, ({ key }) => JSON.stringify(key.filter(isPrivate))).values()] : [];
  return {
    groups: groups.sort((a, b) => compareKeys(a.key, b.key)),
    privateKeys: combinations.map((members) => ({ key: members[0]!.key.filter(isPrivate), units: unitsOf(members) })).sort((a, b) => compareKeys(a.key, b.key)),
  };
}

function unitRows(query: PrivateQuery, sources: Sources, tables: SmallTables): UnitRow[] {
  const plan = parsePlan(query.rows, sources);
  const { rows, columns } = runReference(plan, tables);
  return rows.flatMap((values, index): UnitRow[] => {
    const read = (column: string): Value => values[columns.indexOf(column)]!;
    const unit = query.unit === null ? index : read(query.unit);
    const key = query.keys.map((one) => keyCell(read(one.column), one));
    // Nobody's rows, and rows that no group is answered for.
    if (unit === null || key.includes(undefined)) return [];
    return [{ unit: keyOf(unit), key: key as Cell[], group: JSON.stringify(key), ticks: query.values.map(({ column, bounds }) => tickOf(read(column), bounds)) }];
  });
}

/** Undefined: not among the values that are answered for. */
function keyCell(value: Value, { type, values }: PrivateKey): Cell | undefined {
  const cell = cellOfValue(value, type);
  const canonical = (one: Cell): string => JSON.stringify(cellOfValue(valueOfCell(one, type), type));
  return values === null ? cell : values.find((one) => canonical(one) === JSON.stringify(cell));
}

function tickOf(value: Value, { lower, upper, granularity }: DeclaredBounds): number | undefined {
  if (value === null || Number.isNaN(Number(value))) return undefined;
  return Math.round(Math.min(upper, Math.max(lower, Number(value))) / granularity) + 0;
}

function bounded(rows: readonly UnitRow[], { unit, maxRows, maxGroups }: PrivateQuery, random: () => number): readonly UnitRow[] {
  if (unit === null) return rows;
  return [...Map.groupBy(rows, (row) => row.unit).values()].flatMap((own) =>
    some([...Map.groupBy(own, ({ group }) => group).values()], maxGroups, random).flatMap((members) => some(members, maxRows, random)));
}

/** **Shape** (at most `most`), all choices alike. */
function some<T>(items: readonly T[], most: number, random: () => number): readonly T[] {
  const left = [...items];
  return items.length <= most ? items : Array.from({ length: most }, () => left.splice(Math.floor(random() * left.length), 1)[0]!);
}

const unitsOf = (rows: readonly UnitRow[]): number => new Set(rows.map(({ unit }) => unit)).size;

function measured(measure: PrivateMeasure, rows: readonly UnitRow[]): bigint | Float64Array {
  if (measure.measure === 'rows') return BigInt(rows.length);
  if (measure.measure === 'units') return BigInt(unitsOf(rows));
  const ticks = rows.flatMap((row) => row.ticks[measure.value] ?? []);
  if (measure.measure === 'present') return BigInt(ticks.length);
  if (measure.measure === 'sorted') return Float64Array.from(ticks).sort();
  const away = ticks.map((tick) => BigInt(tick) - BigInt(measure.origin));
  return away.reduce((sum, one) => sum + (measure.measure === 'sum' ? one : one * one - BigInt(measure.squareOrigin)), 0n);
}
