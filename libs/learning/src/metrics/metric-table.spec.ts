import { isBetter, metricNames, metricTable } from './metric-table.ts';

describe('the table of metrics', () => {
  it('has each metric once', () => {
    expect(metricTable.map(({ name }) => name)).toEqual([...metricNames]);
  });

  it.each<[Parameters<typeof isBetter>, boolean]>([
    [['auc', 0.8, 0.7], true],
    [['auc', 0.7, 0.7], false],
    [['logLoss', 0.7, 0.8], true],
    [['logLoss', 0.9, 0.8], false],
    [['auc', 0.75, 0.7, 0.1], false],
    [['logLoss', 0.65, 0.7, 0.1], false],
    [['rmse', 0.5, 0.7, 0.1], true],
    [['auc', null, null], false],
    [['auc', 0.1, null], true],
    [['auc', null, 0.1], false],
    [['mae', 3, undefined], true],
  ])('judges %j as better: %s', (comparison, better) => {
    expect(isBetter(...comparison)).toBe(better);
  });
});
