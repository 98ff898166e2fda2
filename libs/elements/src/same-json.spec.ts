import { isSameJson } from './same-json.ts';

describe('two JSON values', () => {
  it.each([
    [{ a: 1, b: [2, { c: null }] }, { b: [2, { c: null }], a: 1 }],
    [{ a: 1, b: undefined }, { a: 1 }],
    [[], []],
  ])('say the same: %j and %j', (a, b) => expect(isSameJson(a, b)).toBe(true));

  it.each([
    [{ a: 1 }, { a: 1, b: 2 }],
    [{ a: 1 }, { b: 1 }],
    [[1, 2], [2, 1]],
    [[], {}],
    [{ 0: 1 }, [1]],
    [null, {}],
    ['1', 1],
  ])('differ: %j and %j', (a, b) => expect(isSameJson(a, b)).toBe(false));
});
