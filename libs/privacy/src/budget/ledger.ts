import { Fault } from '@podnet/errors';
import { checkAmount, isWithin, leftOf, nothing, sumOf, type Amount } from './amount.ts';

/**
 * Where a charge stands. `reserved`: counted, durable, no answer yet; nothing has left. `committed`: the sealed answer is stored. `released`:
 * it has left, and leaves again in the same bytes when asked for again.
 */
export type ChargeState = 'reserved' | 'committed' | 'released';

export interface Charge {
  /** The canonical question with its dataset version: see `canonicalKey`. */
  readonly key: string;
  readonly amount: Amount;
  readonly state: ChargeState;
}

/** A budget and what has been taken from it. A value: each step gives the next ledger. */
export interface Ledger {
  readonly limit: Amount;
  /** The sum of the charges of this period. */
  readonly spent: Amount;
  readonly charges: ReadonlyMap<string, Charge>;
}

/** **Throws** `privacy.malformed` for a limit that is no amount. */
export const openLedger = (limit: Amount): Ledger => ({ limit: checkAmount(limit), spent: nothing, charges: new Map() });

export const left = ({ limit, spent }: Ledger): Amount => leftOf(limit, spent);

export type Reservation =
  | { readonly outcome: 'reserved'; readonly ledger: Ledger; readonly left: Amount }
  /** The same question was charged and then interrupted before an answer was stored: compute it under that charge. */
  | { readonly outcome: 'resumed'; readonly ledger: Ledger; readonly left: Amount }
  /** There is a stored answer: let out that one, at no charge. Noise is not drawn again. */
  | { readonly outcome: 'replay'; readonly ledger: Ledger; readonly left: Amount }
  /** Nothing changed. What is left is what would pass. */
  | { readonly outcome: 'refused'; readonly ledger: Ledger; readonly left: Amount };

/**
 * Takes a charge before anything is computed, whole or not at all; nobody's amount is cut to fit.
 *
 * **Privacy** the sum of charges never passes the limit, in either part: plain sums are valid for questions chosen after answers, and for
 * questions at the same time. To be run in one transaction with the row it writes. **Throws** `privacy.malformed`, `conflict.state` for the
 * key of a charge of another amount.
 */
export function reserve(ledger: Ledger, { key, amount }: { key: string; amount: Amount }): Reservation {
  checkAmount(amount);
  if (amount.epsilonMicro === 0) throw new Fault('privacy.malformed', 'A charge has an epsilon above 0.', { at: 'epsilon' });
  if (typeof key !== 'string' || key === '') throw new Fault('usage.invalid', 'A charge has a key.', { at: 'key' });
  const existing = ledger.charges.get(key);
  if (existing) {
    if (existing.amount.epsilonMicro !== amount.epsilonMicro || existing.amount.deltaFemto !== amount.deltaFemto) {
      throw new Fault('conflict.state', 'This question has been charged with another amount.');
    }
    return { outcome: existing.state === 'reserved' ? 'resumed' : 'replay', ledger, left: left(ledger) };
  }
  const spent = sumOf(ledger.spent, amount);
  if (!isWithin(spent, ledger.limit)) return { outcome: 'refused', ledger, left: left(ledger) };
  const next = { ...ledger, spent, charges: withCharge(ledger, { key, amount, state: 'reserved' }) };
  return { outcome: 'reserved', ledger: next, left: left(next) };
}

/**
 * The sealed answer is stored. Once: a second answer to one charge is refused, whatever it says. **Throws** `conflict.state`.
 */
export function commit(ledger: Ledger, key: string): Ledger {
  const charge = chargeOf(ledger, key);
  if (charge.state !== 'reserved') throw new Fault('conflict.state', 'There is an answer to this charge already.');
  return { ...ledger, charges: withCharge(ledger, { ...charge, state: 'committed' }) };
}

/**
 * The stored answer leaves; again and again is the same. **Throws** `conflict.state` while none is stored.
 */
export function markReleased(ledger: Ledger, key: string): Ledger {
  const charge = chargeOf(ledger, key);
  if (charge.state === 'reserved') throw new Fault('conflict.state', 'No answer is stored, so none may leave.');
  return charge.state === 'released' ? ledger : { ...ledger, charges: withCharge(ledger, { ...charge, state: 'released' }) };
}

/**
 * Gives a reservation back, only while no data was touched under it: afterwards whether it fails may tell something.
 *
 * **Throws** `conflict.state`.
 */
export function cancel(ledger: Ledger, key: string, { dataWasTouched }: { dataWasTouched: boolean }): Ledger {
  const charge = chargeOf(ledger, key);
  if (charge.state !== 'reserved' || dataWasTouched !== false) throw new Fault('conflict.state', 'Data was touched, so the charge stays.');
  const charges = new Map(ledger.charges);
  charges.delete(key);
  return { ...ledger, spent: leftOf(ledger.spent, charge.amount), charges };
}

/** The custodian's new limit, up or down; below what is spent, nothing is left. **Throws** `privacy.malformed`. */
export const changeLimit = (ledger: Ledger, limit: Amount): Ledger => ({ ...ledger, limit: checkAmount(limit) });

/** A new period: nothing is spent. Answers stay to be replayed; open reservations stay counted, for their noise is still to come. */
export function reset(ledger: Ledger): Ledger {
  const open = [...ledger.charges.values()].filter(({ state }) => state === 'reserved');
  return { ...ledger, spent: sumOf(...open.map(({ amount }) => amount)) };
}

/** What a question would do, for a dry run: nothing is changed. **Throws** `privacy.malformed`. */
export function preview(ledger: Ledger, amount: Amount): { passes: boolean; left: Amount; leftAfter: Amount } {
  const passes = isWithin(sumOf(ledger.spent, checkAmount(amount)), ledger.limit);
  return { passes, left: left(ledger), leftAfter: passes ? leftOf(left(ledger), amount) : left(ledger) };
}

function chargeOf(ledger: Ledger, key: string): Charge {
  const charge = ledger.charges.get(key);
  if (!charge) throw new Fault('conflict.state', 'There is no such charge.');
  return charge;
}

const withCharge = (ledger: Ledger, charge: Charge): ReadonlyMap<string, Charge> => new Map(ledger.charges).set(charge.key, charge);
