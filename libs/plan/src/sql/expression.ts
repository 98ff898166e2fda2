import { isTemporal } from '../column-type.ts';
import { aggregate, aggregateNames, isAggregate, refuseOtherAggregates } from './aggregates.ts';
import { alike, coerced, comparison, constant, integerOf, meeting, textOf } from './constant.ts';
import { asText, cast, powerOf, quotient, remainder, sqlFunctions } from './functions.ts';
import { like } from './like.ts';
import { columnTerm, resolve } from './names.ts';
import { nearName } from './near-name.ts';
import type { Relation } from './relation.ts';
import { arithmetic, constantOf, filled, isBareText, isNull, joined, literal, make, not, type Term } from './term.ts';
import { deeper, kindOf, names, placeOf, refusal, trees, unsupported, type Fields, type Sql, type Tree } from './tree.ts';

/** Where an expression stands: the columns it may name. */
export interface Scope {
  readonly sql: Sql;
  readonly relation: Relation;
}

/** An expression of SQL as one of the plan. **Throws** with the place in the text whatever is not supported or does not fit. */
export function expression(tree: Tree, scope: Scope): Term {
  const [kind, fields] = kindOf(tree);
  const at = placeOf(scope.sql, fields);
  const translate = translators[kind];
  if (translate === undefined) throw unsupported(at, reasons[kind] ?? 'This part of SQL is not supported.');
  return deeper(scope.sql, at, () => translate(at, fields, scope));
}

type Translator = (at: string, fields: Fields, scope: Scope) => Term;

const changing: ReadonlySet<string> = new Set(['now', 'random', 'current_date', 'clock_timestamp', 'statement_timestamp', 'transaction_timestamp', 'timeofday', 'age', 'gen_random_uuid', 'setseed']);
const changingSays = 'What depends on the time, on chance or on who asks is not supported.';

const reasons: Readonly<Record<string, string>> = {
  SubLink: 'Subqueries stand in FROM only.',
  ParamRef: 'Parameters are not supported: write the value out.',
  SQLValueFunction: changingSays,
  A_ArrayExpr: 'Arrays are not supported.',
  A_Indirection: 'Parts of arrays and rows are not supported.',
  RowExpr: 'Rows as values are not supported.',
  CollateClause: 'Collations are not supported: texts are ordered by their characters.',
  GroupingFunc: 'GROUPING is not supported.',
};

const translators: Readonly<Record<string, Translator>> = {
  A_Const: (at, fields) => constant(at, fields),
  ColumnRef: (at, fields, { sql, relation }) => columnTerm(at, resolve(sql, fields, relation.columns, at), relation),
  A_Expr: operator,
  BoolExpr: (at, fields, scope) => {
    const args = trees(fields['args']).map((one) => condition(one, scope));
    if (fields['boolop'] === 'NOT_EXPR') return not(at, args[0]!);
    return joined(fields['boolop'] === 'AND_EXPR' ? 'and' : 'or', args);
  },
  NullTest: (at, fields, scope) => {
    const missing = isNull(at, expression(fields['arg'] as Tree, scope));
    return fields['nulltesttype'] === 'IS_NULL' ? missing : not(at, missing);
  },
  BooleanTest: (at, fields, scope) => booleanTest(at, String(fields['booltesttype']), condition(fields['arg'] as Tree, scope)),
  CaseExpr: caseOf,
  CoalesceExpr: (at, fields, scope) => alike(trees(fields['args']).map((one) => expression(one, scope))).reduce((first, next) => filled(at, first, next)),
  MinMaxExpr: (at, fields, scope) => extreme(at, fields['op'] === 'IS_LEAST' ? 'ltEq' : 'gtEq', alike(trees(fields['args']).map((one) => expression(one, scope)))),
  TypeCast: (at, fields, scope) => {
    const { names: parts, typmods, arrayBounds, typemod } = fields['typeName'] as Fields;
    if (trees(arrayBounds).length > 0) throw unsupported(at, 'Arrays are not supported.');
    const modifiers = trees(typmods).map((one) => integerOf(expression(one, scope), 'A length of a type'));
    const path = names(parts);
    const place = placeOf(scope.sql, fields['typeName'], at);
    if (typemod !== undefined && path.length > 2) throw unsupported(place, 'A cast to this type is not supported.');
    return cast(place, expression(fields['arg'] as Tree, scope), path.at(-1) ?? '', path.at(-1) === 'bpchar' ? [] : modifiers);
  },
  FuncCall: call,
};

/** A condition, for which a quoted text is read as one. */
export const condition = (tree: Tree, scope: Scope): Term => coerced(expression(tree, scope), 'boolean');

const comparisons: Readonly<Record<string, string>> = { '=': 'eq', '<>': 'neq', '!=': 'neq', '<': 'lt', '<=': 'ltEq', '>': 'gt', '>=': 'gtEq' };
const sums: Readonly<Record<string, string>> = { '+': 'add', '-': 'sub', '*': 'mul' };

