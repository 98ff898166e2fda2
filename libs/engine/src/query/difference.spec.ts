import type { ReleasedUnits } from '@podnet/plan';
import { encodeRow, nearMisses, type Comparing, type NamedFamily } from './difference.ts';
import type { CountedSet } from './unit-sets.ts';

const looked = (): never => {
  throw new Error('Units were looked at.');
};

const comparing = { counter: {}, nearest: () => 10, version: () => 'v', whole: () => 10_000, again: looked } as unknown as Comparing;
const set = (row: string, size: number, sum: string): CountedSet => ({ row, size, sum });
const familyOf = (sets: readonly CountedSet[]): NamedFamily => ({ dataset: 'd', carrier: 0, feature: 'people', sets, members: looked });
const releasedOf = (sets: readonly CountedSet[], plan: string): ReleasedUnits[] =>
  sets.map(({ row, size, sum }) => ({ dataset: 'd', version: 'v', feature: 'people', size, sum, recipe: { plan, carrier: 0, row: encodeRow({ row, suppress: [], sources: [['d', 'v']], carriers: 'c' }) } }));

/** Groups that share nobody: their sizes add up to that of all. */
const groups = [set('a', 40, 'aa'), set('b', 43, 'bb'), set('c', 44, 'cc'), set('', 127, 'all')];
/** Every two of them share somebody. */
const crossed = [set('a', 40, 'aa'), set('b', 43, 'bb'), set('c', 44, 'cc'), set('', 120, 'all')];

describe('sets of nearly one size', () => {
  it('that share nobody with each other are not looked at again, in whichever answer that shows', () => {
    expect(nearMisses([familyOf(groups)], releasedOf(groups, 'before'), comparing)).toEqual([]);
    const mixed = [set('x', 43, 'bb'), set('y', 44, 'cc'), set('', 80, 'xy')];
    expect(nearMisses([familyOf(mixed)], releasedOf(groups, 'before'), comparing)).toEqual([]);
    expect(nearMisses([familyOf(groups)], releasedOf(mixed.slice(0, 2), 'before'), comparing)).toEqual([]);
  });

  it('are near where one is everybody of the other but a few', () => {
    const few = [set('a', 5, 'aa'), set('b', 43, 'bb'), set('', 48, 'all')];
    expect(nearMisses([familyOf([set('=', 43, 'bb')])], releasedOf(few, 'before'), comparing)).toEqual([{ dataset: 'd', feature: 'people', distance: 5 }]);
  });

  it('are compared unit by unit where they may share somebody, or where no sum tells who they are', () => {
    expect(() => nearMisses([familyOf(crossed)], releasedOf(crossed, 'before'), comparing)).toThrow('Units were looked at.');
    const other = [set('', 43, 'dd')];
    expect(() => nearMisses([familyOf(other)], releasedOf(groups, 'before'), comparing)).toThrow('Units were looked at.');
    const unsummed = groups.map((one) => ({ ...one, sum: '' }));
    expect(() => nearMisses([familyOf(unsummed)], releasedOf(unsummed, 'before'), comparing)).toThrow('Units were looked at.');
  });

  it('two answers with other conditions are not one family, however their sizes add up', () => {
    const [a, b, c] = groups as [CountedSet, CountedSet, CountedSet];
    const released = [...releasedOf([a, b], 'first'), ...releasedOf([set('', 83, 'all')], 'second')];
    expect(() => nearMisses([familyOf([set('', 44, 'cc')])], released, comparing)).toThrow('Units were looked at.');
    expect(() => nearMisses([familyOf([a, c])], releasedOf([b], 'first'), comparing)).toThrow('Units were looked at.');
  });
});
