import { fail, pass, type CheckRule } from '../check.ts';

const id = 'privacy.form';

/** Before any comparison: NaN is not less than 3, but neither is it more. The values themselves are not repeated. */
export const privacyForm: CheckRule = {
  id,
  code: 'privacy.malformed',
  shownTo: 'anyone',
  look(_facts, { privacy }) {
    if (privacy.form === 'malformed') {
      return fail(id, 'Epsilon and delta must be finite numbers above 0, and delta below 1.', 'For instance epsilon 1 and delta 0.000001, as numbers.');
    }
    if (privacy.form === 'none') return pass(id, 'The task does not ask for differential privacy.');
    return pass(id, `The task asks for epsilon ${privacy.epsilon} and delta ${privacy.delta}.`);
  },
};