function operator(at: string, fields: Fields, scope: Scope): Term {
  const path = names(fields['name']);
  const sign = path.at(-1) ?? '';
  const kind = String(fields['kind']);
  if (path.length > 1) throw unsupported(at, 'Operators stand alone, without a schema.');
  const list = (): Term[] => trees((fields['rexpr'] as Tree)['List']?.['items']).map((one) => expression(one, scope));
  const left = (): Term => expression(fields['lexpr'] as Tree, scope);
  const right = (): Term => expression(fields['rexpr'] as Tree, scope);
  if (kind === 'AEXPR_OP') return fields['lexpr'] === undefined ? signed(at, sign, right()) : binary(at, sign, left, right);
  if (kind === 'AEXPR_IN') {
    if (!('List' in (fields['rexpr'] as Tree))) throw unsupported(at, 'Subqueries stand in FROM only.');
    return negated(at, sign === '<>', oneOf(at, left(), list()));
  }
  if (kind === 'AEXPR_BETWEEN' || kind === 'AEXPR_NOT_BETWEEN') return negated(at, kind === 'AEXPR_NOT_BETWEEN', between(at, left(), list()));
  if (kind === 'AEXPR_LIKE' || kind === 'AEXPR_ILIKE') {
    const [pattern, escape] = patternOf(fields['rexpr'] as Tree, scope);
    return negated(at, sign.startsWith('!'), like(at, left(), pattern, escape, kind === 'AEXPR_ILIKE'));
  }
  if (kind === 'AEXPR_DISTINCT' || kind === 'AEXPR_NOT_DISTINCT') {
    const [a, b] = meeting(left(), right());
    const same = filled(at, comparison(at, 'eq', a, b), joined('and', [isNull(at, a), isNull(at, b)]));
    return negated(at, kind === 'AEXPR_DISTINCT', same);
  }
  if (kind === 'AEXPR_NULLIF') {
    const [a, b] = [left(), right()];
    return { ...make(at, 'when', {}, { when: comparison(at, 'eq', a, b), then: literal(at, null), otherwise: a }), fractional: a.fractional };
  }
  throw unsupported(at, 'This comparison is not supported.');
}

const negated = (at: string, turn: boolean, term: Term): Term => (turn ? not(at, term) : term);

function signed(at: string, sign: string, input: Term): Term {
  if (sign === '+') return input;
  if (sign !== '-') throw unsupported(at, 'This operator is not supported.');
  const value = constantOf(input);
  if (typeof value === 'number') return literal(at, value === 0 ? 0 : -value, input.json['type'] as string | undefined);
  return arithmetic(at, 'sub', literal(at, 0), input);
}

function binary(at: string, sign: string, first: () => Term, second: () => Term): Term {
  const op = comparisons[sign];
  if (op !== undefined) return comparison(at, op, first(), second());
  if (!['+', '-', '*', '/', '%', '^', '||'].includes(sign)) throw unsupported(at, 'This operator is not supported.', sign.includes('~') ? 'LIKE, with % and _' : undefined);
  const [left, right] = [first(), second()];
  if (sign === '||') return concatenation(at, left, right);
  const [a, b] = [numeric(left, right), numeric(right, left)];
  if (isTemporal(a.typed.type) !== isTemporal(b.typed.type) || (isTemporal(a.typed.type) && a.typed.type !== 'null')) throw unsupported(at, 'Dates are compared, cut and grouped; sums and differences of them are not supported.');
  if (sums[sign] !== undefined) return arithmetic(at, sums[sign], a, b);
  if (sign === '/') return quotient(at, a, b);
  if (sign === '%') return remainder(at, a, b);
  return powerOf(at, a, b);
}

const numeric = (term: Term, other: Term): Term => (isBareText(term) ? coerced(term, other.typed.type === 'integer' ? 'integer' : 'number') : term);

/** Texts one after the other; chains become one. */
function concatenation(at: string, left: Term, right: Term): Term {
  if (left.typed.type !== 'text' && right.typed.type !== 'text') throw refusal('plan.wrong-type', at, 'One of the two has to be a text.', 'CAST(… AS text)');
  const parts = [left, right].map((term) => asText(at, term));
  return make(at, 'textConcat', {}, { inputs: parts });
}

/** `IN`: constants as a list, anything else as comparisons; with a NULL among them what is not found is unknown. */
function oneOf(at: string, input: Term, members: readonly Term[]): Term {
  const values = members.map((one) => coerced(one, input.typed.type));
  const bare = values.filter(({ json }) => json['expr'] === 'literal' && json['value'] !== null && (json['type'] === undefined || json['type'] === 'number'));
  const rest = values.filter((one) => !bare.includes(one));
  const parts = bare.length > 1 ? [make(at, 'isIn', { values: bare.map(constantOf) }, { input })] : bare.map((one) => comparison(at, 'eq', input, one));
  return joined('or', [...parts, ...rest.map((one) => (constantOf(one) === null ? literal(at, null) : comparison(at, 'eq', input, one)))]);
}

