import fc from 'fast-check';
import { tickText, valueText } from './number.ts';
import { niceScale } from './scale.ts';
import { instantText, timeScale } from './time-scale.ts';

const labels = (values: number[], wish = {}): string[] => niceScale(values, wish).ticks.map(({ label }) => label);

describe('an axis', () => {
  it.each([
    [[0, 10], ['0', '2', '4', '6', '8', '10']],
    [[3, 97], ['0', '20', '40', '60', '80', '100']],
    [[-0.3, 0.35], ['-0.4', '-0.2', '0', '0.2', '0.4']],
    [[1234, 8765], ['0', '2,000', '4,000', '6,000', '8,000', '10,000']],
    [[0.00012, 0.00058], ['0.0001', '0.0002', '0.0003', '0.0004', '0.0005', '0.0006']],
    [[0, 5e9], ['0', '1×10⁹', '2×10⁹', '3×10⁹', '4×10⁹', '5×10⁹']],
    [[0, 0], ['-1', '-0.5', '0.0', '0.5', '1']].map((each, at) => (at === 1 ? ['-1.0', '-0.5', '0', '0.5', '1.0'] : each)) as [number[], string[]],
    [[], []],
  ] as [number[], string[]][])('over %j has the ticks %j', (values, ticks) => {
    expect(labels(values)).toEqual(ticks);
  });

  it('of bars has zero on it', () => {
    expect(labels([80, 97], { zero: true })[0]).toBe('0');
    expect(labels([-80, -97], { zero: true }).at(-1)).toBe('0');
  });

  it('holds every value between ascending ticks of 1, 2 or 5, whatever the numbers', () => {
    fc.assert(fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 }), fc.integer({ min: 1, max: 12 }), fc.boolean(), fc.boolean(), (values, about, zero, tight) => {
      const scale = niceScale(values, { about, zero, tight });
      const ticks = scale.ticks.map(({ value }) => value);
      expect(scale.low).toBeLessThan(scale.high);
      expect(ticks).toEqual([...new Set(ticks)].sort((a, b) => a - b));
      expect(ticks.length).toBeLessThanOrEqual(2 * about + 5);
      for (const value of values) expect(Number.isFinite(scale.at(value))).toBe(true);
      const [small, large] = [Math.min(...values), Math.max(...values)];
      if (Math.abs(small) < 1e300 && Math.abs(large) < 1e300) expect(scale.low <= small + 1e-290 && large - 1e-290 <= scale.high).toBe(true);
    }));
  });

  it.each([
    ['hours', Date.UTC(2026, 0, 1), Date.UTC(2026, 0, 2), ['01-01 00:00', '01-01 06:00', '01-01 12:00', '01-01 18:00', '01-02 00:00']],
    ['days', Date.UTC(2026, 0, 1), Date.UTC(2026, 0, 6), ['2026-01-01', '2026-01-02', '2026-01-03', '2026-01-04', '2026-01-05', '2026-01-06']],
    ['months', Date.UTC(2026, 0, 15), Date.UTC(2026, 5, 15), ['2026-02', '2026-03', '2026-04', '2026-05', '2026-06']],
    ['years', Date.UTC(1990, 5, 1), Date.UTC(2026, 5, 1), ['2000', '2010', '2020']],
    ['centuries', Date.UTC(1000, 0, 1), Date.UTC(2000, 0, 1), ['1000', '1200', '1400', '1600', '1800', '2000']],
  ])('of instants has ticks on clocks and calendars: %s', (_, low, high, ticks) => {
    expect(timeScale([low, high]).ticks.map(({ label }) => label)).toEqual(ticks);
  });

  it('of instants ends, whatever the instants', () => {
    fc.assert(fc.property(fc.array(fc.double({ noNaN: true, min: -9e15, max: 9e15 })), fc.integer({ min: 1, max: 12 }), (values, about) => {
      const scale = timeScale(values, about);
      expect(scale.low).toBeLessThan(scale.high);
      expect(scale.ticks.length).toBeLessThanOrEqual(100);
      for (const { label } of scale.ticks) expect(label).not.toBe('?');
    }));
  });
});

describe('a number', () => {
  it.each([
    [0, '0'], [-0, '0'], [5, '5'], [1234567, '1,234,567'], [3700.662, '3,701'], [0.12345, '0.1235'], [-12.5, '-12.5'], [99999.5, '100,000'],
    [1.5e12, '1.5×10¹²'], [4e-7, '4×10⁻⁷'], [-3e11, '-3×10¹¹'], [0.0001, '0.0001'],
  ])('%p reads %p', (value, text) => expect(valueText(value)).toBe(text));

  it.each([[0.30000000000000004, 0.1, '0.3'], [1e-9, 0.1, '0'], [12000, 2000, '12,000'], [1.2e-7, 2e-8, '1.2×10⁻⁷']])('%p on steps of %p reads %p', (value, step, text) => expect(tickText(value, step)).toBe(text));

  it('that is no instant is told as one that is not known', () => {
    expect([instantText(Number.NaN), instantText(9e15), instantText(0)]).toEqual(['?', '?', '1970-01-01']);
  });
});
