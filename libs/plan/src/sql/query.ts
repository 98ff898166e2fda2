import { planLimits } from '../limits.ts';
import { integerOf } from './constant.ts';
import { condition, expression, type Scope } from './expression.ts';
import { conjuncts, filtered, fromClause, type Named } from './from.ts';
import { Groups } from './groups.ts';
import { columnTerm, meant, renamedColumns, resolve, starred, writtenNames } from './names.ts';
import { filterRows, show, step, type Relation, type ScopeColumn, type Shown } from './relation.ts';
import { isNull, keyOf, type Term } from './term.ts';
import { deeper, kindOf, names, placeOf, refusal, trees, unsupported, type Fields, type Sql, type Tree } from './tree.ts';

/** A SELECT, or several by UNION ALL, as a relation. */
export function query(fields: Fields, sql: Sql, outer: Named): Relation {
  const at = placeOf(sql, [fields['targetList'], fields['larg'], fields['sortClause']]);
  return deeper(sql, at, () => {
    refuseClauses(fields, sql, at);
    const named = withClause(fields, sql, outer);
    return fields['op'] === 'SETOP_NONE' ? block(at, fields, sql, named) : union(at, fields, sql, named);
  });
}

function refuseClauses(fields: Fields, sql: Sql, at: string): void {
  if (fields['intoClause'] !== undefined) throw unsupported(placeOf(sql, fields['intoClause'], at), 'SELECT INTO is not supported: a query changes nothing.');
  if (fields['lockingClause'] !== undefined) throw unsupported(at, 'FOR UPDATE and FOR SHARE are not supported: a query changes nothing.');
  if (fields['windowClause'] !== undefined) throw unsupported(placeOf(sql, fields['windowClause'], at), 'Windows (WINDOW, OVER) are not supported.');
  if (fields['valuesLists'] !== undefined) throw unsupported(placeOf(sql, fields['valuesLists'], at), 'VALUES is not supported: bring a small table of your own.');
  if (fields['limitOption'] === 'LIMIT_OPTION_WITH_TIES') throw unsupported(placeOf(sql, fields['limitCount'], at), 'WITH TIES is not supported.');
}

function withClause(fields: Fields, sql: Sql, outer: Named): Named {
  const clause = fields['withClause'] as Fields | undefined;
  if (clause === undefined) return outer;
  const named = new Map(outer);
  const own = new Set<string>();
  for (const tree of trees(clause['ctes'])) {
    const cte = tree['CommonTableExpr']!;
    const at = placeOf(sql, cte);
    const name = String(cte['ctename']);
    if (clause['recursive'] === true) throw unsupported(at, 'Recursive queries (WITH RECURSIVE) are not supported.');
    if (own.has(name)) throw refusal('usage.invalid', at, 'Two queries of WITH have the same name.');
    const [kind, inner] = kindOf(cte['ctequery'] as Tree);
    if (kind !== 'SelectStmt') throw unsupported(at, 'WITH takes SELECT only: a query changes nothing.');
    const made = query(inner, sql, named);
    own.add(name);
    named.set(name, { ...made, columns: renamedColumns(made.columns, null, names(cte['aliascolnames']), at) });
  }
  return named;
}

/** UNION ALL: columns by their places, with the names of the first. */
function union(at: string, fields: Fields, sql: Sql, named: Named): Relation {
  const parts: Fields[] = [];
  const open: Fields[] = [fields];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const whole = next === fields || ['sortClause', 'limitCount', 'limitOffset', 'withClause', 'lockingClause'].every((key) => next![key] === undefined);
    if (next['op'] === 'SETOP_NONE' || !whole) {
      parts.push(next);
      continue;
    }
    const place = placeOf(sql, (next['rarg'] as Fields)['targetList'], at);
    if (next['op'] !== 'SETOP_UNION') throw unsupported(place, 'INTERSECT and EXCEPT are not supported.');
    if (next['all'] !== true) throw unsupported(place, 'UNION without ALL is not supported.', 'SELECT DISTINCT … FROM (… UNION ALL …) AS u');
    open.push(next['rarg'] as Fields, next['larg'] as Fields);
  }
  const [first, ...others] = parts.map((part) => query(part, sql, named)) as [Relation, ...Relation[]];
  if (parts.length > 100) throw refusal('usage.too-large', at, 'UNION ALL puts at most 100 queries together.');
  const heads = first.columns.map((one): Shown => ({ term: columnTerm(at, one, first), name: one.name }));
  const head = show(at, first, heads);
  const below = others.map((other, index) => {
    const place = placeOf(sql, parts[index + 1]!, at);
    if (other.columns.length !== head.columns.length) throw refusal('schema.incompatible', place, 'The queries of UNION ALL have different numbers of columns.');
    return show(place, other, other.columns.map((one, number) => ({ term: columnTerm(place, one, other), name: head.columns[number]!.column })));
  });
  const stacked = { ...step(at, 'concat', {}, { inputs: [head, ...below] }), columns: head.columns };
  const outputs = stacked.columns.map((one): Output => ({ term: columnTerm(at, one, stacked), name: one.name }));
  const keys = sortKeys(fields, sql, outputs, null);
  return sliced(fields, sql, sorted(stacked, keys.map((key) => ({ ...key, term: columnTerm(key.at, stacked.columns[key.output!]!, stacked) })), at));
}

