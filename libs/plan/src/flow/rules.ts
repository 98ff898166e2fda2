/**
 * Why a plan, or a part of one, cannot be counted and is refused outright. Two fixed sentences for each: what is wrong, and what would
 * pass. They name operations only.
 */
export const rules = {
  membership: {
    says: 'A semi- or anti-join against private rows tells who is in them.',
    wouldPass: 'An inner join, which counts whom it finds, or a table of your own on the right.',
  },
  'moving-choice': {
    says: 'Rows are chosen by a value that other rows move, so a row can come in when somebody goes.',
    wouldPass: 'A condition on columns as they are, or the condition inside an aggregate, where both sides are counted.',
  },
  'moving-key': {
    says: 'Rows are grouped, matched or told apart by a value that other rows move.',
    wouldPass: 'Keys that are columns of the left side of the join, or functions of them.',
  },
  'row-position': {
    says: 'A value or a choice of rows depends on the place of a row among others and is used further.',
    wouldPass: 'A filter by value; row numbers, head, tail and slice only at the end or on aggregated rows.',
  },
  'single-rows': {
    says: 'This step compares rows with each other, and each of them stands for one privacy unit.',
    wouldPass: 'Aggregating before this step.',
  },
  degree: {
    says: 'Inside an aggregate only sums and products up to degree 2 are allowed; a power sum gives single values back.',
    wouldPass: 'A sum, difference or product of at most two columns, divided by constants only; variances of plain columns.',
  },
  steps: {
    says: 'Inside an aggregate a value is cut into pieces that cannot be counted (rounding, remainder, parts of text).',
    wouldPass: 'The cut value as a group key, or a condition on it, where every side is counted.',
  },
  constants: {
    says: 'Constants inside an aggregate are so large or small that they would pack or cut values.',
    wouldPass: 'Constants whose magnitudes stay between 0.000000001 and 1000000000.',
  },
  'foreign-values': {
    says: 'Values of your own table, or of an answer settled before, are aggregated together with private rows and could weight single ones.',
    wouldPass: 'Such columns as keys or in conditions only.',
  },
} as const satisfies Record<string, { says: string; wouldPass: string }>;

export type RuleId = keyof typeof rules;
