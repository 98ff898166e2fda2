import { Fault } from '@podnet/errors';
import { body, type Body } from '../../body.ts';
import { refusalOf } from '../../fixtures/refusal.ts';
import type { PodOutput, PodSession } from '../../pod-part.ts';
import { federatedAveragingManifest, type FederatedAveragingParams } from './manifest.ts';
import { federatedAveragingPod } from './pod.ts';

const paramsOf = (params: object) => federatedAveragingManifest.params.parse(params) as FederatedAveragingParams;

/** An algorithm that notes what it is asked and answers what the spec wants. */
function sessionWith(answers: Record<string, Body | Fault>, params: object = { epochs: 2, rounds: 5 }): { session: PodSession; asked: [string, unknown][] } {
  const asked: [string, unknown][] = [];
  const session = federatedAveragingPod.open(paramsOf(params), {
    call(operation, input) {
      asked.push([operation, input.json]);
      const answer = answers[operation] ?? body(null);
      if (answer instanceof Fault) throw answer;
      return answer;
    },
  });
  return { session, asked };
}

const weights = (values: number[] = [1, 2]) => ({ weights: Float64Array.from(values) });
const prepare = body({ phase: 'prepare', mark: 'p', input: 1 });
const round = (over: object = {}) => body({ phase: 'round', mark: 'm', prepared: 'p', round: 3, validate: true, ...over }, weights());
const usual = { prepare: body({ rows: 12 }), train: body({ rows: 12, loss: 0.5 }, weights([3, 4])), evaluate: body({ evaluation: 'fine' }) };

const replies = (outputs: PodOutput[]): unknown[] => outputs.flatMap((output) => (output.type === 'progress' ? [] : [output.body.json]));

test('a round is validated, trained and told', () => {
  const { session, asked } = sessionWith(usual);
  expect(session.start()).toEqual([]);
  session.frame(2, prepare);
  const outputs = session.frame(5, round());
  expect(outputs).toEqual([
    { type: 'reply', step: 5, body: body({ mark: 'm', rows: 12, loss: 0.5, validation: 'fine' }, weights([3, 4])) },
    { type: 'progress', done: 3, of: 5 },
  ]);
  expect(asked).toEqual([['prepare', 1], ['evaluate', { part: 'validation' }], ['train', { round: 2, amount: { epochs: 2 } }]]);
});

test('how long it trains is its own task’s word, by steps as by epochs', () => {
  const { session, asked } = sessionWith(usual, { steps: 4, rounds: 5 });
  session.frame(2, prepare);
  session.frame(5, round({ validate: false }));
  expect(asked.at(-1)).toEqual(['train', { round: 2, amount: { steps: 4 } }]);
});

test('the same preparation is done once, another one anew', () => {
  const { session, asked } = sessionWith(usual);
  session.frame(2, prepare);
  expect(replies(session.frame(2, prepare))).toEqual([{ mark: 'p' }]);
  expect(asked).toHaveLength(1);
  session.frame(2, body({ phase: 'prepare', mark: 'q', input: 2 }));
  expect(asked).toHaveLength(2);
  expect(session.frame(5, round())).toEqual([]);
});

test.each([Number.NaN, Infinity])('weights of %p never leave', (value) => {
  const { session } = sessionWith({ ...usual, train: body({ rows: 12, loss: 0.5 }, weights([1, value])) });
  session.frame(2, prepare);
  expect(refusalOf(() => session.frame(5, round())).code).toBe('data.not-finite');
});

test('only too few rows are passed over in an evaluation; every other fault ends the assignment', () => {
  const few = sessionWith({ ...usual, evaluate: new Fault('policy.too-few-rows') });
  few.session.frame(2, prepare);
  expect(replies(few.session.frame(9, body({ phase: 'finish', mark: 'm', prepared: 'p', validate: true }, weights())))).toEqual([{ mark: 'm', rows: 12, validation: null, test: null }]);
  const broken = sessionWith({ ...usual, evaluate: new Fault('data.not-finite') });
  broken.session.frame(2, prepare);
  expect(refusalOf(() => broken.session.frame(5, round())).code).toBe('data.not-finite');
});
