import type { Feature, OutputClass } from '../obligations.ts';
import type { TypedExpression } from '../typed.ts';
import { isConstant, literalFacts, type Facts } from './facts.ts';
import { isOpen, isRowLevel } from './frame.ts';
import { joinIds, noIds, type Ids } from './ids.ts';
import type { Reading } from './flow.ts';
import { asNumber, split } from './reading.ts';

/**
 * How an aggregate looks at the values of its rows. `count`: only whether they are there. `distinct`: whether they are alike. `present`: the
 * same of those that are there. `told`: a count beside the sum and the mean that give it away. `sum`, `mean`,
 * `spread`: as numbers, the last squared. `order`: gives one of them back.
 */
export type Look = 'count' | 'told' | 'distinct' | 'present' | 'sum' | 'mean' | 'spread' | 'order';

/** Greatest degree of the argument: a variance squares it once more. */
const degreeLimit: Readonly<Record<Look, number>> = { count: Infinity, told: Infinity, distinct: Infinity, present: Infinity, sum: 2, mean: 2, spread: 1, order: Infinity };

/** Aggregates whose answer is a number of rows or of values, whatever the values are. */
const counting: ReadonlySet<Look> = new Set(['count', 'told', 'distinct', 'present']);

/** Between these, constants neither pack several values into one nor swallow the smaller one. */
const leastConstant = 1e-9;
const greatestConstant = 1e9;

/** The facts of the number of rows. */
export function countRows(expression: TypedExpression, reading: Reading): Facts {
  return { ...literalFacts, degree: 1, exposure: exposureOf('count', reading), stable: reading.keyed, carriers: windowCarriers(expression, reading) };
}

/**
 * The facts of an aggregate of `argument`, and what has to be counted for it: who has a value, who stands on which side of every
 * condition in it, who shares an order statistic, who is in the window.
 */
export function aggregate(expression: TypedExpression, argument: TypedExpression, argumentFacts: Facts, look: Look, reading: Reading): Facts {
  if (isConstant(argumentFacts)) return { ...countRows(expression, reading), exposure: exposureOf(look, reading) };
  let facts = counting.has(look) || look === 'order' ? argumentFacts : asNumber(argument, argumentFacts, reading);
  if (isOpen(reading.frame) && facts.carriers.size === 0) return outcome(facts, noIds, look, reading);
  refuseObstacles(expression.path, facts, look, reading);
  // Which unit it names, before missing ones are told apart.
  const { unitOf } = facts;
  facts = splitByMissing(argument, facts, look, reading);
  const born = new Set(facts.carriers);
  const values = (!counting.has(look) || look === 'told') && (facts.missing.size > 0 || facts.made);
  for (const of of reading.frame.carriers.keys()) {
    const { dataset } = reading.flow.carriers[of]!;
    const base = { dataset, node: reading.flow.at(reading.node), expression: reading.flow.at(expression.path), column: null, of, marks: [] as number[], missingApart: false, feature: 'people' as Feature };
    if (values) born.add(reading.flow.bear({ ...base, kind: 'contributors', feature: contributorsFeature(facts, reading) }));
    if ((look === 'distinct' || look === 'present') && unitOf !== of) born.add(reading.flow.bear({ ...base, kind: 'alike' }));
    else if (look !== 'distinct' && facts.marks.size > 0) born.add(reading.flow.bear({ ...base, kind: 'side', marks: [...facts.marks], missingApart: look === 'mean' || look === 'spread' }));
    if (look === 'order' && !reading.keyed) born.add(reading.flow.bear({ ...base, kind: 'sharing' }));
  }
  return outcome(facts, joinIds(born, windowCarriers(expression, reading)), look, reading);
}

