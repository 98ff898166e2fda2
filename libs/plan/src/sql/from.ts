import { condition, expression, type Scope } from './expression.ts';
import { joinRelations, type How, type KeyPair } from './join.ts';
import { aliasColumns, aliasOf, columnTerm, foldedName, meant, onlyOne, renamedColumns, resolve } from './names.ts';
import { addColumns, filterRows, freeName, step, type Relation, type ScopeColumn } from './relation.ts';
import { aliased, filled, joined, type Term } from './term.ts';
import { deeper, kindOf, names, placeOf, refusal, trees, unsupported, type Fields, type Sql, type Tree } from './tree.ts';

/** The queries that WITH names, from those that see them. */
export type Named = ReadonlyMap<string, Relation>;

/** Translates a query in brackets; given by the one who translates queries. */
export type Subquery = (fields: Fields, sql: Sql, named: Named) => Relation;

/** The tables of FROM, together, and the conditions of WHERE that did not become keys of a join. */
export function fromClause(items: readonly Tree[], where: readonly Tree[], sql: Sql, named: Named, subquery: Subquery): { relation: Relation; where: readonly Tree[] } {
  const relations = items.map((item) => fromItem(item, sql, named, subquery));
  const all = relations.flatMap(({ columns }) => columns);
  const tables = relations.flatMap(({ columns }) => [...new Set(columns.map(({ table }) => table))]).filter((table) => table !== null);
  if (new Set(tables).size < tables.length) throw refusal('usage.invalid', placeOf(sql, items), 'Two tables of FROM have the same name.', 'Give one of them another name: FROM a AS one, a AS two');
  let left = relations[0]!;
  let rest = relations.slice(1);
  let conditions = where;
  while (rest.length > 0) {
    // Tables beside each other are paired by WHERE: one that has a key comes before those that have none.
    const choice = rest.map((right) => ({ right, ...keysOf(conditions, left, right, all, sql) }));
    const { right, keys, others } = choice.find((one) => one.keys.length > 0) ?? choice[0]!;
    left = joinRelations(placeOf(sql, items), keys.length > 0 ? 'inner' : 'cross', left, right, keys);
    conditions = others;
    rest = rest.filter((one) => one !== right);
  }
  const order = new Map(all.map(({ id }, index) => [id, index]));
  return { relation: { ...left, columns: [...left.columns].sort((a, b) => order.get(a.id)! - order.get(b.id)!) }, where: conditions };
}

/** The parts of a condition that all have to hold. */
export function conjuncts(tree: Tree | undefined): Tree[] {
  if (tree === undefined) return [];
  const open = [tree];
  const parts: Tree[] = [];
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    const and = next['BoolExpr'];
    if (and?.['boolop'] === 'AND_EXPR') open.unshift(...trees(and['args']));
    else parts.push(next);
  }
  return parts;
}

function fromItem(item: Tree, sql: Sql, named: Named, subquery: Subquery): Relation {
  const [kind, fields] = kindOf(item);
  const at = placeOf(sql, item);
  return deeper(sql, at, () => {
    if (kind === 'RangeVar') return table(at, fields, sql, named);
    if (kind === 'JoinExpr') return joinExpr(at, fields, sql, named, subquery);
    if (kind !== 'RangeSubselect') throw unsupported(at, 'FROM takes tables, joins and subqueries.');
    if (fields['lateral'] === true) throw unsupported(at, 'LATERAL is not supported.');
    const inner = subquery(((fields['subquery'] as Tree)['SelectStmt'] ?? {}) as Fields, sql, named);
    return { ...inner, columns: renamedColumns(inner.columns, aliasOf(fields), aliasColumns(fields), at).map((one) => ({ ...one, id: Symbol(one.name) })) };
  });
}

