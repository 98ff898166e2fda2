import { requireLabels, requireSeveralClasses } from './labels.ts';

describe('labels', () => {
  it.each([
    [[0, 0, 1], undefined],
    [[1, 1, 1], 'data.single-class'],
    [[2], 'data.single-class'],
    [[], 'data.empty'],
  ])('%j as several classes: %s', (labels, code) => {
    const check = () => requireSeveralClasses(Float64Array.from(labels));
    if (code) expect(check).toThrow(expect.objectContaining({ code }));
    else expect(check).not.toThrow();
  });

  it.each([[[3]], [[-1]], [[0.5]], [[Number.NaN]], [[0, Infinity]]])('refuse %j as classes of three', (labels) => {
    expect(() => requireLabels(Float64Array.from(labels), 3)).toThrow(expect.objectContaining({ code: 'usage.invalid' }));
  });

  it('are 0, 1 and 2 for three classes', () => {
    expect(() => requireLabels(Float64Array.of(0, 1, 2), 3)).not.toThrow();
  });
});
