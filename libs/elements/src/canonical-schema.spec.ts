import { canonicalColumn, canonicalDomain } from './canonical-schema.ts';

test.each([
  [['m', 'f'], ['f', 'm']],
  [['10', '9', '1.0', '1'], ['1', '9', '10']],
  [['10', '9', 'x'], ['10', '9', 'x']],
  [[' a ', 'a'], ['a']],
  [['é', 'z', 'e'], ['e', 'z', 'é']],
])('%j is ordered %j', (domain, expected) => {
  expect(canonicalDomain(domain)).toEqual(expected);
  expect(canonicalDomain(domain.toReversed())).toEqual(expected);
});

test('a kind that this version does not know serves nothing, and only categories keep a domain', () => {
  expect(canonicalColumn({ name: 'a', kind: 'picture', domain: ['x'] })).toEqual({ name: 'a', kind: 'text' });
  expect(canonicalColumn({ name: 'a', kind: 'integer', domain: ['x'] })).toEqual({ name: 'a', kind: 'integer' });
});