/** A dataset, a stored frame, an own table, or a query that WITH names. */
function table(at: string, fields: Fields, sql: Sql, named: Named): Relation {
  if (fields['schemaname'] !== undefined || fields['catalogname'] !== undefined) throw unsupported(at, 'Tables stand alone, without a schema.', 'Put a name with a dot or a slash in double quotes.');
  if (fields['inh'] !== true) throw unsupported(at, 'ONLY is not supported.');
  const relname = String(fields['relname']);
  const read = sql.text.namesAt(Number(fields['location'] ?? 0))[0];
  const written = read !== undefined && (read.name === relname || (relname.length >= 15 && read.name.startsWith(relname))) ? read : foldedName(relname);
  const none = refusal('dataset.unknown', at, 'There is no such dataset or frame, or you may not see it.');
  const query = meant(written, [...named.keys()], (name) => name)[0];
  const name = query ?? onlyOne(meant(written, [...sql.sources.keys()], (one) => one), at, none);
  const found = query === undefined ? step(at, 'scan', { source: name }, {}, [], sql.sources.get(name)!) : named.get(query)!;
  const columns = query === undefined ? found.schema.map((one): ScopeColumn => ({ id: Symbol(one.name), table: name, name: one.name, column: one.name, fractional: false, hidden: false })) : found.columns.map((one) => ({ ...one, id: Symbol(one.name), hidden: false }));
  return { ...found, columns: renamedColumns(columns, aliasOf(fields) ?? name, aliasColumns(fields), at) };
}

const joinTypes: Readonly<Record<string, How | 'right'>> = { JOIN_INNER: 'inner', JOIN_LEFT: 'left', JOIN_RIGHT: 'right', JOIN_FULL: 'full' };

function joinExpr(at: string, fields: Fields, sql: Sql, named: Named, subquery: Subquery): Relation {
  if (fields['alias'] !== undefined || fields['join_using_alias'] !== undefined) throw unsupported(at, 'A join has no name of its own.');
  const how = joinTypes[String(fields['jointype'])];
  if (how === undefined) throw unsupported(at, 'This join is not supported.');
  const [left, right] = [fields['larg'], fields['rarg']].map((side) => fromItem(side as Tree, sql, named, subquery)) as [Relation, Relation];
  const tables = (one: Relation): (string | null)[] => one.columns.map((column) => column.table).filter((table) => table !== null);
  if (tables(left).some((table) => tables(right).includes(table))) throw refusal('usage.invalid', at, 'Two tables of FROM have the same name.', 'Give one of them another name: JOIN a AS two');
  const using = fields['isNatural'] === true ? common(at, left, right) : names(fields['usingClause']);
  if (using.length > 0) return joinUsing(at, how, left, right, using);
  const conditions = conjuncts(fields['quals'] as Tree | undefined);
  if (how === 'right') {
    const turned = joinOn(at, 'left', right, left, conditions, sql);
    const ofLeft = new Set(left.columns.map(({ id }) => id));
    return { ...turned, columns: [...turned.columns.filter(({ id }) => ofLeft.has(id)), ...turned.columns.filter(({ id }) => !ofLeft.has(id))] };
  }
  return joinOn(at, how, left, right, conditions, sql);
}

/** A join by a condition: equalities of both sides are its keys, and what else it asks is filtered before or afterwards where that is the same. */
function joinOn(at: string, how: How, left: Relation, right: Relation, conditions: readonly Tree[], sql: Sql): Relation {
  const both = [...left.columns, ...right.columns];
  const { keys, others } = keysOf(conditions, left, right, both, sql);
  if (how === 'inner') {
    const made = joinRelations(at, keys.length > 0 ? 'inner' : 'cross', left, right, keys);
    return filtered(made, others, sql);
  }
  if (keys.length === 0) throw unsupported(at, 'An outer join needs an equality of a column of each side.');
  const ofRight = new Set(right.columns.map(({ id }) => id));
  const stranger = others.find((one) => how === 'full' || !references(one, both, sql).every((id) => ofRight.has(id)));
  if (stranger !== undefined) throw unsupported(placeOf(sql, stranger, at), 'An outer join takes equalities of both sides, and a left or right join conditions on the side that may be missing.');
  return joinRelations(at, how, left, filtered(right, others, sql), keys);
}

/** Rows where all conditions hold. **Throws** `plan.misplaced` for aggregates. */
export function filtered(relation: Relation, conditions: readonly Tree[], sql: Sql): Relation {
  if (conditions.length === 0) return relation;
  const terms = conditions.map((one) => rowCondition(one, { sql, relation }));
  return filterRows(terms[0]!.typed.path, relation, joined('and', terms));
}

function rowCondition(tree: Tree, scope: Scope): Term {
  const term = condition(tree, scope);
  if (term.typed.aggregates) throw refusal('plan.misplaced', term.typed.path, 'An aggregate cannot stand in WHERE or ON.', 'HAVING chooses groups by their aggregates.');
  return term;
}

