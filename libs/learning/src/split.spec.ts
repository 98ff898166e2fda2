import fc from 'fast-check';
import { splitByColumn, splitRows } from './split.ts';

const invalid = expect.objectContaining({ code: 'usage.invalid' });

describe('a split by percentage', () => {
  it.each<[number, [number, number, number], [number, number, number]]>([
    [10, [70, 20, 10], [7, 2, 1]],
    [100, [80, 10, 10], [80, 10, 10]],
    [7, [60, 20, 20], [4, 2, 1]],
    [1, [50, 25, 25], [1, 0, 0]],
    [2, [50, 50, 0], [1, 1, 0]],
    [3, [33.4, 33.3, 33.3], [1, 1, 1]],
    [5, [0, 0, 100], [0, 0, 5]],
    [0, [70, 20, 10], [0, 0, 0]],
    [1000, [28.999999999999996, 71, 0], [290, 710, 0]],
  ])('of %d rows as %j has %j rows', (rows, [train, validation, test], counts) => {
    const split = splitRows(rows, { train, validation, test, seed: 1 });
    expect([split.train.length, split.validation.length, split.test.length]).toEqual(counts);
  });

  it('puts every row in one part, ascending, within one row of its share', () => {
    fc.assert(
      fc.property(fc.nat(300), fc.integer({ min: 0, max: 100 }), fc.nat(100), fc.string(), (rows, train, rest, seed) => {
        const validation = Math.min(rest, 100 - train);
        const test = 100 - train - validation;
        const split = splitRows(rows, { train, validation, test, seed });
        expect([...split.train, ...split.validation, ...split.test].sort((a, b) => a - b)).toEqual(Array.from({ length: rows }, (_, row) => row));
        for (const [part, share] of Object.entries({ train, validation, test })) {
          const found = split[part as 'train'];
          expect([...found]).toEqual([...found].sort((a, b) => a - b));
          expect(Math.abs(found.length - (rows * share) / 100)).toBeLessThan(1);
        }
      }),
    );
  });

  it('depends on the seed and nothing else', () => {
    const options = { train: 50, validation: 25, test: 25 };
    expect(splitRows(50, { ...options, seed: 'a' })).toEqual(splitRows(50, { ...options, seed: 'a' }));
    expect(splitRows(50, { ...options, seed: 'a' })).not.toEqual(splitRows(50, { ...options, seed: 'b' }));
  });

  it.each([
    { train: 70, validation: 20, test: 20 },
    { train: 110, validation: -10, test: 0 },
    { train: Number.NaN, validation: 50, test: 50 },
    { train: Infinity, validation: 0, test: 0 },
  ])('refuses %j', (shares) => {
    expect(() => splitRows(10, { ...shares, seed: 1 })).toThrow(invalid);
  });

  it.each([-1, 1.5, Number.NaN])('refuses %d rows', (rows) => {
    expect(() => splitRows(rows, { train: 100, validation: 0, test: 0, seed: 1 })).toThrow(invalid);
  });
});

describe('a split that the data brings along', () => {
  const column = { kind: 'category' as const, name: 'part', codes: Int32Array.of(0, 1, -1, 2, 0, 3), domain: ['train', '1.0', 'test', 'other'] };

  it('reads the parts in canonical spelling and leaves other rows out', () => {
    const split = splitByColumn(column, { train: ['train'], validation: [1], test: [' test'] });
    expect([[...split.train], [...split.validation], [...split.test]]).toEqual([[0, 4], [1], [3]]);
  });

  it('reads numbers', () => {
    const numbers = { kind: 'number' as const, name: 'fold', values: Float64Array.of(0, 1, Number.NaN, 2, 0) };
    const split = splitByColumn(numbers, { train: [0, '2'], test: ['1.0'] });
    expect([[...split.train], [...split.validation], [...split.test]]).toEqual([[0, 3, 4], [], [1]]);
  });

  it('refuses a value that stands for two parts', () => {
    expect(() => splitByColumn(column, { train: ['1'], test: [1] })).toThrow(invalid);
  });
});
