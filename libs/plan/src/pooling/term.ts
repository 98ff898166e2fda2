import type { Json } from '../builder/expr.ts';
import { expressionKinds } from '../expressions/registry.ts';
import { kindOf, parseForm } from '../parse-form.ts';
import { mistake } from '../mistake.ts';
import type { FaultCode } from '@podnet/errors';
import type { Slot } from '../slot.ts';

/** An expression by its form alone: what it is made of, without the schemas that would give it a type. */
export interface Term {
  readonly kind: string;
  readonly fields: { readonly name?: string; readonly op?: string };
  readonly json: Json;
  readonly path: string;
  readonly operands: readonly (Slot & { readonly term: Term })[];
}

/** **Throws** as the parser does for forms that no expression has. */
export function readTerm(json: unknown, path: string): Term {
  const kind = kindOf(expressionKinds, 'expr', json, path);
  const fields = parseForm(kind.form, json, path);
  const operands = kind.operands(fields).map((slot) => ({ ...slot, term: readTerm(slot.json, `${path}.${slot.key}`) }));
  return { kind: kind.name, fields: fields as Term['fields'], json: json as Json, path, operands };
}

/** Aggregates by their name in the registry of expressions; every other expression but `over` looks at one row. */
const aggregateKinds: ReadonlySet<string> = new Set(['len', 'count', 'moment', 'orderStatistic']);

export const isAggregate = ({ kind }: Term): boolean => aggregateKinds.has(kind);

/** The first place in an expression where it looks at more than one row; null when it does not. */
export function beyondRow(term: Term): Term | null {
  if (isAggregate(term) || term.kind === 'over') return term;
  for (const { term: operand } of term.operands) {
    const found = beyondRow(operand);
    if (found !== null) return found;
  }
  return null;
}

/** Whether it gives a value for every row: a column stands outside of aggregates, or a window. */
export const isOfRows = (term: Term): boolean => term.kind === 'column' || term.kind === 'over' || (!isAggregate(term) && term.operands.some((operand) => isOfRows(operand.term)));

/** The name of the column that it makes, as the type rules have it. */
export function outputOf({ kind, fields, operands }: Term): string {
  if (kind === 'column' || kind === 'alias') return fields.name!;
  return operands.length === 0 ? kind : outputOf(operands[kind === 'when' ? 1 : 0]!.term);
}

/** The same JSON with other things in some of its places. */
export function replaceSlots(json: Json, slots: readonly Slot[]): Json {
  const made: Record<string, unknown> = { ...json };
  for (const { key, json: value } of slots) {
    const [, name, index] = /^(\w+)(?:\[(\d+)\])?$/.exec(key)!;
    made[name!] = index === undefined ? value : (made[name!] as unknown[]).with(Number(index), value);
  }
  return made;
}

/** **Code** `plan.cannot-pool`, with the node or expression at fault. */
export const cannotPool = (path: string, sentence: string, hint = 'Ask every pod for its own answer (combine: each).') => mistake('plan.cannot-pool' satisfies FaultCode, path, sentence, hint);
