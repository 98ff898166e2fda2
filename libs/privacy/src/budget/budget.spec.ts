import fc from 'fast-check';
import { costOf, isWithin, limitOf, maximumOf, pairOf, sumOf, type Amount } from './amount.ts';
import { canonicalKey, type Question } from './canonical-key.ts';
import { cancel, changeLimit, commit, left, markReleased, openLedger, preview, reserve, reset, type Ledger } from './ledger.ts';
import { splitAmount } from './split.ts';

const amount = (epsilon: number, delta?: number): Amount => costOf({ epsilon, delta });
const refusal = (call: () => unknown): string => {
  try {
    call();
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
  return 'accepted';
};
const malformed: unknown[] = [Number.NaN, Infinity, -Infinity, 0, -0, -1, -1e-300, '1', '', null, true, 1n, [1], [], {}, Symbol('1'), () => 1, JSON.parse('1e400')];

describe('an amount', () => {
  it('takes decimals at their word, costs round up and limits down', () => {
    expect(amount(0.3)).toEqual({ epsilonMicro: 300_000, deltaFemto: 0 });
    expect(amount(0.1, 1e-6)).toEqual({ epsilonMicro: 100_000, deltaFemto: 1_000_000_000 });
    expect(amount(1e-9, 1e-300)).toEqual({ epsilonMicro: 1, deltaFemto: 1 });
    expect(limitOf({ epsilon: 1e-9, delta: 1e-300 })).toEqual({ epsilonMicro: 0, deltaFemto: 0 });
    expect(limitOf({ epsilon: 3, delta: 1e-5 })).toEqual({ epsilonMicro: 3_000_000, deltaFemto: 10_000_000_000 });
    expect(pairOf(amount(2.5, 1e-6))).toEqual({ epsilon: 2.5, delta: 1e-6 });
  });

  it('never costs less than it is, nor allows more', () => {
    fc.assert(fc.property(fc.double({ min: 1e-12, max: 1e4, noNaN: true }), fc.double({ min: 1e-20, max: 0.99, noNaN: true }), (epsilon, delta) => {
      const [cost, limit] = [costOf({ epsilon, delta }), limitOf({ epsilon, delta })];
      expect(cost.epsilonMicro / 1e6).toBeGreaterThanOrEqual(epsilon);
      expect(limit.epsilonMicro / 1e6).toBeLessThanOrEqual(epsilon);
      expect(cost.deltaFemto / 1e15).toBeGreaterThanOrEqual(delta);
      expect(limit.deltaFemto / 1e15).toBeLessThanOrEqual(delta);
      expect(cost.epsilonMicro - limit.epsilonMicro).toBeLessThanOrEqual(1);
    }));
  });

  it.each(malformed.map((value) => [typeof value === 'symbol' ? 'a symbol' : value, value]))('is not made of %p', (_, value) => {
    for (const make of [costOf, limitOf]) {
      expect(refusal(() => make({ epsilon: value as number }))).toBe('privacy.malformed');
      expect(refusal(() => make({ epsilon: 1, delta: value as number }))).toBe('privacy.malformed');
    }
    expect(refusal(() => costOf({ epsilon: undefined as unknown as number }))).toBe('privacy.malformed');
    expect(refusal(() => costOf({ epsilon: 1, delta: 1 }))).toBe('privacy.malformed');
    // Nor may a ledger be given such a thing in an amount's clothes; 0 and 1 are whole numbers there.
    if (value === 0 && !Object.is(value, -0)) return;
    for (const key of ['epsilonMicro', 'deltaFemto']) {
      const bad = { epsilonMicro: 1, deltaFemto: 0, [key]: value } as unknown as Amount;
      expect(refusal(() => openLedger(bad))).toBe('privacy.malformed');
      expect(refusal(() => reserve(openLedger(amount(1)), { key: 'q', amount: bad }))).toBe('privacy.malformed');
      expect(refusal(() => preview(openLedger(amount(1)), bad))).toBe('privacy.malformed');
    }
  });

  it('of several adds up for the same people and is the dearest for others', () => {
    expect(sumOf(amount(1, 1e-6), amount(0.1))).toEqual(amount(1.1, 1e-6));
    expect(maximumOf(amount(1, 1e-6), amount(2), amount(0.5, 1e-5))).toEqual(amount(2, 1e-5));
    expect(isWithin(amount(1), amount(1, 1e-6))).toBe(true);
    expect(isWithin(amount(1, 1e-6), amount(1))).toBe(false);
  });
});

describe('a ledger', () => {
  const take = (ledger: Ledger, key: string, of: Amount) => reserve(ledger, { key, amount: of });

  it('accepts thirty times 0.1 of 3, and not the thirty-first', () => {
    let ledger = openLedger(limitOf({ epsilon: 3 }));
    for (let i = 0; i < 30; i += 1) {
      const taken = take(ledger, `q${i}`, amount(0.1));
      expect(taken.outcome).toBe('reserved');
      ledger = taken.ledger;
    }
    const last = take(ledger, 'q30', amount(0.000001));
    expect(last).toMatchObject({ outcome: 'refused', left: { epsilonMicro: 0 } });
    expect(last.ledger).toBe(ledger);
  });

  it('refuses by delta alone as well, and never cuts an amount to fit', () => {
    const ledger = openLedger(limitOf({ epsilon: 3, delta: 1e-6 }));
    expect(take(ledger, 'q', amount(0.1, 2e-6)).outcome).toBe('refused');
    expect(take(ledger, 'q', amount(3.1)).outcome).toBe('refused');
    expect(take(ledger, 'q', amount(3, 1e-6)).outcome).toBe('reserved');
    expect(take(openLedger(limitOf({ epsilon: 3 })), 'q', amount(1, 1e-9)).outcome).toBe('refused');
  });

  it('charges a question once: interrupted it is resumed, answered it is replayed', () => {
    let ledger = take(openLedger(limitOf({ epsilon: 3 })), 'q', amount(2)).ledger;
    expect(take(ledger, 'q', amount(2)).outcome).toBe('resumed');
    expect(refusal(() => markReleased(ledger, 'q'))).toBe('conflict.state');
    ledger = commit(ledger, 'q');
    expect(take(ledger, 'q', amount(2)).outcome).toBe('replay');
    expect(refusal(() => commit(ledger, 'q'))).toBe('conflict.state');
    ledger = markReleased(markReleased(ledger, 'q'), 'q');
    expect(refusal(() => commit(ledger, 'q'))).toBe('conflict.state');
    expect(take(ledger, 'q', amount(2)).outcome).toBe('replay');
    expect(left(ledger)).toEqual(amount(1));
    expect(refusal(() => take(ledger, 'q', amount(1)))).toBe('conflict.state');
    expect(refusal(() => commit(ledger, 'other'))).toBe('conflict.state');
  });

  it('gives a charge back only while no data was touched', () => {
    const ledger = take(openLedger(limitOf({ epsilon: 3 })), 'q', amount(2)).ledger;
    expect(left(cancel(ledger, 'q', { dataWasTouched: false }))).toEqual(amount(3));
    expect(refusal(() => cancel(ledger, 'q', { dataWasTouched: true }))).toBe('conflict.state');
    expect(refusal(() => cancel(ledger, 'q', {} as { dataWasTouched: boolean }))).toBe('conflict.state');
    expect(refusal(() => cancel(commit(ledger, 'q'), 'q', { dataWasTouched: false }))).toBe('conflict.state');
  });

  it('follows the custodian up, down and into a new period', () => {
    let ledger = take(openLedger(limitOf({ epsilon: 3 })), 'done', amount(2)).ledger;
    ledger = take(commit(ledger, 'done'), 'open', amount(0.5)).ledger;
    expect(left(changeLimit(ledger, limitOf({ epsilon: 1 })))).toEqual({ epsilonMicro: 0, deltaFemto: 0 });
    expect(left(changeLimit(ledger, limitOf({ epsilon: 5 })))).toEqual(amount(2.5));
    const next = reset(ledger);
    // What is still to be computed stays counted, what was answered is replayed.
    expect(left(next)).toEqual(amount(2.5));
    expect(take(next, 'done', amount(2)).outcome).toBe('replay');
  });

  it('shows a question\'s cost beforehand and changes nothing', () => {
    const ledger = take(openLedger(limitOf({ epsilon: 3 })), 'q', amount(1)).ledger;
    expect(preview(ledger, amount(1.5))).toEqual({ passes: true, left: amount(2), leftAfter: amount(0.5) });
    expect(preview(ledger, amount(2.5))).toEqual({ passes: false, left: amount(2), leftAfter: amount(2) });
  });

  it('never passes its limit, whatever happens in whatever order', () => {
    const step = fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd', 'e'), act: fc.constantFrom('reserve', 'commit', 'release', 'cancel'), epsilon: fc.constantFrom(0.1, 0.4, 0.7) });
    fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let ledger = openLedger(limitOf({ epsilon: 1.5 }));
      const answered = new Set<string>();
      for (const { key, act, epsilon } of steps) {
        try {
          if (act === 'reserve') {
            const taken = take(ledger, key, amount(epsilon));
            if (taken.outcome === 'reserved') expect(answered.has(key)).toBe(false);
            ledger = taken.ledger;
          } else if (act === 'commit') {
            ledger = commit(ledger, key);
            expect(answered.has(key)).toBe(false);
            answered.add(key);
          } else if (act === 'release') {
            ledger = markReleased(ledger, key);
            expect(answered.has(key)).toBe(true);
          } else ledger = cancel(ledger, key, { dataWasTouched: false });
        } catch (error) {
          expect((error as { code?: string }).code).toBe('conflict.state');
        }
        expect(isWithin(ledger.spent, ledger.limit)).toBe(true);
        expect(ledger.spent).toEqual(sumOf(...[...ledger.charges.values()].map((charge) => charge.amount)));
      }
    }));
  });
});

