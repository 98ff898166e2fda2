import { makeId, podConfig, type GrantToken, type PublishedSchema, type TaskPayload } from '@podnet/contracts';
import { makeKeys, publicHalf } from '@podnet/envelope';
import { nothing, type Amount } from '@podnet/privacy';
import type { BudgetScope } from '../store/ledger.ts';
import { defaultDatasetPolicy, type DatasetPolicy, type RoleName } from '@podnet/policy';
import { activePolicy } from '../catalogue/catalogue.ts';
import type { OpenedAssignment } from '../envelope/open-assignment.ts';
import { makeGate, type Gate } from './gate.ts';

const podId = makeId('pod');
const grantId = makeId('grant');
const now = 1_800_000_000_000;
const schema: PublishedSchema = { dataset: 'people', version: 'v', parts: ['train'], columns: [{ name: 'age', kind: 'integer' }, { name: 'y', kind: 'category', domain: { source: 'declared', values: ['0', '1'] } }] };
let device: OpenedAssignment['device'];
beforeAll(async () => (device = publicHalf(await makeKeys())));

interface Situation {
  ceiling?: object;
  expended?: number;
  revoked?: boolean;
  served?: boolean;
  policy?: Partial<DatasetPolicy>;
  limits?: Partial<Record<BudgetScope, Amount>>;
  spentOfDataset?: Amount;
  answered?: boolean;
}

const gateOf = async ({ ceiling = {}, expended = 0, revoked = false, served = true, policy = {}, limits = {}, spentOfDataset = nothing, answered = false }: Situation = {}): Promise<Gate> =>
  makeGate({
    config: podConfig.parse({ version: 1, name: 'north', hub: 'http://localhost', datasets: [{ name: 'people', source: { csv: 'people.csv' } }], ceiling }),
    podId, now: () => now,
    ledger: { expended: (scope) => (scope === 'grant' ? { epsilonMicro: expended, deltaFemto: 0 } : spentOfDataset), limit: (scope) => limits[scope] },
    answers: { has: () => answered },
    budgetOf: () => undefined,
    revokedGrants: { has: () => revoked },
    schemaOf: (dataset) => (served && dataset === 'people' ? schema : undefined),
    policyOf: (dataset) => (served && dataset === 'people' ? activePolicy({ ...defaultDatasetPolicy, ...policy }, 'default') : undefined),
    exists: (name) => name === 'people',
  });

const triples: Record<string, Pick<TaskPayload, 'protocol' | 'algorithm' | 'model'>> = {
  average: { protocol: { name: 'results-only', version: 1, params: {} }, algorithm: { name: 'column-average', version: 1, params: { columns: ['age'] } }, model: null },
  training: {
    protocol: { name: 'federated-averaging', version: 1, params: { rounds: 1, epochs: 1 } }, algorithm: { name: 'model-training', version: 1, params: { features: ['age'], target: 'y' } },
    model: { name: 'logistic-regression', version: 1, params: {} },
  },
  evaluation: {
    protocol: { name: 'results-only', version: 1, params: {} }, algorithm: { name: 'model-training-and-evaluation', version: 1, params: { features: ['age'], target: 'y', epochs: 1 } },
    model: { name: 'logistic-regression', version: 1, params: {} },
  },
};

function opened({ grant, payload, isCustodian = false }: { grant?: Partial<GrantToken>; payload?: Partial<TaskPayload>; isCustodian?: boolean } = {}): OpenedAssignment {
  const said = {
    v: 1, taskId: makeId('task'), podId, dataset: 'people', userId: makeId('account'), label: null, ...triples['average'], privacy: null, secureAggregation: false,
    limits: { deadlineAt: now + 60_000, minPods: 1, onPodLoss: 'wait' }, podIndex: 0, podCount: 3, channelKey: 'A'.repeat(43), ...payload,
  } as TaskPayload;
  return {
    manifest: {} as OpenedAssignment['manifest'], payload: said, hash: '', device,
    grant: {
      v: 1, hub: 'h', grantId, revision: 1, podId, userId: said.userId, email: 'ada@example.org', custodian: isCustodian, role: 'super-modeller', dataset: null, extras: { models: [], elements: [] }, epsilonLimit: null,
      startsAt: 0, endsAt: null, devices: [], issuedAt: now, expiresAt: now, ...grant,
    },
    asker: { userId: said.userId, email: 'ada@example.org', fingerprint: 'AAAA-BBBB', isCustodian },
  };
}