/** Both ends included. Bounds that may be missing are compared one by one: one of them may decide alone. */
function between(at: string, input: Term, [lower, upper]: readonly Term[]): Term {
  const [low, high] = [meeting(input, lower!)[1], meeting(input, upper!)[1]];
  const value = coerced(input, low.typed.type);
  if ([low, high].every((one) => one.json['expr'] === 'literal' && one.json['value'] !== null)) return make(at, 'between', {}, { input: value, lower: low, upper: high });
  return joined('and', [comparison(at, 'gtEq', value, low), comparison(at, 'ltEq', value, high)]);
}

/** `GREATEST` and `LEAST`, to which missing values are as if they were not there. Each further value doubles what is written before it. */
function extreme(at: string, op: 'gtEq' | 'ltEq', values: readonly Term[]): Term {
  if (values.length > 6) throw unsupported(at, 'GREATEST and LEAST take at most six values.');
  return values.reduceRight((rest, value) => {
    const wins = filled(at, comparison(at, op, value, rest), not(at, isNull(at, value)));
    return { ...make(at, 'when', {}, { when: wins, then: value, otherwise: rest }), fractional: value.fractional || rest.fractional };
  });
}

/** The pattern of LIKE and its escape mark. */
function patternOf(tree: Tree, scope: Scope): [Term, string] {
  const escaped = tree['FuncCall'];
  if (escaped === undefined || names(escaped['funcname']).at(-1) !== 'like_escape') return [expression(tree, scope), '\\'];
  const [pattern, mark] = trees(escaped['args']).map((one) => expression(one, scope));
  const escape = textOf(mark!, 'The escape mark');
  if ([...escape].length > 1) throw refusal('usage.invalid', mark!.typed.path, 'An escape mark is one character.');
  return [pattern!, escape];
}

function booleanTest(at: string, test: string, input: Term): Term {
  const word = test.replace('IS_', '').replace('NOT_', '');
  const holds = word === 'UNKNOWN' ? isNull(at, input) : filled(at, word === 'TRUE' ? input : not(at, input), literal(at, false));
  return negated(at, test.startsWith('IS_NOT'), holds);
}

function caseOf(at: string, fields: Fields, scope: Scope): Term {
  const of = fields['arg'] === undefined ? null : expression(fields['arg'] as Tree, scope);
  const branches = trees(fields['args']).map((one) => one['CaseWhen']!);
  const conditions = branches.map(({ expr }) => (of === null ? condition(expr as Tree, scope) : comparison(placeOf(scope.sql, expr), 'eq', of, expression(expr as Tree, scope))));
  const results = branches.map(({ result }) => expression(result as Tree, scope));
  const otherwise = fields['defresult'] === undefined ? null : expression(fields['defresult'] as Tree, scope);
  const values = alike(otherwise === null ? results : [...results, otherwise]);
  const fractional = values.some((one) => one.fractional);
  const last = otherwise === null || constantOf(otherwise) === null ? undefined : values.at(-1);
  return { ...conditions.reduceRight<Term | undefined>((rest, when, index) => make(at, 'when', {}, { when, then: values[index]!, ...(rest === undefined ? {} : { otherwise: rest }) }), last)!, fractional };
}

function call(at: string, fields: Fields, scope: Scope): Term {
  const path = names(fields['funcname']);
  const name = path.at(-1) ?? '';
  if (path.length > 1 && path[0] !== 'pg_catalog') throw unsupported(at, 'Functions stand alone, without a schema.');
  if (fields['over'] !== undefined) throw unsupported(at, 'Windows (OVER) are not supported.', 'Group in a subquery and join it.');
  if (fields['func_variadic'] === true) throw unsupported(at, 'VARIADIC is not supported.');
  refuseOtherAggregates(at, name);
  const args = [...trees(fields['args']), ...(name === 'percentile_cont' ? orderOf(at, fields) : [])].map((one) => expression(one, scope));
  if (isAggregate(name)) return aggregate(at, name, fields, args, fields['agg_filter'] === undefined ? null : condition(fields['agg_filter'] as Tree, scope));
  const known = sqlFunctions.get(name);
  if (known === undefined && changing.has(name)) throw unsupported(at, changingSays);
  if (known === undefined) {
    const near = nearName(name, [...sqlFunctions.keys(), ...aggregateNames]);
    throw refusal('plan.unknown-operation', at, 'There is no function of this name here.', near === null ? undefined : `Did you mean ${near}?`);
  }
  if (fields['agg_distinct'] === true || fields['agg_star'] === true || fields['agg_filter'] !== undefined || fields['agg_order'] !== undefined) throw refusal('usage.invalid', at, 'This belongs to aggregates only.');
  if (args.length < known.least || args.length > known.most) throw refusal('usage.invalid', at, known.least === known.most ? `This function takes ${known.least === 1 ? 'one value' : `${known.least} values`}.` : `This function takes ${known.least} to ${known.most} values.`);
  return known.of(at, args);
}

/** What stands in WITHIN GROUP (ORDER BY …). */
function orderOf(at: string, fields: Fields): readonly Tree[] {
  return trees(fields['agg_order']).map((tree) => {
    const { node, sortby_dir: direction } = tree['SortBy']!;
    if (direction === 'SORTBY_DESC') throw unsupported(at, 'A quantile counts upwards.', 'percentile_cont(0.9) for 0.1 from above');
    return node as Tree;
  });
}
