import { decide, engineVersion, verdictLines } from './index.ts';
import { factsOf, type Case } from './fixtures/cases.ts';

type Surroundings = Omit<Case, 'name' | 'answers'>;

const evaluation: Surroundings = { task: { protocol: 'results-only', algorithm: 'model-evaluation', model: 'logistic-regression' } };
const training: Surroundings = { task: { protocol: 'federated-averaging', algorithm: 'model-training', model: 'logistic-regression' } };

describe('a verdict', () => {
  it('names who decided, where, under which policy and engine', () => {
    expect(decide(factsOf(evaluation, 'metrics-only'))).toMatchObject({
      decision: 'permit',
      code: 'permitted',
      by: 'pod',
      podId: 'pod-1',
      podName: 'Biscoe',
      dataset: 'penguins',
      policyHash: 'sha256:policy',
      engine: engineVersion,
      cost: { epsilon: 0, delta: 0 },
      wouldPass: [],
    });
  });

  it.each([
    ['metrics-only', {}, 'metrics-only'],
    ['super-modeller', { ceiling: { role: 'general-modeller' } }, 'general-modeller'],
    ['general-modeller', { ceiling: { role: 'super-modeller' } }, 'general-modeller'],
    ['custodian', { ceiling: { role: 'viewer' } }, 'custodian'],
    ['none', {}, null],
    ['super-modeller', { grant: { dataset: 'seals' } }, null],
  ] as const)('for %s with %j says the role %s', (asker, surroundings, role) => {
    expect(decide(factsOf({ ...evaluation, ...surroundings }, asker)).role).toBe(role);
  });

  it.each<[string, Surroundings, 'metrics-only' | 'none' | 'super-modeller', RegExp]>([
    ['a role is too weak', training, 'metrics-only', /^The custodian of Biscoe, or an admin of the hub, can grant it\.$/],
    ['there is no grant', training, 'none', /^The custodian of Biscoe, or an admin of the hub, can grant it\.$/],
    ['the ceiling is in the way', { ...training, ceiling: { minPods: 9 } }, 'super-modeller', /^Only the custodian of Biscoe can change the ceiling/],
    ['an element is missing', { task: { ...training.task, algorithm: 'guess' } }, 'super-modeller', /^The custodian of Biscoe can install elements/],
    ['the task is wrong', { task: { ...training.task, privacy: 7 } }, 'super-modeller', /^Nobody needs to grant anything/],
    ['nothing fails', training, 'super-modeller', /assigns roles here\.$/],
  ])('says who can change it when %s', (_when, surroundings, asker, sentence) => {
    expect(decide(factsOf(surroundings, asker)).whoCanGrant).toMatch(sentence);
  });

  it('charges whole millionths, rounded up, and what it cannot count as it was asked', () => {
    const costOf = (epsilon: number) => decide(factsOf({ task: { ...training.task, privacy: { epsilon, delta: 1e-6 } } }, 'general-modeller')).cost;
    expect(costOf(1.00000001)).toEqual({ epsilon: 1.000001, delta: 1e-6 });
    expect(costOf(1e300)).toEqual({ epsilon: 1e300, delta: 1e-6 });
  });
});

describe('the lines of a verdict', () => {
  it('of a denied training give every reason and what would pass', () => {
    expect(verdictLines(decide(factsOf(training, 'metrics-only')))).toEqual([
      'Biscoe · penguins: denied (policy.denied)',
      '  ✓ There is a grant on this pod.',
      '  ✓ The grant covers this dataset.',
      '  ✓ The grant has not been revoked.',
      '  ✓ The grant is in force.',
      '  ✓ The role is Metrics Only.',
      '  ✓ The task does not ask for differential privacy.',
      '  ✓ The protocol federated-averaging@1 is here.',
      '  ✓ The algorithm model-training@1 is here.',
      '  ✓ The model logistic-regression@1 is here.',
      '  ✓ federated-averaging carries model-training.',
      '  ✓ model-training takes a model and one is named.',
      '  ✗ Metrics Only may not use the protocol federated-averaging.',
      '  ✗ Metrics Only may not run model-training.',
      '  ✓ Metrics Only may use installed models.',
      '  ✗ Metrics Only may not receive weights, which this task would release.',
      'What would pass:',
      '  - federated-averaging as an extra of the grant, or the role General Modeller.',
      '  - model-training as an extra of the grant, or the role General Modeller.',
      '  - The same task for metrics alone, or the role General Modeller.',
      'The custodian of Biscoe, or an admin of the hub, can grant it.',
    ]);
  });

  it('of a budget give what is left', () => {
    const lines = verdictLines(decide(factsOf({ task: { ...training.task, privacy: { epsilon: 1, delta: 1e-6 } }, expended: 2.5 }, 'dp-restricted-modeller')));
    expect(lines).toContain('  ✗ Epsilon 0.5 of 3 is left; the task would cost 1.');
    expect(lines).toContain('  Budget: epsilon 0.5 left before, 0.5 after.');
    expect(lines).toContain('  - Epsilon 0.5 or less.');
  });

  it('of a permit have no hints', () => {
    const lines = verdictLines(decide(factsOf(evaluation, 'super-modeller')));
    expect(lines[0]).toBe('Biscoe · penguins: permitted');
    expect(lines.filter((line) => /✗|would pass/.test(line))).toEqual([]);
  });
});
