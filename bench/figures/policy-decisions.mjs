// How many verdicts one thread gives in a second of its processor: every role of the table asks for six tasks under three ceilings,
// permitted and denied ones as they come.
import { tripleFacts } from '@podnet/elements';
import { decide, roleNames } from '@podnet/policy';
import { processorMs } from '../runner/clock.mjs';
import { row } from '../runner/row.mjs';
import { median } from '../runner/statistics.mjs';

const batch = 20_000;
const repeats = 15;
const warmUps = 5;
const now = 1_700_000_000_000;

const tasks = [
  { protocol: 'federated-averaging', algorithm: 'model-training', model: 'logistic-regression' },
  { protocol: 'federated-averaging', algorithm: 'model-training', model: 'linear-regression' },
  { protocol: 'results-only', algorithm: 'model-evaluation', model: 'logistic-regression' },
  { protocol: 'results-only', algorithm: 'model-training-and-evaluation', model: 'logistic-regression' },
  { protocol: 'results-only', algorithm: 'column-average' },
  { protocol: 'results-only', algorithm: 'column-average', privacy: { epsilon: 0.5, delta: 1e-6 } },
];
const ceilings = [{}, { epsilon: 2, minPods: 2 }, { role: 'general-modeller', denyElements: ['linear-regression'] }];

export function measure() {
  const asked = allFacts();
  const once = () => {
    let permitted = 0;
    const startedAt = processorMs();
    for (let i = 0; i < batch; i++) if (decide(asked[i % asked.length]).decision === 'permit') permitted++;
    const perSecond = (batch * 1000) / (processorMs() - startedAt);
    if (permitted === 0 || permitted === batch) throw new Error('the verdicts are all the same');
    return perSecond;
  };
  for (let i = 0; i < warmUps; i++) once();
  return [row({ name: 'policy-decisions', value: median(Array.from({ length: repeats }, once)), unit: '1/s', aim: '> 200000' })];
}

function allFacts() {
  const all = [];
  for (const task of tasks) for (const role of roleNames) for (const ceiling of ceilings) all.push(factsOf(task, role, ceiling));
  return all;
}

function factsOf({ protocol, algorithm, model, privacy }, role, ceiling) {
  return {
    by: 'pod',
    now,
    pod: { podId: 'pod-1', name: 'biscoe', ceiling },
    dataset: 'penguins',
    asker: { userId: 'user-1', email: 'ada@example.org', fingerprints: ['print-1', 'print-2'], isCustodian: false },
    grant: { grantId: 'grant-1', role, dataset: null, startsAt: now - 1000, endsAt: null, revoked: false, extraModels: [], extraElements: [], epsilonLimit: null },
    triple: tripleFacts({ protocol: { name: protocol }, algorithm: { name: algorithm }, model: model ? { name: model } : null }),
    privacy: privacy ?? null,
    expendedEpsilon: 0.25,
    pods: { count: 3 },
    secureAggregation: false,
    policyHash: 'sha256:policy',
  };
}
