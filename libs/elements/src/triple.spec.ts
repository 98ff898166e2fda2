import { decide, type Facts, type RoleName } from '@podnet/policy';
import { noBits } from './fixtures/no-bits.ts';
import { refusalOf } from './fixtures/refusal.ts';
import { openModellerMachine, openPodSession } from './open.ts';
import { ask, averagingTask, smallPods, smallSchema } from './fixtures/small-task.ts';
import { columnNeeds } from './schema-check.ts';
import { parseTriple, type TripleAsk } from './triple.ts';
import { tripleFacts } from './triple-facts.ts';

const training: TripleAsk = {
  protocol: { name: 'federated-averaging', params: { rounds: 3, epochs: 1 } },
  algorithm: { name: 'model-training', params: { features: ['height', 'colour'], target: 'ill' } },
  model: { name: 'logistic-regression' },
};

const withAlgorithm = (params: object): TripleAsk => ({ ...training, algorithm: { name: 'model-training', params: { features: ['height'], target: 'ill', ...params } } });
const withProtocol = (params: object): TripleAsk => ({ ...training, protocol: { name: 'federated-averaging', params: { epochs: 1, ...params } } });

test('versions are fixed and defaults filled in, as plain JSON', () => {
  const { asks } = parseTriple(training);
  expect(asks).toEqual({
    protocol: { name: 'federated-averaging', version: 1, params: { rounds: 3, epochs: 1, weights: 'rows', validation: true } },
    algorithm: {
      name: 'model-training',
      version: 1,
      params: { features: ['height', 'colour'], target: 'ill', missing: 'impute', standardise: true, optimiser: { name: 'sgd', learningRate: 0.1, batchSize: 32, momentum: 0 }, seed: 1 },
    },
    model: { name: 'logistic-regression', version: 1, params: { l2: 0 } },
  });
  expect(JSON.parse(JSON.stringify(asks))).toEqual(asks);
  expect(parseTriple(asks).asks).toEqual(asks);
});

test.each<[string, TripleAsk, string, string, string]>([
  ['an unknown protocol', { ...training, protocol: { name: 'federated-avaraging' } }, 'element.unknown', 'protocol.name', 'Did you mean federated-averaging?'],
  ['an unknown algorithm', { ...training, algorithm: { name: 'zzz' } }, 'element.unknown', 'algorithm.name', 'Installed: model-training, model-evaluation, model-training-and-evaluation, column-average, frame-query, private-sql-query, sql-query, stored-frames.'],
  ['an unknown model', { ...training, model: { name: 'logistic_regresion' } }, 'element.unknown', 'model.name', 'Did you mean logistic-regression?'],
  ['an unknown version', { ...training, model: { name: 'logistic-regression', version: 7 } }, 'element.unknown', 'model.version', 'Version 1 is.'],
  ['a protocol that does not carry it', { ...training, protocol: { name: 'results-only' } }, 'element.mismatch', 'algorithm.name', 'model-training goes with federated-averaging.'],
  ['no model', { ...training, model: null }, 'element.mismatch', 'model', 'Installed: logistic-regression, linear-regression.'],
  ['a model too many', { protocol: { name: 'results-only' }, algorithm: { name: 'column-average', params: { columns: ['a'] } }, model: { name: 'linear-regression' } }, 'element.mismatch', 'model', ''],
  ['an unknown key', withProtocol({ round: 3 }), 'usage.unknown-key', 'protocol.round', 'Did you mean rounds?'],
  ['an unknown key inside', withAlgorithm({ optimiser: { lr: 1 } }), 'usage.unknown-key', 'algorithm.optimiser.lr', ''],
  ['rounds out of range', withProtocol({ rounds: 10_001 }), 'usage.invalid', 'protocol.rounds', ''],
  ['no rounds at all', withProtocol({ rounds: 0 }), 'usage.invalid', 'protocol.rounds', ''],
  ['rounds as text', withProtocol({ rounds: '3' }), 'usage.invalid', 'protocol.rounds', ''],
  ['epochs and steps', withProtocol({ steps: 3 }), 'usage.invalid', 'protocol.epochs', ''],
  ['a pod that weighs nothing', withProtocol({ weights: { a: 0 } }), 'usage.invalid', 'protocol.weights.a', ''],
  ['early stopping without validation', withProtocol({ validation: false, earlyStopping: { metric: 'auc' } }), 'usage.invalid', 'protocol.validation', ''],
  ['no features', withAlgorithm({ features: [] }), 'usage.invalid', 'algorithm.features', ''],
  ['a feature twice', withAlgorithm({ features: ['a', 'a'] }), 'usage.invalid', 'algorithm.features', ''],
  ['a feature that is no text', withAlgorithm({ features: ['a', 5] }), 'usage.invalid', 'algorithm.features[1]', ''],
  ['a learning rate that is not finite', withAlgorithm({ optimiser: { learningRate: Number.NaN } }), 'usage.invalid', 'algorithm.optimiser.learningRate', ''],
  ['a learning rate of zero', withAlgorithm({ optimiser: { learningRate: 0 } }), 'usage.invalid', 'algorithm.optimiser.learningRate', ''],
  ['a momentum of one', withAlgorithm({ optimiser: { momentum: 1 } }), 'usage.invalid', 'algorithm.optimiser.momentum', ''],
  ['half a row in a batch', withAlgorithm({ optimiser: { batchSize: 0.5 } }), 'usage.invalid', 'algorithm.optimiser.batchSize', ''],
  ['parameters that are a list', { ...training, model: { name: 'logistic-regression', params: [] } }, 'usage.invalid', 'model', ''],
  ['a penalty that is infinite', { ...training, model: { name: 'logistic-regression', params: { l2: Infinity } } }, 'usage.invalid', 'model.l2', ''],
])('refuses %s at its place', (_name, asks, code, at, hint) => {
  const refusal = refusalOf(() => parseTriple(asks));
  expect(refusal).toMatchObject({ code, at });
  if (hint) expect(refusal.hint).toBe(hint);
});

