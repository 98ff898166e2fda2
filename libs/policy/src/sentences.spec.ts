import { decide, type Facts } from './index.ts';
import { factsOf, type Asker, type Case } from './fixtures/cases.ts';

type Surroundings = Omit<Case, 'name' | 'answers'>;

const evaluation = { protocol: 'results-only', algorithm: 'model-evaluation', model: 'logistic-regression' };
const training = { protocol: 'federated-averaging', algorithm: 'model-training', model: 'logistic-regression' };
const custom = (changes: object = {}) => ({ ...evaluation, model: { name: 'my-net', reference: 'ada/my-net@1', hash: 'sha256:aa', ...changes } });
const sql = (epsilon: number) => ({ protocol: 'results-only', algorithm: 'private-sql-query', privacy: { epsilon, delta: 1e-6 } });

describe('a check says', () => {
  it.each<[string, Surroundings, Asker, string, string?]>([
    ['role.algorithm', { task: evaluation }, 'custodian', 'The custodian may run model-evaluation.'],
    ['role.algorithm', { task: evaluation, ceiling: { role: 'metrics-only' } }, 'custodian', 'Metrics Only may run model-evaluation.'],
    ['grant.role', { task: evaluation }, 'custodian', 'The custodian counts as Super Modeller on this pod.'],
    ['grant.role', { task: evaluation, ceiling: { role: 'metrics-only' } }, 'general-modeller', "The role is General Modeller; the pod's ceiling lets it act as Metrics Only."],
    ['role.algorithm', { task: { protocol: 'results-only', algorithm: 'column-average' }, grant: { extraElements: ['column-average'] } }, 'general-modeller', 'An extra of the grant permits the algorithm column-average.'],
    ['role.protocol', { task: { protocol: 'ring-reduce', algorithm: 'histogram' }, grant: { extraElements: ['ring-reduce'] } }, 'general-modeller', 'An extra of the grant permits the protocol ring-reduce.'],
    ['role.algorithm', { task: { protocol: 'results-only', algorithm: 'sql-query' } }, 'general-modeller', 'General Modeller may not run sql-query.', 'sql-query as an extra of the grant, or the role Super Modeller.'],
    ['role.algorithm', { task: { protocol: 'results-only', algorithm: 'sql-query' }, ceiling: { role: 'general-modeller' } }, 'custodian', 'General Modeller may not run sql-query.', "The pod's ceiling raised to Super Modeller."],
    ['role.algorithm', { task: { protocol: 'results-only', algorithm: 'sql-query' }, ceiling: { role: 'general-modeller' } }, 'metrics-only', 'Metrics Only may not run sql-query.', "The role Super Modeller together with the pod's ceiling raised to Super Modeller."],
    ['role.algorithm', { task: training, ceiling: { role: 'dp-restricted-modeller' } }, 'custodian', 'DP Restricted Modeller may run model-training.'],
    ['role.algorithm', { task: evaluation }, 'viewer', 'Viewer may not run model-evaluation.', 'The role Metrics Only.'],
    ['role.protocol', { task: evaluation, ceiling: { role: 'viewer' } }, 'custodian', 'Viewer may not use the protocol results-only.', "The pod's ceiling raised to Metrics Only."],
    ['role.releases', { task: { ...evaluation, releases: [] } }, 'metrics-only', 'The task releases nothing.'],
    ['role.releases', { task: { ...training, releases: ['weights'] } }, 'metrics-only', 'Metrics Only may not receive weights, which this task would release.', 'The role General Modeller.'],
    ['role.releases', { task: { ...evaluation, releases: [] } }, 'viewer', 'Viewer receives nothing from the pod.', 'The role Metrics Only.'],
    ['role.epsilon', { task: sql(10) }, 'dp-restricted-modeller', 'Epsilon 10 is above the 3 that DP Restricted Modeller may ask for.', 'Epsilon 3 or less, or the role General Modeller.'],
    ['role.epsilon', { task: sql(10.5) }, 'dp-restricted-modeller', 'Epsilon 10.5 is above the 3 that DP Restricted Modeller may ask for.', 'Epsilon 3 or less, or the role Super Modeller.'],
    ['role.model', { task: custom() }, 'general-modeller', 'No extra of the grant names the custom model ada/my-net@1.', 'An extra of the grant that names ada/my-net@1 with the hash sha256:aa, or the role Super Modeller.'],
    ['role.model', { task: custom(), grant: { extraModels: [{ reference: 'ada/other@1', hash: 'sha256:cc' }, { reference: 'ada/my-net@1', hash: 'sha256:bb' }] } }, 'general-modeller', 'The custom model ada/my-net@1 is not the one that an extra of the grant names: its hash differs.', 'An extra of the grant that names ada/my-net@1 with the hash sha256:aa, or the role Super Modeller.'],
    ['role.model', { task: custom({ hash: undefined }) }, 'general-modeller', 'The custom model has no reference or no hash.', 'A custom model with a reference and a hash, named in an extra of the grant, or the role Super Modeller.'],
    ['role.model', { task: custom(), ceiling: { role: 'general-modeller' } }, 'custodian', 'No extra of the grant names the custom model ada/my-net@1.', "An installed model, or the pod's ceiling raised to Super Modeller."],
    ['role.model', { task: custom(), ceiling: { role: 'metrics-only' } }, 'dp-restricted-modeller', 'Metrics Only may not use a custom model, not even as an extra of the grant.', "An installed model, or the role Super Modeller together with the pod's ceiling raised to Super Modeller."],
    ['budget.epsilon', { task: { ...evaluation, privacy: { epsilon: 1, delta: 1e-6 } }, expended: 3 }, 'dp-restricted-modeller', 'Epsilon 0 of 3 is left; the task would cost 1.', 'A new grant: the budget of this one is spent.'],
    ['budget.epsilon', { task: { ...evaluation, privacy: { epsilon: 1e300, delta: 1e-6 } } }, 'dp-restricted-modeller', 'Epsilon 3 of 3 is left; the task would cost more than any budget.', 'Epsilon 3 or less.'],
    ['grant.dates', { task: evaluation, grant: { endsAt: 0 } }, 'metrics-only', 'The grant ended at 1970-01-01T00:00:00.000Z.', 'A renewed grant.'],
    ['grant.dates', { task: evaluation, grant: { startsAt: 8.64e15 } }, 'metrics-only', 'The grant starts at +275760-09-13T00:00:00.000Z.', 'The same task after the start of the grant, or a grant that starts earlier.'],
    ['grant.dates', { task: evaluation, grant: { startsAt: 8.64e15 + 1 } }, 'metrics-only', 'The grant starts at no readable date.', 'The same task after the start of the grant, or a grant that starts earlier.'],
    ['triple.carried', { task: training }, 'super-modeller', 'federated-averaging carries model-training.'],
    ['triple.carried', { task: { ...training, protocol: 'results-only' } }, 'super-modeller', 'results-only does not carry model-training.', 'The protocol federated-averaging, or another algorithm.'],
    ['privacy.offered', { task: { ...sql(1), algorithm: 'sql-query' } }, 'super-modeller', 'sql-query cannot run with differential privacy.', 'An algorithm that offers differential privacy, or the task without it.'],
    ['privacy.offered', { task: { ...sql(1), algorithm: 'sql-query' } }, 'dp-restricted-modeller', 'sql-query cannot run with differential privacy.', 'An algorithm that offers differential privacy.'],
    ['triple.algorithm', { task: { ...evaluation, algorithm: 'gue\u001b[2Jss' } }, 'super-modeller', 'There is no algorithm gue?[2Jss here.', 'An installed algorithm, by its name and version.'],
  ])('of %s with %j to %s: %s', (...row) => {
    const [id, surroundings, asker, says, wouldPass] = row;
    const check = decide(factsOf(surroundings, asker)).checks.find((one) => one.id === id);
    expect(check).toEqual({ id, passed: wouldPass === undefined, says, ...(wouldPass === undefined ? {} : { wouldPass }) });
  });

  it('that no protocol carries an algorithm, when none does', () => {
    const facts = factsOf({ task: training }, 'super-modeller');
    const found = facts.triple.algorithm.found && { ...facts.triple.algorithm.found, carriedBy: [] };
    const verdict = decide({ ...facts, triple: { ...facts.triple, algorithm: { asked: 'model-training', found } } });
    expect(verdict.wouldPass).toEqual(['Another algorithm: no protocol carries this one.']);
  });
});

