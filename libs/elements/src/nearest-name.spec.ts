import { didYouMean } from './nearest-name.ts';

test.each([
  ['rouds', ['rounds', 'epochs'], 'Did you mean rounds?'],
  ['Rounds', ['rounds'], 'Did you mean rounds?'],
  ['raet', ['rate', 'rout'], 'Did you mean rate?'],
  ['learning_rate', ['learningRate', 'momentum'], 'Did you mean learningRate?'],
  ['xyz', ['rounds', 'epochs'], undefined],
  ['', ['a'], undefined],
  ['x'.repeat(5_000), ['rounds'], undefined],
])('%s among %j', (asked, known, hint) => {
  expect(didYouMean(asked, known)).toBe(hint);
});
