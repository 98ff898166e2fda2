import fc from 'fast-check';
import { everyTag, ofClass, svgTree, type Tag } from './fixtures/svg-tree.ts';
import { plotSvg, plotTable, plotText, tableLines, type Plot, type PlotValue } from './index.ts';
import { columns } from './text/columns.ts';

const nasty = ['', ' ', '</text><script>alert(1)</script>', '"><image href="http://evil/x"/>', "' onload='x", '&amp;&', ']]>', '<!--', '\u001b]52;c;Zm9v\u0007', '\u001b[2J\r\n', '\u009b31m', 'a\u202eb\u2066c', '\ud800', '\udfff\ud800', '\ufffe\uffff', '\0', 'z\u0301\u0301\u0301\u0301\u0301\u0301', '体重の平均値はここに', '👩‍👩‍👧‍👦🇩🇪', '\u200b\u200b', '…', 'x'.repeat(5000), 'Größe ± 3 µm', '\u2028', '\t', '${x}', '%s', '×10⁻⁵'];
const label = fc.oneof(fc.constantFrom(...nasty), fc.string({ unit: 'binary', maxLength: 30 }), fc.string({ maxLength: 12 }));
const number = fc.oneof(fc.constantFrom(0, -0, 1, -1, 1e308, -1e308, 5e-324, Number.MAX_VALUE, Number.NaN, Infinity, 0.1, 1e15 + 0.5), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer({ min: -1000, max: 1000 }));
const value: fc.Arbitrary<PlotValue> = fc.oneof({ weight: 6, arbitrary: number }, { weight: 1, arbitrary: fc.constant('suppressed' as const) }, { weight: 1, arbitrary: fc.constant(null) });
const axis = fc.record({ label, unit: fc.option(label, { nil: undefined }) });
const position = fc.record({ label, of: fc.constantFrom('number' as const, 'date' as const, undefined) });
const heading = { title: label, subtitle: fc.option(label, { nil: undefined }) };
const places = fc.uniqueArray(fc.oneof(fc.integer({ min: -50, max: 50 }), fc.double({ noNaN: true, noDefaultInfinity: true })).map((place) => place + 0), { maxLength: 30 }).map((all) => all.sort((a, b) => a - b));
const points = places.chain((all) => fc.tuple(...all.map((x) => fc.tuple(value, number, number).map(([y, a, b]) => ({ x, y, low: Math.min(a, b), high: Math.max(a, b) })))));
const five = fc.tuple(number, number, number, number, number).map((all) => all.sort((a, b) => a - b)).map(([low, q1, median, q3, high]) => ({ low: low!, q1: q1!, median: median!, q3: q3!, high: high! }));
const box = fc.oneof(five, fc.record({ mean: number, sd: number.map(Math.abs) }), fc.constantFrom('suppressed' as const, null));
const names = fc.array(label, { maxLength: 9 });

const anyPlot: fc.Arbitrary<Plot> = fc.oneof(
  fc.record({ kind: fc.constant('bar' as const), ...heading, x: axis, y: axis, bars: fc.array(fc.record({ label, value }), { maxLength: 80 }) }),
  fc.record({ kind: fc.constant('histogram' as const), ...heading, x: position, y: axis, bins: fc.tuple(places, fc.array(value, { minLength: 30, maxLength: 30 })).map(([edges, values]) => edges.slice(1).map((to, at) => ({ from: edges[at]!, to, value: typeof values[at] === 'number' ? Math.abs(values[at]) : values[at]! }))) }),
  fc.record({ kind: fc.constant('line' as const), ...heading, x: position, y: axis, series: fc.array(fc.record({ name: label, points }), { maxLength: 5 }) }),
  fc.record({ kind: fc.constant('curve' as const), ...heading, x: position, y: axis, band: fc.option(label, { nil: undefined }), stepped: fc.boolean(), series: fc.array(fc.record({ name: label, points }), { maxLength: 5 }) }),
  fc.record({ kind: fc.constant('box' as const), ...heading, x: axis, y: axis, boxes: fc.array(fc.record({ label, value: box }), { maxLength: 40 }) }),
  fc.tuple(names, names, fc.record({ ...heading, value: axis }), fc.infiniteStream(value)).map(([rows, across, rest, values]) => ({ kind: 'heat-map' as const, ...rest, rows, columns: across, cells: rows.map(() => across.map(() => values.next().value as PlotValue)) })),
);
const width = fc.integer({ min: 40, max: 200 });