describe('on doubt the answer is no', () => {
  const facts = factsOf({ task: evaluation }, 'metrics-only');
  const asker = (changes: object): Facts => ({ ...facts, grant: null, asker: { ...facts.asker, ...changes } });
  const grant = (changes: object): Facts => ({ ...facts, grant: facts.grant && { ...facts.grant, ...changes } });
  const ceiling = (limits: object, changes: object = {}): Facts => ({ ...facts, pod: { ...facts.pod, ceiling: limits }, asker: { ...facts.asker, ...changes } });

  it.each<[string, Facts]>([
    ['a custodian who is only 1', asker({ isCustodian: 1 })],
    ['a custodian who is only a text', asker({ isCustodian: 'true' })],
    ['a grant that does not say whether it is revoked', grant({ revoked: undefined })],
    ['a grant that does not say when it ends', grant({ endsAt: undefined })],
    ['a grant that does not say on which dataset', grant({ dataset: undefined })],
    ['an algorithm that says nothing of privacy', { ...facts, privacy: { epsilon: 1, delta: 1e-6 }, triple: { ...facts.triple, algorithm: { asked: 'x', found: { ...facts.triple.algorithm.found, offersPrivacy: undefined } } } } as unknown as Facts],
    ['secure aggregation that is only a text', { ...ceiling({ secureAggregation: 'required' }), secureAggregation: 'yes' as unknown as boolean }],
    ['an empty entry among the modellers, and a user without an id', ceiling({ modellers: [''] }, { userId: '', email: '', fingerprints: [''] })],
    ['an address among the modellers, and a user id that reads like it', ceiling({ modellers: ['eve@example.org'] }, { userId: 'eve@example.org' })],
    ['a user id among the modellers, and an address that reads like it', ceiling({ modellers: ['user-9'] }, { email: 'user-9' })],
  ])('to %s', (_name, doubtful) => {
    expect(decide(facts).decision).toBe('permit');
    expect(decide(doubtful).decision).toBe('deny');
  });
});