function refuseObstacles(path: string, facts: Facts, look: Look, { flow, frame }: Reading): void {
  if (facts.position !== null) flow.refuse(facts.position.rule, facts.position.path, [frame]);
  if (facts.foreign) flow.refuse('foreign-values', path, [frame]);
  if (counting.has(look) || look === 'order') return;
  if (facts.steps !== null) flow.refuse(facts.steps.rule, facts.steps.path, [frame]);
  if (facts.degree > degreeLimit[look]) flow.refuse('degree', path, [frame]);
  if (facts.least < leastConstant || facts.most > greatestConstant) flow.refuse('constants', path, [frame]);
}

/**
 * Whose value is missing is a side of its own wherever the query can use it as a mask: in a count, when the query made it so, and when the
 * value is any function of columns. A mean of a plain column alone only asks who has a value, and so does the count that it tells together with the sum.
 */
function splitByMissing(argument: TypedExpression, facts: Facts, look: Look, reading: Reading): Facts {
  const asked = look !== 'distinct' && (facts.made || (facts.missing.size > 0 && (look === 'count' || look === 'present' || facts.missing.size > 1 || !facts.plain)));
  return asked ? split(facts, { is: 'missing', of: argument }, facts, reading) : facts;
}

function contributorsFeature(facts: Facts, { flow }: Reading): Feature {
  return { valuesOf: [...facts.missing].sort((a, b) => a - b).map((id) => flow.columns[id]!) };
}

/** An aggregate beside rows depends on every row of its partition. */
function windowCarriers(expression: TypedExpression, { flow, frame, node, over }: Reading): Ids {
  if (over === 'group') return noIds;
  return new Set([...frame.carriers.keys()].map((of) => flow.bear({
    kind: 'window', dataset: flow.carriers[of]!.dataset, node: flow.at(node), expression: flow.at(expression.path), column: null, of, marks: [], missingApart: false, feature: 'people',
  })));
}

function outcome(facts: Facts, carriers: Ids, look: Look, reading: Reading): Facts {
  const { keyed, frame } = reading;
  const counted = counting.has(look);
  return {
    ...facts,
    carriers,
    marks: noIds,
    steps: look === 'order' ? facts.steps : null,
    position: null,
    degree: counted ? 1 : look === 'spread' ? facts.degree * 2 : Math.max(facts.degree, 1),
    least: counted ? 1 : facts.least,
    most: counted ? 1 : facts.most,
    stable: isOpen(frame) ? facts.stable : keyed && facts.stable,
    missing: counted ? noIds : facts.missing,
    made: !counted && facts.made,
    exposure: exposureOf(counted || (look === 'sum' && facts.degree === 0) ? 'count' : look, reading),
    plain: false,
    foreign: isOpen(frame) && facts.foreign,
    unitOf: null,
  };
}

/** Beside single rows an aggregate is a row's value; otherwise it is what it is. */
function exposureOf(look: Look, { over, frame, keyed }: Reading): OutputClass {
  if (isOpen(frame)) return 'own';
  if (keyed || (over === 'rows' && isRowLevel(frame))) return 'row';
  if (look === 'order') return 'order-statistic';
  return counting.has(look) ? 'count' : 'aggregate';
}

/** The facts of a column of which one row of every group is kept: somebody's value. */
export function pickOne(column: string, facts: Facts, reading: Reading): Facts {
  if (isConstant(facts) || isOpen(reading.frame)) return facts;
  const path = `${reading.node}.${column}`;
  refuseObstacles(path, facts, 'order', reading);
  const born = new Set(facts.carriers);
  for (const of of reading.frame.carriers.keys()) {
    const base = { dataset: reading.flow.carriers[of]!.dataset, node: reading.flow.at(reading.node), expression: null, column, of, marks: [] as number[], missingApart: false, feature: 'people' as Feature };
    if (facts.marks.size > 0) born.add(reading.flow.bear({ ...base, kind: 'side', marks: [...facts.marks] }));
    if (!reading.keyed) born.add(reading.flow.bear({ ...base, kind: 'sharing' }));
  }
  return outcome(facts, born, 'order', reading);
}