/** Equalities with one side over each relation, as pairs; the other conditions stay. Names are looked up among all columns. */
function keysOf(conditions: readonly Tree[], left: Relation, right: Relation, all: readonly ScopeColumn[], sql: Sql): { keys: KeyPair[]; others: Tree[] } {
  const keys: KeyPair[] = [];
  const others: Tree[] = [];
  const within = (ids: readonly symbol[], relation: Relation): boolean => ids.length > 0 && ids.every((id) => relation.columns.some((one) => one.id === id));
  for (const one of conditions) {
    const equal = one['A_Expr'];
    const sides = equal?.['kind'] === 'AEXPR_OP' && names(equal['name']).join('.') === '=' && equal['lexpr'] !== undefined ? [equal['lexpr'] as Tree, equal['rexpr'] as Tree] : [];
    const ids = sides.map((side) => references(side, all, sql));
    const [a, b] = ids.length === 2 && within(ids[0]!, left) && within(ids[1]!, right) ? sides : ids.length === 2 && within(ids[0]!, right) && within(ids[1]!, left) ? [sides[1], sides[0]] : [];
    if (a === undefined || b === undefined) {
      others.push(one);
      continue;
    }
    const pair = { left: expression(a, { sql, relation: left }), right: expression(b, { sql, relation: right }) };
    if (pair.left.typed.aggregates || pair.right.typed.aggregates) throw refusal('plan.misplaced', placeOf(sql, one), 'An aggregate cannot stand in WHERE or ON.');
    keys.push(pair);
  }
  return { keys, others };
}

/** The columns that stand in a tree. */
function references(tree: Tree, columns: readonly ScopeColumn[], sql: Sql): symbol[] {
  const found: symbol[] = [];
  const open: unknown[] = [tree];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    if ('SubLink' in next) throw unsupported(placeOf(sql, next), 'Subqueries stand in FROM only.');
    const reference = (next as Tree)['ColumnRef'];
    if (reference !== undefined) found.push(resolve(sql, reference, columns, placeOf(sql, reference)).id);
    else open.push(...Object.values(next));
  }
  return found;
}

/** The columns that both sides of a NATURAL join have. **Throws** `usage.unsupported` when there are none. */
function common(at: string, left: Relation, right: Relation): string[] {
  const shown = ({ columns }: Relation): string[] => columns.filter(({ hidden }) => !hidden).map(({ name }) => name);
  const both = [...new Set(shown(left))].filter((name) => shown(right).includes(name));
  if (both.length === 0) throw unsupported(at, 'The two tables of this NATURAL JOIN have no column in common.', 'CROSS JOIN');
  return both;
}

/** USING: the named columns become one, and come first. */
function joinUsing(at: string, how: How | 'right', left: Relation, right: Relation, using: readonly string[]): Relation {
  const found = (relation: Relation, name: string): ScopeColumn => onlyOne(meant(foldedName(name), relation.columns.filter(({ hidden }) => !hidden), (one) => one.name), at, refusal('schema.unknown-column', at, 'A column of USING is not on both sides of the join.'));
  const pairs = using.map((name) => ({ left: found(left, name), right: found(right, name) }));
  const keys = pairs.map((pair) => ({ left: columnTerm(at, pair.left, left), right: columnTerm(at, pair.right, right) }));
  let made = how === 'right' ? joinRelations(at, 'left', right, left, keys.map((pair) => ({ left: pair.right, right: pair.left }))) : joinRelations(at, how, left, right, keys);
  const now = ({ id }: ScopeColumn): ScopeColumn => made.columns.find((one) => one.id === id)!;
  const merged = pairs.map((pair): ScopeColumn => {
    const kept = how === 'right' ? now(pair.right) : now(pair.left);
    const whole = { ...kept, id: Symbol(pair.left.name), table: null, name: pair.left.name, hidden: false };
    if (how !== 'full') return whole;
    const name = freeName(pair.left.name, made.schema);
    const columns = made.columns;
    made = { ...addColumns(at, made, [aliased(filled(at, columnTerm(at, now(pair.left), made), columnTerm(at, now(pair.right), made)), name)]), columns };
    return { ...whole, column: name };
  });
  const keyIds = new Set(pairs.flatMap((pair) => [pair.left.id, pair.right.id]));
  const side = (of: Relation): ScopeColumn[] => of.columns.map((one) => ({ ...now(one), hidden: one.hidden || keyIds.has(one.id) }));
  return { ...made, columns: [...merged, ...side(left), ...side(right)] };
}
