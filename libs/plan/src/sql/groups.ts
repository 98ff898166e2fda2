import { expressionKindOf } from '../expressions/registry.ts';
import { parseForm } from '../parse-form.ts';
import { typeExpression } from '../parse-expression.ts';
import type { PlanColumn } from '../source.ts';
import type { TypedExpression } from '../typed.ts';
import { step, type Relation } from './relation.ts';
import { aliased, column, keyOf, withoutHint, type Json, type Term } from './term.ts';
import { refusal, unsupported } from './tree.ts';

const aggregateKinds: ReadonlySet<string> = new Set(['len', 'count', 'moment', 'orderStatistic']);

/**
 * Keys and aggregates of one GROUP BY. Expressions are given over the rows; what of them is a key or an aggregate becomes a column of the
 * groups, and the rest is computed from those.
 */
export class Groups {
  private readonly known = new Map<string, { name: string; fractional: boolean }>();
  private readonly keys: Term[] = [];
  private readonly aggregates: Term[] = [];
  private readonly schema: PlanColumn[] = [];

  /** Adds a key under a name, or the next free one. */
  addKey(term: Term, name: string): void {
    if (term.typed.aggregates) throw refusal('plan.misplaced', term.typed.path, 'An aggregate cannot stand in GROUP BY.');
    if (term.typed.level === 'literal') throw unsupported(term.typed.path, 'A constant is no key of a group.');
    if (!this.known.has(keyOf(term))) this.keys.push(this.register(term, name));
  }

  /** An expression that is made of aggregates only becomes a column as a whole. */
  addWhole(term: Term, name: string): void {
    if (term.typed.level === 'aggregate' && !this.known.has(keyOf(term))) this.aggregates.push(this.register(term, name));
  }

  private register(term: Term, name: string): Term {
    let free = name;
    for (let number = 2; this.schema.some((one) => one.name === free); number += 1) free = `${name}_${number}`;
    this.known.set(keyOf(term), { name: free, fractional: term.fractional });
    this.schema.push({ name: free, type: term.typed.type });
    return aliased(term, free);
  }

  /** An expression over rows as one over groups. **Throws** `plan.misplaced` for a column that is neither key nor aggregated. */
  over(term: Term): Term {
    return { ...this.rewritten(term.json, term.typed), fractional: term.fractional };
  }

  private rewritten(json: Json, typed: TypedExpression): Term {
    const term: Term = { json, typed, fractional: false };
    if (typed.level === 'literal' && typed.kind === 'literal') return term;
    if (!this.known.has(keyOf(term)) && aggregateKinds.has(typed.kind)) this.aggregates.push(this.register(term, typed.kind === 'len' ? 'count' : String((typed.fields as { op: string }).op)));
    const known = this.known.get(keyOf(term));
    if (known !== undefined) return column(typed.path, known.name, this.schema, known.fractional);
    if (typed.kind === 'column') throw refusal('plan.misplaced', typed.path, 'This column is neither in GROUP BY nor inside an aggregate.');
    const kind = expressionKindOf(typed);
    const slots = kind.operands(typed.fields);
    const operands = slots.map(({ json: operand }, index) => this.rewritten(operand as Json, typed.operands[index]!));
    const made = withOperands(json, slots.map(({ key }) => key), operands);
    return withoutHint(typed.path, () => ({ json: made, typed: typeExpression(kind, { fields: parseForm(kind.form, made, typed.path), operands: operands.map((one) => one.typed), path: typed.path, schema: [] }), fractional: false }));
  }

  /** The groups; without keys one for all rows. */
  relation(at: string, input: Relation): Relation {
    if (this.keys.length === 0 && this.aggregates.length === 0) throw unsupported(at, 'A group without keys needs an aggregate.');
    const json = (terms: readonly Term[]): Json[] => terms.map((one) => one.json);
    if (this.keys.length === 0) return step(at, 'select', { columns: json(this.aggregates) }, { input }, this.aggregates);
    return step(at, 'groupBy', { by: json(this.keys), aggs: json(this.aggregates) }, { input }, [...this.keys, ...this.aggregates]);
  }
}

/** The JSON with other operands in its slots: `left`, `inputs[2]`. */
function withOperands(json: Json, keys: readonly string[], operands: readonly Term[]): Json {
  const made: Record<string, unknown> = { ...json };
  keys.forEach((key, index) => {
    const [, name, at] = /^(\w+)(?:\[(\d+)\])?$/.exec(key)!;
    if (at === undefined) made[name!] = operands[index]!.json;
    else made[name!] = (made[name!] as unknown[]).map((old, place) => (place === Number(at) ? operands[index]!.json : old));
  });
  return made;
}