interface Output extends Shown {
  /** Only for a column that stands for itself. */
  readonly scope?: ScopeColumn;
}

function block(at: string, fields: Fields, sql: Sql, named: Named): Relation {
  if (trees(fields['fromClause']).length === 0) throw unsupported(at, 'A query needs FROM.');
  const from = fromClause(trees(fields['fromClause']), conjuncts(fields['whereClause'] as Tree | undefined), sql, named, query);
  const relation = filtered(from.relation, from.where, sql);
  const scope: Scope = { sql, relation };
  const outputs = trees(fields['targetList']).flatMap((tree) => targets(tree['ResTarget']!, scope));
  if (outputs.length > planLimits.columns) throw refusal('usage.too-large', at, `A query shows at most ${planLimits.columns} columns.`);
  if (outputs.length === 0) throw unsupported(at, 'A query shows at least one column.');
  const shown = outputs.map((one, index) => ({ ...one, name: one.name === '' ? `column${index + 1}` : one.name }));
  const keys = sortKeys(fields, sql, shown, scope);
  const having = fields['havingClause'] === undefined ? null : condition(fields['havingClause'] as Tree, scope);
  const grouping = trees(fields['groupClause']);
  const isGrouped = grouping.length > 0 || having !== null || shown.some(({ term }) => term.typed.aggregates) || keys.some(({ term }) => term?.typed.aggregates);
  if (!isGrouped) return ending(at, fields, sql, relation, shown, keys);

  const groups = new Groups();
  for (const tree of grouping) {
    const term = groupKey(tree, shown, scope);
    groups.addKey(term, shown.find((one) => keyOf(one.term) === keyOf(term))?.name ?? (nameOf(tree, scope) || 'key'));
  }
  for (const { term, name } of shown) groups.addWhole(term, name);
  const overGroups = shown.map((one) => ({ ...one, term: groups.over(one.term) }));
  const choice = having === null ? null : groups.over(having);
  const order = keys.map((key) => (key.term === null ? key : { ...key, term: groups.over(key.term) }));
  const made = groups.relation(at, relation);
  return ending(at, fields, sql, choice === null ? made : filterRows(choice.typed.path, made, choice), overGroups, order);
}

/** What a query shows, without doubles, in order, and which part of it. */
function ending(at: string, fields: Fields, sql: Sql, input: Relation, outputs: readonly Output[], keys: readonly SortKey[]): Relation {
  const distinct = trees(fields['distinctClause']);
  if (distinct.some((one) => Object.keys(one).length > 0)) throw unsupported(placeOf(sql, distinct, at), 'DISTINCT ON is not supported.');
  const stranger = keys.find((key) => key.output === null);
  if (stranger !== undefined && fields['distinctClause'] !== undefined) throw refusal('plan.misplaced', stranger.at, 'With DISTINCT, rows are ordered by what is shown.');
  if (stranger !== undefined) return sliced(fields, sql, show(at, sorted(input, keys.map((key) => ({ ...key, term: key.term ?? outputs[key.output!]!.term })), at), outputs));
  const shown = show(at, input, outputs);
  const once = fields['distinctClause'] === undefined ? shown : step(at, 'unique', { subset: null, keep: 'any' }, { input: shown });
  return sliced(fields, sql, sorted(once, keys.map((key) => ({ ...key, term: columnTerm(key.at, shown.columns[key.output!]!, once) })), at));
}

/** One entry of SELECT: an expression, or all that a star stands for. */
function targets(target: Fields, scope: Scope): Output[] {
  const { sql, relation } = scope;
  const value = target['val'] as Tree;
  const reference = value['ColumnRef'];
  const at = placeOf(sql, target);
  const all = reference === undefined ? null : starred(sql, reference, relation.columns, at);
  if (all !== null) return all.map((one) => ({ term: columnTerm(at, one, relation), name: one.name, scope: one }));
  const term = expression(value, scope);
  return [{ term, name: target['name'] === undefined ? nameOf(value, scope) : String(target['name']) }];
}

/** The name that Postgres gives to a column without AS; empty when it has none. */
function nameOf(tree: Tree, scope: Scope): string {
  const [kind, fields] = kindOf(tree);
  if (kind === 'ColumnRef') return resolve(scope.sql, fields, scope.relation.columns, placeOf(scope.sql, fields)).name;
  if (kind === 'FuncCall') return names(fields['funcname']).at(-1) ?? '';
  if (kind === 'TypeCast') return nameOf(fields['arg'] as Tree, scope) || (names((fields['typeName'] as Fields)['names']).at(-1) ?? '');
  if (kind === 'A_Expr') return fields['kind'] === 'AEXPR_NULLIF' ? 'nullif' : '';
  return { CaseExpr: 'case', CoalesceExpr: 'coalesce' }[kind] ?? '';
}

