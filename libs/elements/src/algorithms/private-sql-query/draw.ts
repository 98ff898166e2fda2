import { Fault } from '@podnet/errors';
import type { PrivateCounts, PrivateQuery } from '@podnet/plan';
import { isKeyReleased, permuteAndFlip, quantileCandidates, release, selectExponential, type BitSource } from '@podnet/privacy';
import type { Cell } from '../../query/answer.ts';
import type { Mechanism, Mechanisms } from './mechanisms.ts';

/** A group that may leave: its key, and a number for each mechanism: ticks with noise, as digits, or the value that was chosen. */
export interface NoisyGroup {
  readonly key: readonly Cell[];
  readonly drawn: readonly (string | number)[];
}

/** The choice among so many values is made by trying them in random order; among more, by trying any. */
const fewCandidates = 2 ** 16;

/**
 * Adds noise to every number of every group. With public keys all groups are there, also those of nobody; a combination of private keys only when enough units,
 * with noise, stand behind it.
 *
 * **Shape** groups in the order of the declared values, of private keys in the order of their texts: never that of the rows.
 */
export function draw(query: PrivateQuery, mechanisms: Mechanisms, counts: PrivateCounts, bits: BitSource): NoisyGroup[] {
  const found = new Map(counts.groups.map(({ key, measured }) => [keyText(key), measured]));
  const shown = mechanisms.keys === null ? [[]] : releasedKeys(mechanisms.keys, counts, bits);
  return combinations(query, shown).map((key) => {
    const measured = found.get(keyText(key));
    return { key, drawn: mechanisms.list.map((mechanism, at) => drawOne(mechanism, mechanisms, measured?.[at], bits)) };
  });
}

const keyText = (key: readonly Cell[]): string => JSON.stringify(key);

function releasedKeys({ noise, threshold }: NonNullable<Mechanisms['keys']>, { privateKeys }: PrivateCounts, bits: BitSource): (readonly Cell[])[] {
  const shown = privateKeys.filter(({ units }) => isKeyReleased(threshold, units, release(BigInt(units), noise, bits)));
  return shown.map(({ key }) => key).sort((a, b) => (keyText(a) < keyText(b) ? -1 : 1));
}

/** Every public value with every combination of private ones, in the order of the keys. */
function combinations({ keys }: PrivateQuery, shown: readonly (readonly Cell[])[]): Cell[][] {
  const privates = keys.flatMap(({ values }, at) => (values === null ? [at] : []));
  let made: Cell[][] = [[]];
  for (const { values } of keys) made = made.flatMap((key) => (values ?? [null]).map((value) => [...key, value]));
  if (privates.length === 0) return made;
  return shown.flatMap((combination) => made.map((key) => privates.reduce((whole, at, i) => whole.with(at, combination[i]!), key)));
}

function drawOne(mechanism: Mechanism, { columns }: Mechanisms, measured: bigint | Float64Array | undefined, bits: BitSource): string | number {
  if (mechanism.kind === 'sum') {
    if (measured !== undefined && typeof measured !== 'bigint') throw new Fault('internal.unexpected');
    return release(measured ?? 0n, mechanism.noise, bits).toString();
  }
  if (typeof measured === 'bigint') throw new Fault('internal.unexpected');
  const column = columns[mechanism.value]!;
  const candidates = quantileCandidates(measured ?? new Float64Array(), { part: mechanism.part, whole: mechanism.whole, least: column.lowerTicks, most: column.upperTicks });
  const choose = candidates.size <= fewCandidates ? permuteAndFlip : selectExponential;
  return column.value(column.lowerTicks + choose(candidates, mechanism.rate, bits));
}