describe('splitting a budget', () => {
  it('gives away the whole and no more, by weights', () => {
    fc.assert(fc.property(fc.integer({ min: 1000, max: 10_000_000 }), fc.integer({ min: 1000, max: 1e9 }), fc.array(fc.record({ weight: fc.integer({ min: 1, max: 9 }), usesDelta: fc.boolean() }), { minLength: 1, maxLength: 20 }), (epsilonMicro, deltaFemto, parts) => {
      const shares = splitAmount({ epsilonMicro, deltaFemto }, parts);
      const sum = sumOf(...shares);
      expect(sum.epsilonMicro).toBe(epsilonMicro);
      expect(sum.deltaFemto).toBe(parts.some(({ usesDelta }) => usesDelta) ? deltaFemto : 0);
      const weights = parts.reduce((total, { weight }) => total + weight, 0);
      shares.forEach((share, i) => expect(Math.abs(share.epsilonMicro - (epsilonMicro * parts[i]!.weight) / weights)).toBeLessThanOrEqual(1));
      shares.forEach((share, i) => expect(share.deltaFemto > 0).toBe(parts[i]!.usesDelta));
    }));
  });

  it('refuses what does not reach for all, and weights that are none', () => {
    const part = { weight: 1, usesDelta: false };
    expect(refusal(() => splitAmount({ epsilonMicro: 1, deltaFemto: 0 }, [part, part]))).toBe('privacy.malformed');
    expect(refusal(() => splitAmount({ epsilonMicro: 10, deltaFemto: 0 }, [{ ...part, usesDelta: true }]))).toBe('privacy.malformed');
    expect(refusal(() => splitAmount(amount(1), []))).toBe('usage.invalid');
    for (const weight of [0, -1, 0.5, Number.NaN, Infinity]) expect(refusal(() => splitAmount(amount(1), [{ ...part, weight }]))).toBe('usage.invalid');
  });
});