/** What colours are made of, and nothing else. */
// eslint-disable-next-line no-control-regex -- the very sequences of colours
const colours = /\u001b\[(?:\d{1,3}(?:;\d{1,3})*)m/g;

describe('any plot on a terminal', () => {
  it('is never wider than it may, and does nothing to the terminal', () => {
    fc.assert(fc.property(anyPlot, width, fc.boolean(), fc.boolean(), (plot, most, colour, unicode) => {
      for (const line of plotText(plot, most, { colour, unicode })) {
        const bare = line.replace(colours, '');
        expect(columns(bare)).toBeLessThanOrEqual(most);
        expect(bare).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        if (!colour) expect(line).toBe(bare);
        if (!unicode) expect(bare).toMatch(/^[\x20-\x7e]*$/);
      }
    }), { numRuns: 200 });
  });

  it('looks the same with and without colour, but for series that need one', () => {
    fc.assert(fc.property(anyPlot.filter(({ kind }) => kind !== 'heat-map' && kind !== 'line' && kind !== 'curve'), width, (plot, most) => {
      expect(plotText(plot, most, { colour: true }).map((line) => line.replace(colours, '').trimEnd())).toEqual(plotText(plot, most));
    }), { numRuns: 60 });
  });

  it('keeps to 40 columns at least and 200 at most, whatever a terminal says', () => {
    const plot: Plot = { kind: 'bar', title: '', x: { label: 'x' }, y: { label: 'y' }, bars: [{ label: 'a', value: 3 }] };
    expect([0, -5, 1, 1e9, Number.NaN, Infinity].map((most) => Math.max(...plotText(plot, most).map(columns)))).toEqual([40, 40, 40, 200, 80, 80]);
  });
});

describe('any plot as SVG', () => {
  const harmlessTags = new Set(['svg', 'title', 'desc', 'defs', 'pattern', 'rect', 'line', 'path', 'text', 'circle']);

  /** What is wrong with an element, as it would be told. */
  function faultsOf({ name, attributes }: Tag, sheetWidth: number, sheetHeight: number): string[] {
    const outside = (keys: readonly string[], low: number, high: number): string[] => keys.filter((key) => attributes[key] !== undefined && !(Number(attributes[key]) >= low && Number(attributes[key]) <= high));
    const bad = [
      ...(harmlessTags.has(name) ? [] : ['tag']),
      ...Object.keys(attributes).filter((key) => /^on|href|style|src/i.test(key)),
      ...Object.entries(attributes).filter(([, text]) => /NaN|Infinity|undefined|null/.test(text)).map(([key]) => key),
      ...(name === 'pattern' ? [] : [...outside(['x', 'x1', 'x2', 'cx'], -1, sheetWidth + 1), ...outside(['y', 'y1', 'y2', 'cy'], -1, sheetHeight + 1)]),
      ...(name === 'rect' ? [...outside(['width'], 0, sheetWidth), ...outside(['height'], 0, sheetHeight)] : []),
    ];
    return bad.map((what) => `${name} ${what} ${attributes[what]}`);
  }

  it('is well formed, draws only, and stays on its sheet', () => {
    fc.assert(fc.property(anyPlot, fc.constantFrom('light' as const, 'dark' as const), fc.integer({ min: 0, max: 1200 }), fc.integer({ min: 0, max: 900 }), (plot, theme, wide, high) => {
      const tree = svgTree(plotSvg(plot, { width: wide, height: high }, theme));
      const [sheetWidth, sheetHeight] = [Number(tree.attributes['width']), Number(tree.attributes['height'])];
      expect(everyTag(tree).flatMap((tag) => faultsOf(tag, sheetWidth, sheetHeight))).toEqual([]);
    }), { numRuns: 200 });
  });

  it('draws every bar as high as its value, and suppressed ones as no value at all', () => {
    const measured = fc.oneof(fc.integer({ min: -1000, max: 1000 }), fc.constant('suppressed' as const), fc.constant(null));
    fc.assert(fc.property(fc.array(measured, { minLength: 1, maxLength: 30 }), (values) => {
      const svg = plotSvg({ kind: 'bar', title: 'bars', x: { label: 'x' }, y: { label: 'y' }, bars: values.map((each, at) => ({ label: String(at), value: each })) }, { width: 900, height: 900 });
      const known = values.filter((each) => typeof each === 'number');
      const heights = ofClass(svg, 'bar').map(({ attributes }) => Number(attributes['height']));
      expect(heights).toHaveLength(known.length);
      expect(ofClass(svg, 'suppressed')).toHaveLength(values.filter((each) => each === 'suppressed').length);
      const largest = Math.max(...known.map(Math.abs), 0);
      const tallest = Math.max(...heights, 0);
      known.forEach((each, at) => expect(heights[at]).toBeCloseTo(largest === 0 ? 0 : (Math.abs(each) / largest) * tallest, 0));
    }), { numRuns: 60 });
  });
});

describe('any plot as a table', () => {
  it('has every value, and says suppressed where one is suppressed', () => {
    fc.assert(fc.property(anyPlot, (plot) => {
      const table = plotTable(plot);
      for (const row of table.rows) expect(row).toHaveLength(table.columns.length);
      const spoken = tableLines(table);
      expect(spoken).toHaveLength(table.rows.length + 1);
      for (const line of spoken) expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
      table.rows.forEach((row, at) => { if (row.slice(1).includes('suppressed')) expect(spoken[at + 1]).toContain('suppressed, too few people'); });
    }), { numRuns: 150 });
  });
});