describe('the gate', () => {
  const roles: [RoleName | 'custodian' | null, Record<string, string>][] = [
    ['custodian', { average: 'permitted', training: 'permitted', evaluation: 'permitted' }],
    ['super-modeller', { average: 'permitted', training: 'permitted', evaluation: 'permitted' }],
    ['general-modeller', { average: 'policy.denied', training: 'permitted', evaluation: 'permitted' }],
    ['dp-restricted-modeller', { average: 'policy.denied', training: 'policy.denied', evaluation: 'policy.denied' }],
    ['metrics-only', { average: 'policy.denied', training: 'policy.denied', evaluation: 'permitted' }],
    ['viewer', { average: 'policy.denied', training: 'policy.denied', evaluation: 'policy.denied' }],
    [null, { average: 'policy.no-access', training: 'policy.no-access', evaluation: 'policy.no-access' }],
  ];
  it.each(roles)('lets a %s do what the role table says', async (role, expected) => {
    const gate = await gateOf();
    const isCustodian = role === 'custodian';
    const grant = isCustodian || role === null ? { role: null, grantId: null } : { role };
    const codes = Object.fromEntries(Object.entries(triples).map(([name, triple]) => [name, gate.judge(opened({ grant, payload: triple, isCustodian })).verdict.code]));
    expect(codes).toEqual(expected);
  });

  const narrowings: [string, Situation, Parameters<typeof opened>[0], string][] = [
    ['a weaker strongest role', { ceiling: { role: 'metrics-only' } }, {}, 'policy.denied'],
    ['an element that is never run', { ceiling: { elements: { deny: ['column-average'] } } }, {}, 'policy.denied'],
    ['a list of elements without it', { ceiling: { elements: { allow: ['model-training'] } } }, {}, 'policy.denied'],
    ['a list of modellers without them', { ceiling: { modellers: ['grace@example.org'] } }, {}, 'policy.denied'],
    ['a list of modellers with their e-mail', { ceiling: { modellers: ['ada@example.org'] } }, {}, 'permitted'],
    ['a list of modellers with their device', { ceiling: { modellers: ['AAAA-BBBB'] } }, {}, 'permitted'],
    ['more pods than the task has', { ceiling: { min_pods: 4 } }, {}, 'policy.denied'],
    ['as many pods as the task has', { ceiling: { min_pods: 3 } }, {}, 'permitted'],
    ['compulsory privacy', { ceiling: { differential_privacy: 'required' } }, {}, 'policy.denied'],
    ['compulsory secure aggregation', { ceiling: { secure_aggregation: 'required' } }, {}, 'policy.denied'],
    ['a limit of epsilon', { ceiling: { epsilon: 1 } }, {}, 'policy.denied'],
    ['a grant that was revoked', { revoked: true }, {}, 'policy.grant-expired'],
    ['a grant that has ended', {}, { grant: { endsAt: now - 1 } }, 'policy.grant-expired'],
    ['a grant that has not begun', {}, { grant: { startsAt: now + 1 } }, 'policy.grant-expired'],
    ['a grant for another dataset', {}, { grant: { dataset: 'other' } }, 'policy.no-access'],
    ['a dataset that is not served', { served: false }, {}, 'dataset.unknown'],
  ];
  it.each(narrowings)('holds a Super Modeller to %s', async (_, situation, asked, code) => {
    const { verdict } = (await gateOf(situation)).judge(opened(asked));
    expect(verdict.code).toBe(code);
    expect(verdict.decision).toBe(code === 'permitted' ? 'permit' : 'deny');
    expect(verdict.wouldPass.length > 0).toBe(code !== 'permitted');
  });

  it('says what is wrong with a task only to those who have a role', async () => {
    const gate = await gateOf();
    const payload = { algorithm: { name: 'column-average', version: 1, params: { columns: ['age', 'secret'] } } };
    const insider = gate.judge(opened({ payload })).verdict;
    expect(insider.checks.filter((check) => !check.passed).map((check) => check.says)).toEqual(['algorithm.columns[1]: There is no such column.']);
    const outsider = gate.judge(opened({ payload, grant: { role: null, grantId: null } })).verdict;
    expect(outsider.checks.some((check) => check.id.startsWith('task.'))).toBe(false);
    expect(outsider.policyHash).toBe('');
  });

  it('tells the hub, which reads verdicts, nothing of what a task asks for', async () => {
    const gate = await gateOf();
    const asked: [string, object][] = [['column-average', { columns: ['canary'] }], ['column-average', { columns: ['age'], canary: 1 }], ['column-average', { columns: 'canary' }], ['model-training', { features: ['age'], target: 'canary', 'ca.nary': { canary: 1 } }]];
    for (const [name, params] of asked) {
      const { verdict } = gate.judge(opened({ payload: { algorithm: { name, version: 1, params: params as Record<string, unknown> } } }));
      expect(verdict.decision).toBe('deny');
      expect(JSON.stringify(verdict)).not.toMatch(/canary|ca\.nary/);
    }
  });

  it('tells a custodian whose device it does not know what is the matter', async () => {
    const { verdict } = (await gateOf()).judge(opened({ grant: { custodian: true, role: null, grantId: null } }));
    expect(verdict.code).toBe('policy.no-access');
    expect(verdict.checks.find((check) => check.id === 'custodian.device')).toMatchObject({ passed: false });
  });

  it('keeps the policy’s own code when a task is wrong and denied', async () => {
    const payload = { ...triples['training'], algorithm: { name: 'model-training', version: 1, params: { features: ['nothing'], target: 'y' } } };
    const { verdict } = (await gateOf()).judge(opened({ payload, grant: { role: 'metrics-only' } }));
    expect(verdict.code).toBe('policy.denied');
    expect(verdict.checks.find((check) => check.id === 'task.columns')).toMatchObject({ passed: false });
  });

  it('charges nothing for a task without privacy, and nothing for one that is denied', async () => {
    const gate = await gateOf();
    expect(gate.judge(opened()).reservation).toBeNull();
    expect(gate.judge(opened({ payload: { privacy: { epsilon: 1, delta: 1e-6 } } }))).toMatchObject({ verdict: { decision: 'deny' }, reservation: null });
  });

  it('counts what a grant has expended against its budget', async () => {
    const asked = { grant: { role: 'dp-restricted-modeller' as const }, payload: { ...triples['training'], privacy: { epsilon: 2, delta: 1e-6 } } };
    const [fresh, spent] = await Promise.all([gateOf(), gateOf({ expended: 1_500_000 })]);
    expect(fresh.judge(opened(asked)).verdict.checks.find((check) => check.id === 'budget.epsilon')).toMatchObject({ passed: true });
    expect(spent.judge(opened(asked)).verdict.checks.find((check) => check.id === 'budget.epsilon')).toMatchObject({ passed: false });
  });

  const reading: [string, Pick<TaskPayload, 'algorithm'> & Partial<TaskPayload>, string][] = [
    ['an average', { algorithm: { name: 'column-average', version: 1, params: { columns: ['age'] } } }, 'algorithm.columns[0]'],
    ['a feature of a model', { ...triples['training']!, algorithm: { name: 'model-training', version: 1, params: { features: ['age'], target: 'y' } } }, 'algorithm.features[0]'],
    ['a target of a model', { ...triples['training']!, algorithm: { name: 'model-training', version: 1, params: { features: ['y'], target: 'age' } }, model: { name: 'linear-regression', version: 1, params: {} } }, 'algorithm.target'],
    ['a feature of an evaluation', { ...triples['evaluation']! }, 'algorithm.features[0]'],
  ];
  it.each(reading)('keeps a sanitised column out of %s, without its name', async (_, payload, at) => {
    const [open, closed] = await Promise.all([gateOf(), gateOf({ policy: { sanitizedColumns: ['age'] } })]);
    expect(open.judge(opened({ payload })).verdict.checks.map(({ id }) => id)).not.toContain('task.sanitised');
    const { verdict } = closed.judge(opened({ payload }));
    expect(verdict).toMatchObject({ decision: 'deny', code: 'policy.denied' });
    expect(verdict.checks.find(({ id }) => id === 'task.sanitised')!.says).toBe(`${at}: The custodian lets no value of this column leave, in whatever form.`);
    expect(JSON.stringify(verdict)).not.toMatch(/\bage\b/);
  });

  it('changes its hash with the ceiling and with the dataset, and not otherwise', async () => {
    const hashOf = async (situation: Situation) => (await gateOf(situation)).judge(opened()).verdict.policyHash;
    expect(await hashOf({})).toBe(await hashOf({ expended: 5 }));
    expect(await hashOf({})).not.toBe(await hashOf({ ceiling: { min_pods: 2 } }));
    expect(await hashOf({})).not.toBe(await hashOf({ policy: { queriesPerDay: 5 } }));
  });
});