describe('the key of a question', () => {
  const question: Question = { plan: 'abc', datasets: [{ name: 'a', version: '1' }, { name: 'b', version: '2' }], metadata: 'm', epsilonMicro: 1, deltaFemto: 0 };

  it('does not depend on the order of its datasets, and on everything else', () => {
    expect(canonicalKey({ ...question, datasets: [...question.datasets].reverse() })).toBe(canonicalKey(question));
    const others: Partial<Question>[] = [{ plan: 'abd' }, { metadata: 'n' }, { epsilonMicro: 2 }, { deltaFemto: 1 }, { datasets: [question.datasets[0]!] }, { datasets: [{ name: 'a', version: '2' }, { name: 'b', version: '1' }] }];
    expect(new Set([question, ...others.map((other) => ({ ...question, ...other }))].map(canonicalKey)).size).toBe(others.length + 1);
  });

  it('tells apart what runs together when written in a row', () => {
    fc.assert(fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (a, b, c, d) => {
      fc.pre(a !== c || b !== d);
      const of = (name: string, version: string) => canonicalKey({ ...question, datasets: [{ name, version }] });
      expect(of(a, b)).not.toBe(of(c, d));
    }));
    expect(canonicalKey({ ...question, plan: '1:a|1:b' })).not.toBe(canonicalKey({ ...question, plan: '1:a', metadata: '1:b' }));
  });

  it('is refused from a question with a part missing', () => {
    for (const change of [{ plan: '' }, { metadata: undefined }, { datasets: [] }, { epsilonMicro: 0.5 }, { deltaFemto: -1 }]) expect(refusal(() => canonicalKey({ ...question, ...change } as Question))).toBe('usage.invalid');
  });
});