/** A key of GROUP BY: a place in SELECT, a column, a name given in SELECT, or an expression. */
function groupKey(tree: Tree, outputs: readonly Output[], scope: Scope): Term {
  const { sql, relation } = scope;
  const [kind, fields] = kindOf(tree);
  const at = placeOf(sql, tree);
  if (kind === 'GroupingSet') throw unsupported(at, 'GROUPING SETS, ROLLUP and CUBE are not supported.');
  if (kind === 'A_Const') return outputs[placeIn(at, expression(tree, scope), outputs)]!.term;
  if (kind !== 'ColumnRef') return expression(tree, scope);
  const written = writtenNames(sql, fields);
  const isColumn = written.length > 1 || written[0] === null || meant(written[0]!, relation.columns.filter(({ hidden }) => !hidden), ({ name }) => name).length > 0;
  const given = isColumn ? [] : meant(written[0]!, outputs, ({ name }) => name);
  return given.length === 0 ? expression(tree, scope) : onlyTerm(at, given).term;
}

/** A place in SELECT, counted from 1. */
function placeIn(at: string, term: Term, outputs: readonly Output[]): number {
  const place = integerOf(term, 'A place in SELECT') - 1;
  if (outputs[place] === undefined) throw refusal('usage.invalid', at, 'SELECT has no such place.');
  return place;
}

function onlyTerm(at: string, found: readonly Output[]): Output {
  if (new Set(found.map(({ term }) => keyOf(term))).size > 1) throw refusal('usage.invalid', at, 'More than one column of SELECT has this name.');
  return found[0]!;
}

interface SortKey {
  readonly at: string;
  readonly descending: boolean;
  readonly nullsLast: boolean;
  /** The place in SELECT, when it is shown; otherwise its term. */
  readonly output: number | null;
  readonly term: Term | null;
}

/** The keys of ORDER BY: a place in SELECT, a name given there, or an expression. Nulls are last, and first when descending, unless said otherwise. */
function sortKeys(fields: Fields, sql: Sql, outputs: readonly Output[], scope: Scope | null): SortKey[] {
  return trees(fields['sortClause']).map((one) => {
    const by = one['SortBy']!;
    const tree = by['node'] as Tree;
    const at = placeOf(sql, tree);
    if (by['sortby_dir'] === 'SORTBY_USING') throw unsupported(at, 'ORDER BY … USING is not supported.', 'ASC or DESC');
    const descending = by['sortby_dir'] === 'SORTBY_DESC';
    const nulls = by['sortby_nulls'];
    const way = { at, descending, nullsLast: nulls === 'SORTBY_NULLS_LAST' || (nulls !== 'SORTBY_NULLS_FIRST' && !descending) };
    const [kind, inner] = kindOf(tree);
    if (kind === 'A_Const') return { ...way, output: placeIn(at, expression(tree, scope ?? nowhere(sql)), outputs), term: null };
    const written = kind === 'ColumnRef' ? writtenNames(sql, inner) : [];
    const given = written.length === 1 && written[0] !== null ? meant(written[0]!, outputs, ({ name }) => name) : [];
    if (given.length > 0) return { ...way, output: outputs.indexOf(onlyTerm(at, given)), term: null };
    if (scope === null) throw unsupported(at, 'After UNION ALL rows are ordered by the names or places of its columns.');
    const term = expression(tree, scope);
    const shown = outputs.findIndex((output) => keyOf(output.term) === keyOf(term));
    return shown >= 0 ? { ...way, output: shown, term: null } : { ...way, output: null, term };
  });
}

const nowhere = (sql: Sql): Scope => ({ sql, relation: { node: {}, schema: [], columns: [], nodes: 0 } });

/** Rows in order. One place for nulls serves all keys; a key that wants the other is led by whether it is missing. */
function sorted(input: Relation, keys: readonly (SortKey & { term: Term })[], at: string): Relation {
  const useful = keys.filter(({ term }) => term.typed.level !== 'literal');
  if (useful.length === 0) return input;
  const nullsLast = useful[0]!.nullsLast;
  const by = useful.flatMap((key) => [...(key.nullsLast === nullsLast ? [] : [{ term: isNull(key.at, key.term), descending: !key.nullsLast }]), { term: key.term, descending: key.descending }]);
  return step(at, 'sort', { by: by.map(({ term }) => term.json), descending: by.map(({ descending }) => descending), nullsLast }, { input }, by.map(({ term }) => term));
}

/** LIMIT and OFFSET. */
function sliced(fields: Fields, sql: Sql, input: Relation): Relation {
  const amount = (key: string): number | null => {
    const tree = fields[key] as Tree | undefined;
    if (tree === undefined || tree['A_Const']?.['isnull'] === true) return null;
    const term = expression(tree, nowhere(sql));
    const value = integerOf(term, 'LIMIT and OFFSET');
    if (value < 0) throw refusal('usage.invalid', term.typed.path, 'LIMIT and OFFSET are not negative.');
    return value;
  };
  const [length, offset] = [amount('limitCount'), amount('limitOffset') ?? 0];
  return length === null && offset === 0 ? input : step(placeOf(sql, [fields['limitCount'], fields['limitOffset']]), 'slice', { offset, length }, { input });
}