test('every mistake is reported, not the first', () => {
  const refusal = refusalOf(() => parseTriple({ protocol: { name: 'federated-averaging', params: { rounds: 0 } }, algorithm: { name: 'model-training', params: { target: 3, extra: 1 } }, model: { name: 'nothing-like-it' } }));
  expect(refusal.causes!.map(({ code, at }) => [code, at])).toEqual([
    ['element.unknown', 'model.name'],
    ['usage.invalid', 'protocol.rounds'],
    ['usage.invalid', 'protocol.epochs'],
    ['usage.invalid', 'algorithm.features'],
    ['usage.invalid', 'algorithm.target'],
    ['usage.unknown-key', 'algorithm.extra'],
  ]);
});

test('names of elements cannot reach into objects', () => {
  for (const name of ['__proto__', 'constructor', 'toString']) expect(refusalOf(() => parseTriple({ ...training, protocol: { name } })).code).toBe('element.unknown');
});

test('control characters of a name do not come back', () => {
  expect(refusalOf(() => parseTriple({ ...training, protocol: { name: 'a\u001b]52;b\r\n' } })).detail).toBe('There is no protocol a\uFFFD]52;b\uFFFD\uFFFD.');
});

describe('the triple as decide looks at it', () => {
  test('tells of each element what it found, and of an algorithm what leaves', () => {
    expect(tripleFacts(training)).toEqual({
      protocol: { asked: 'federated-averaging', found: { name: 'federated-averaging', version: 1, origin: 'installed' } },
      algorithm: {
        asked: 'model-training',
        found: { name: 'model-training', version: 1, origin: 'installed', carriedBy: ['federated-averaging'], takesModel: true, offersPrivacy: true, releases: ['metrics', 'weights', 'statistics'] },
      },
      model: { asked: 'logistic-regression', found: { name: 'logistic-regression', version: 1, origin: 'installed' } },
    });
    expect(tripleFacts({ protocol: { name: 'x', version: 3 }, algorithm: { name: 'y' } })).toEqual({ protocol: { asked: 'x@3', found: null }, algorithm: { asked: 'y', found: null }, model: null });
  });

  const evaluating = { features: ['a'], target: 'b', epochs: 1 };
  test.each([
    ['without parameters', undefined, ['metrics']],
    ['metrics only', evaluating, ['metrics']],
    ['with weights', { ...evaluating, returnWeights: true }, ['metrics', 'weights', 'statistics']],
    ['with weights of raw numbers', { ...evaluating, returnWeights: true, missing: 'drop-rows', standardise: false }, ['metrics', 'weights']],
  ])('train and evaluate releases, %s', (_name, params, releases) => {
    expect(tripleFacts({ ...training, algorithm: { name: 'model-training-and-evaluation', params } }).algorithm.found!.releases).toEqual(releases);
  });

  test('parameters that are wrong are refused rather than guessed', () => {
    expect(refusalOf(() => tripleFacts(withAlgorithm({ seed: -1 })))).toMatchObject({ code: 'usage.invalid', at: 'algorithm.seed' });
  });

  const factsFor = (role: RoleName, asks: TripleAsk): Facts => ({
    by: 'pod',
    now: 10,
    pod: { podId: 'p', name: 'north', ceiling: {} },
    dataset: 'd',
    asker: { userId: 'u', email: 'u@example.org', fingerprints: [], isCustodian: false },
    grant: { grantId: 'g', role, dataset: null, startsAt: 0, endsAt: null, revoked: false, extraModels: [], extraElements: [], epsilonLimit: null },
    triple: tripleFacts(asks),
    privacy: null,
    expendedEpsilon: 0,
    pods: { count: 3 },
    secureAggregation: false,
    policyHash: 'h',
  });
  const evaluation = (returnWeights: boolean): TripleAsk => ({ protocol: { name: 'results-only' }, algorithm: { name: 'model-training-and-evaluation', params: { ...evaluating, returnWeights } }, model: { name: 'logistic-regression' } });

  test.each<[RoleName, TripleAsk, string]>([
    ['general-modeller', training, 'permit'],
    ['metrics-only', training, 'deny'],
    ['metrics-only', evaluation(false), 'permit'],
    ['metrics-only', evaluation(true), 'deny'],
    ['general-modeller', evaluation(true), 'permit'],
    ['dp-restricted-modeller', evaluation(false), 'deny'],
    ['viewer', evaluation(false), 'deny'],
  ])('a %s is answered as the table of roles says (%#)', (role, asks, decision) => {
    expect(decide(factsFor(role, asks)).decision).toBe(decision);
  });
});

