import { joinIds, noIds, type Ids } from './ids.ts';
import type { OutputClass } from '../obligations.ts';
import type { RuleId } from './rules.ts';

/** A reason why something cannot be aggregated, and the place that gave it. */
export interface Obstacle {
  readonly rule: RuleId;
  readonly path: string;
}

/**
 * What is known of the values of one column or expression without looking at any. Everything is an upper bound of exposure: where two
 * inputs meet, the most exposed one counts, and a literal adds nothing.
 */
export interface Facts {
  /** Source columns whose values the value is made of. */
  readonly value: Ids;
  /** Source columns that decide which value it is: conditions, masks, partitions. */
  readonly predicate: Ids;
  /** Carriers that have to be counted before this column is released, beside those of its row. */
  readonly carriers: Ids;
  /** Conditions that split the value into pieces and can be counted: `when`, masks, bounds. */
  readonly marks: Ids;
  /** The value falls into pieces that cannot be counted: roundings, pieces of text. A condition on it can again be counted. */
  readonly steps: Obstacle | null;
  /** The value depends on the place of its row among others. No condition cures that. */
  readonly position: Obstacle | null;
  /** The degree as a polynomial in columns; Infinity for what is no polynomial. */
  readonly degree: number;
  /** Least and greatest magnitude of constants it was multiplied by or added to. */
  readonly least: number;
  readonly most: number;
  /** The value of a row that stays does not change when another row goes. */
  readonly stable: boolean;
  /** Source columns whose missing values make it missing. */
  readonly missing: Ids;
  /** The query itself makes values missing: `when` without `otherwise`, a cast, a filter inside an aggregate. */
  readonly made: boolean;
  /** What it would be as a column of the answer. */
  readonly exposure: OutputClass;
  /** A source column as it is. */
  readonly plain: boolean;
  /** Brought by the modeller, or settled before: may select and group private rows, and is never aggregated with them. */
  readonly foreign: boolean;
  /** The carrier whose privacy unit this column names. */
  readonly unitOf: number | null;
}

/** What is known of a constant: nothing depends on anybody. */
export const literalFacts: Facts = {
  value: noIds, predicate: noIds, carriers: noIds, marks: noIds, steps: null, position: null, degree: 0, least: 1, most: 1,
  stable: true, missing: noIds, made: false, exposure: 'literal', plain: false, foreign: false, unitOf: null,
};

/** True for what is the same in every row whoever is there. */
export const isConstant = (facts: Facts): boolean => facts.degree === 0 && facts.stable && facts.value.size === 0 && facts.predicate.size === 0
  && facts.carriers.size === 0 && facts.marks.size === 0 && facts.position === null && !facts.foreign;

/** From the most harmless to the most exposed. */
const exposures: readonly OutputClass[] = ['literal', 'own', 'count', 'aggregate', 'key', 'order-statistic', 'row'];

export const mostExposed = (a: OutputClass, b: OutputClass): OutputClass => (exposures.indexOf(a) >= exposures.indexOf(b) ? a : b);

/** The facts of a function of several values that adds nothing of its own: as exposed as the most exposed input. */
export function mergeFacts(all: readonly Facts[]): Facts {
  let merged = literalFacts;
  for (const facts of all) {
    merged = {
      value: joinIds(merged.value, facts.value),
      predicate: joinIds(merged.predicate, facts.predicate),
      carriers: joinIds(merged.carriers, facts.carriers),
      marks: joinIds(merged.marks, facts.marks),
      steps: merged.steps ?? facts.steps,
      position: merged.position ?? facts.position,
      degree: Math.max(merged.degree, facts.degree),
      least: Math.min(merged.least, facts.least),
      most: Math.max(merged.most, facts.most),
      stable: merged.stable && facts.stable,
      missing: joinIds(merged.missing, facts.missing),
      made: merged.made || facts.made,
      exposure: mostExposed(merged.exposure, facts.exposure),
      plain: false,
      foreign: merged.foreign || facts.foreign,
      unitOf: null,
    };
  }
  return merged;
}

/** A yes-or-no of other values: two pieces that can be counted, whatever the values were cut into before. */
export const conditionFacts = (facts: Facts): Facts => ({ ...facts, marks: noIds, steps: null, degree: Math.min(facts.degree, 1), least: 1, most: 1, plain: false, foreign: false, unitOf: null });

/** The value turns into pieces that cannot be counted. */
export const withSteps = (facts: Facts, rule: RuleId, path: string): Facts => ({ ...facts, steps: facts.steps ?? { rule, path }, plain: false, unitOf: null });
