import { agreed, auditOnce, subjects, type Claim, type Planted } from '../fixtures/canary-audit.ts';
import { epsilonOfGuesses } from '../fixtures/one-run-bound.ts';

/**
 * Membership audit of DP-SGD in one training (Steinke, Nasr and Jagielski 2023). 1000 canaries, each in by a fair coin; of the 125 with the highest scores the
 * attacker says in, of the 125 with the lowest out. The bound is one of 95 % confidence: with other seeds a right training would be accused at most once in
 * twenty times by the theorem, and was not in 840 trainings. Bits are seeded, so a green run stays green.
 */
type Name = keyof typeof subjects;
const names = Object.keys(subjects) as Name[];

const once = (epsilon: number): Claim => ({ epsilon, samplingRate: 1, calls: 1, steps: 1 });
const sampled: Claim = { epsilon: 2, samplingRate: 0.2, calls: 1, steps: 50 };
const claims: [string, Claim][] = [
  ['one step with everybody at epsilon 1', once(1)],
  ['one step with everybody at epsilon 4', once(4)],
  ['fifty sampled steps at epsilon 2', sampled],
  ['five calls of ten sampled steps at epsilon 3', { epsilon: 3, samplingRate: 0.1, calls: 5, steps: 10 }],
];

describe.each(names)('what is seen of canaries in a training of %s', (name) => {
  it.each(claims)('stays below the claim: %s', (_, claim) => {
    expect(auditOnce(subjects[name], claim, 11)).toBeLessThan(claim.epsilon);
  });
});

/** Noise multiplied, as nothing that a task can ask for does. */
const noise = (factor: number): Planted => ({ plan: ({ cost }) => ({ cost: { ...cost, noiseMultiplier: Math.max(0.01, cost.noiseMultiplier * factor) } }) });
const quick: readonly Name[] = ['two classes', 'linear regression'];
const faults: [string, Claim, Planted, readonly Name[]][] = [
  ['a fifth of the noise in one step', once(4), noise(0.2), names],
  ['a fifth of the noise in sampled steps', sampled, noise(0.2), quick],
  ['hardly any noise', sampled, noise(0), quick],
  // The same noise, and gradients of up to twenty norms: those of canaries are fifteen long and more.
  ['no clipping', sampled, { plan: ({ cost, clippingNorm }) => ({ clippingNorm: clippingNorm * 20, cost: { ...cost, noiseMultiplier: cost.noiseMultiplier / 20 } }) }, names],
  ['noise for one step, in forty', once(1), { plan: () => ({ stepsPerCall: 40 }) }, quick],
  ['noise for one call, in forty', once(1), { calls: 40 }, ['two classes']],
  ['sampling that is accounted for and left out', sampled, { plan: ({ cost }) => ({ cost: { ...cost, samplingRate: 1 } }) }, quick],
  ['ten rows of one person, of which one is accounted for', sampled, { copies: 10 }, quick],
];

describe.each(faults)('the audit sees %s', (_, claim, planted, of) => {
  it.each(of)('in a training of %s', (name) => {
    expect(auditOnce(subjects[name], claim, 12, planted)).toBeGreaterThan(claim.epsilon);
  });
});

test('every claim here could be refuted: guesses that are all right show 4.39, and a few wrong ones more than 3', () => {
  const guesses = agreed.ins + agreed.outs;
  const shown = (wrong: number): number => epsilonOfGuesses({ canaries: agreed.canaries, guesses, correct: guesses - wrong, delta: agreed.delta });
  expect(shown(0)).toBeCloseTo(4.39, 2);
  expect(shown(5)).toBeGreaterThan(3);
});