describe('opening', () => {
  const pods = smallPods().map(({ podId, podName }) => ({ podId, podName, dataset: 'd', schema: smallSchema }));
  const plan = { ...averagingTask(), privacy: null, pods, minPods: 2 };
  const work = { ...averagingTask(), privacy: null, podIndex: 0, podCount: 3, data: smallPods()[0]!.data, bits: noBits };

  test('a promise of privacy that nobody would keep is refused where it would be kept', () => {
    const privacy = { epsilon: 1, delta: 1e-6 };
    expect(refusalOf(() => openPodSession({ ...work, protocol: ask('results-only'), algorithm: ask('column-average', { columns: ['height'] }), model: null, privacy }))).toMatchObject({ code: 'usage.unsupported', at: 'privacy' });
  });

  test('the pod parses for itself', () => {
    expect(refusalOf(() => openPodSession({ ...work, algorithm: ask('model-training', { features: 'all' }) })).code).toBe('usage.invalid');
    expect(refusalOf(() => openPodSession({ ...work, model: null })).code).toBe('element.mismatch');
  });

  test.each([
    ['no pods', { pods: [] }, 'pods'],
    ['a pod twice', { pods: [pods[0]!, pods[0]!] }, 'pods'],
    ['more pods needed than named', { minPods: 4 }, 'minPods'],
  ])('the modeller’s side refuses %s', (_name, change, at) => {
    expect(refusalOf(() => openModellerMachine({ ...plan, ...change }))).toMatchObject({ code: 'usage.invalid', at });
  });
});

test('the columns that a task reads are known from its parameters', () => {
  expect(columnNeeds(training).map(({ column, at }) => [column, at])).toEqual([
    ['height', 'algorithm.features[0]'],
    ['colour', 'algorithm.features[1]'],
    ['ill', 'algorithm.target'],
  ]);
});
