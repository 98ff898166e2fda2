import { rightNames } from '../nodes/join-keys.ts';
import { addColumns, freeName, step, type Relation, type ScopeColumn } from './relation.ts';
import { aliased, column, type Term } from './term.ts';

export type How = 'inner' | 'left' | 'full' | 'cross';

/** A pair of values by which rows of two relations meet; each is over its own side. */
export interface KeyPair {
  readonly left: Term;
  readonly right: Term;
}

/**
 * Two relations side by side. The plan drops the right keys of inner and left joins, SQL keeps them: after an inner join a right key is the left
 * one, after a left join a copy, since it is missing where there was no partner.
 */
export function joinRelations(at: string, how: How, left: Relation, right: Relation, keys: readonly KeyPair[]): Relation {
  const [first, leftOn] = withKeys(at, left, keys.map((pair) => pair.left));
  let [second, rightOn] = withKeys(at, right, keys.map((pair) => pair.right));
  const sameAs = new Map<string, string>();
  if (how === 'inner' || how === 'left') [second, rightOn] = keepKeys(at, how, first, second, leftOn, rightOn, sameAs);
  const dropped = how === 'full' ? [] : rightOn;
  const suffix = freeSuffix(first, second, dropped);
  const names = rightNames(first.schema, second.schema, dropped, suffix);
  const made = step(at, 'join', { how, leftOn, rightOn, ...(suffix === '_right' ? {} : { suffix }) }, { left: first, right: second });
  const ofRight = second.columns.map((one): ScopeColumn => ({ ...one, column: sameAs.get(one.column) ?? names.get(one.column)! }));
  return { ...made, columns: [...first.columns, ...ofRight] };
}

/** The relation with a column for each key: those that are columns as they are, each once, and new ones for the rest. */
function withKeys(at: string, relation: Relation, keys: readonly Term[]): [Relation, string[]] {
  const used = new Set<string>();
  let made = relation;
  const on = keys.map((key) => {
    const name = key.json['expr'] === 'column' ? String(key.json['name']) : null;
    const free = name !== null && !used.has(name) ? name : freeName('key', made.schema);
    if (free !== name) made = addColumns(at, made, [aliased(key, free)]);
    used.add(free);
    return free;
  });
  return [made, on];
}

/** Right keys that SQL may still name: the left key where both are one, otherwise a copy. */
function keepKeys(at: string, how: How, left: Relation, right: Relation, leftOn: readonly string[], rightOn: readonly string[], sameAs: Map<string, string>): [Relation, string[]] {
  const typeIn = ({ schema }: Relation, name: string): string => schema.find((one) => one.name === name)!.type;
  const visible = new Set(right.columns.map((one) => one.column));
  let made = right;
  const copies = new Map<string, string>();
  rightOn.forEach((name, index) => {
    if (!visible.has(name)) return;
    if (how === 'inner' && typeIn(left, leftOn[index]!) === typeIn(right, name)) return void sameAs.set(name, leftOn[index]!);
    const copy = freeName(`${name}_right`, [...made.schema, ...left.schema]);
    made = addColumns(at, made, [aliased(column(at, name, made.schema), copy)]);
    copies.set(name, copy);
  });
  return [{ ...made, columns: made.columns.map((one) => ({ ...one, column: copies.get(one.column) ?? one.column })) }, [...rightOn]];
}

/** The first ending under which no name of the right side meets another. */
function freeSuffix(left: Relation, right: Relation, dropped: readonly string[]): string {
  // Far from the numbers that long chains of joins have used already.
  for (let number = 1; ; number = Math.max(number + 1, left.nodes > 20 ? left.nodes : 0)) {
    const suffix = number === 1 ? '_right' : `_right_${number}`;
    const all = [...left.schema.map(({ name }) => name), ...rightNames(left.schema, right.schema, dropped, suffix).values()];
    if (new Set(all).size === all.length) return suffix;
  }
}
