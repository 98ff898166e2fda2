import { Fault } from '@podnet/errors';
import { everyTag, ofClass, svgTree } from './fixtures/svg-tree.ts';
import { plotSentence, plotSvg, plotTable, plotText, tableLines, type BarPlot, type BoxPlot, type CurvePlot, type HeatMapPlot, type HistogramPlot, type LinePlot, type Plot } from './index.ts';

const bars: BarPlot = { kind: 'bar', title: 'Body mass', x: { label: 'species' }, y: { label: 'mean', unit: 'g' }, bars: [{ label: 'Adelie', value: 3700.66 }, { label: 'Gentoo', value: 5076.02 }, { label: 'Macaroni', value: 'suppressed' }, { label: 'King', value: null }] };
const ages: HistogramPlot = { kind: 'histogram', title: 'Age', x: { label: 'age', unit: 'years' }, y: { label: 'people' }, bins: [10, 40, 20, 'suppressed' as const].map((value, at) => ({ from: at * 10, to: at * 10 + 10, value })) };
const salaries: LinePlot = { kind: 'line', title: 'Salary', x: { label: 'year', of: 'date' }, y: { label: 'mean' }, series: [{ name: 'all', points: [2019, 2020, 2021, 2022, 2023, 2024].map((year, at) => ({ x: Date.UTC(year, 0, 1), y: at === 2 ? ('suppressed' as const) : at === 4 ? null : 30 + at })) }] };
const loss: CurvePlot = { kind: 'curve', title: 'Loss', band: '± one deviation', x: { label: 'epoch' }, y: { label: 'loss' }, series: [{ name: '', points: [4, 2, 1, 1].map((y, x) => ({ x, y, low: y - 0.5, high: y + 0.5 })) }] };
const boxes: BoxPlot = { kind: 'box', title: 'Flippers', x: { label: 'species' }, y: { label: 'length', unit: 'mm' }, boxes: [{ label: 'Adelie', value: { low: 170, q1: 186, median: 190, q3: 195, high: 210 } }, { label: 'Gentoo', value: { mean: 217, sd: 6 } }, { label: 'King', value: 'suppressed' }] };
const correlations: HeatMapPlot = { kind: 'heat-map', title: 'Correlations', value: { label: 'correlation' }, rows: ['a', 'b', 'c'], columns: ['a', 'b', 'c'], cells: [[1, -0.5, 'suppressed'], [-0.5, 1, null], ['suppressed', null, 1]] };
const all: Plot[] = [bars, ages, salaries, loss, boxes, correlations];

describe('on a terminal', () => {
  it('bars are rows with their values', () => {
    expect(plotText(bars, 50)).toEqual([
      'Body mass',
      '',
      'species                                   mean (g)',
      'Adelie   █████████████████████▏              3,701',
      'Gentoo   █████████████████████████████       5,076',
      'Macaroni ╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱╱  suppressed',
      'King     ×                                no value',
      '',
      '╱╱╱ suppressed: too few people   ×  no value',
    ]);
  });

  it('bars below zero grow to the left', () => {
    const lines = plotText({ ...bars, bars: [{ label: 'a', value: -2 }, { label: 'b', value: 4 }, { label: 'c', value: 0 }] }, 40, { unicode: false });
    expect(lines.slice(3)).toEqual(['a       #########                     -2', 'b                ###################   4', 'c                                      0']);
  });

  it('a tiny value below zero does not look like a large one', () => {
    const lines = plotText({ ...bars, bars: [{ label: 'a', value: -0.001 }, { label: 'b', value: 1000 }] }, 60);
    expect(lines[3]).toMatch(/^a +-0.001$/);
    expect(lines[4]).toMatch(/^b +█{30,} +1,000$/);
  });

  it('a histogram stands upright on its axis', () => {
    expect(plotText(ages, 40, { unicode: false }).slice(2)).toEqual([
      'people',
      '40 +        ########        ////////',
      '   |        ########        ////////',
      '   |        ########        ////////',
      '30 +        ########        ////////',
      '   |        ########        ////////',
      '20 +        ################////////',
      '   |        ################////////',
      '   |        ################////////',
      '10 +########################////////',
      '   |########################////////',
      '   |########################////////',
      ' 0 +########################////////',
      '   ++-------+-------+------+-------+',
      '    0       10      20     30     40',
      '              age (years)',
      '',
      '/// suppressed: too few people',
    ]);
  });

  it('a line stops where a value is suppressed or missing', () => {
    const lines = plotText(salaries, 60, { unicode: false });
    const marked = lines.filter((line) => line.includes('|') || line.includes('+')).map((line) => line.slice(5));
    const columnHas = (column: number, letter: string): boolean => marked.slice(0, 14).some((line) => line[column] === letter);
    const at = (year: number): number => Math.round(((year - 2019) / 5) * 54);
    expect(columnHas(at(2019), '*')).toBe(true);
    expect(columnHas(at(2021), '*')).toBe(false);
    expect(columnHas(at(2021), '/')).toBe(true);
    expect(columnHas(at(2023), '*')).toBe(false);
    expect(lines.some((line) => /^ +\+[-+]*x[-+]*$/.test(line))).toBe(true);
  });

  it('boxes and means share an axis', () => {
    const lines = plotText(boxes, 60);
    expect(lines[3]).toMatch(/^Adelie +├─+▒+┃▒+─+┤ +190$/);
    expect(lines[4]).toMatch(/^Gentoo +├─+●─+┤ +217 ± 6$/);
    expect(lines[5]).toMatch(/^King +╱{10,} +suppressed$/);
    expect(lines.at(-1)).toBe('mean ± one standard deviation');
  });

  it('a heat map has numbers and shades, and its gaps', () => {
    expect(plotText(correlations, 60, { unicode: false }).slice(2, 6)).toEqual([
      'correlation                a               b               c',
      'a                     1.00 #         -0.50 +             ///',
      'b                    -0.50 +          1.00 #               x',
      'c                        ///               x          1.00 #',
    ]);
  });

  it('a curve without colours is braille over its band', () => {
    const text = plotText(loss, 60).join('\n');
    expect(text).toMatch(/[\u2801-\u28ff]/);
    expect(text).toContain('░');
    expect(text).toContain('± one deviation');
  });

  it('several series without colours have marks of their own', () => {
    const text = plotText({ ...loss, series: [loss.series[0]!, { name: 'b', points: [{ x: 0, y: 3 }, { x: 3, y: 3 }] }] }, 60).join('\n');
    expect(text).toMatch(/●[^]*▲/);
    expect(text).not.toMatch(/[\u2801-\u28ff]/);
  });
});

describe('as SVG', () => {
  it.each(all)('$kind has a title, a description and no bar for what is suppressed', (plot) => {
    for (const theme of ['light', 'dark'] as const) {
      const tree = svgTree(plotSvg(plot, { width: 720, height: 440 }, theme));
      expect(tree.children.slice(0, 2).map(({ name, text }) => [name, text])).toEqual([['title', plot.title], ['desc', plotSentence(plot)]]);
      expect(tree.attributes).toMatchObject({ role: 'img', 'aria-labelledby': tree.children.slice(0, 2).map(({ attributes }) => attributes['id']).join(' ') });
    }
  });

  it('draws each kind by its own marks', () => {
    const count = (plot: Plot, name: string): number => ofClass(plotSvg(plot), name).length;
    expect([count(bars, 'bar'), count(bars, 'suppressed')]).toEqual([2, 1]);
    expect([count(ages, 'bar'), count(ages, 'suppressed')]).toEqual([3, 1]);
    expect([count(salaries, 'line'), count(salaries, 'point'), count(salaries, 'suppressed')]).toEqual([1, 4, 1]);
    expect([count(loss, 'line'), count(loss, 'band')]).toEqual([1, 1]);
    expect([count(boxes, 'box'), count(boxes, 'median'), count(boxes, 'mean'), count(boxes, 'suppressed')]).toEqual([1, 1, 1, 1]);
    expect([count(correlations, 'cell'), count(correlations, 'suppressed'), count(correlations, 'missing')]).toEqual([5, 2, 2]);
  });

  it('draws the whole of a long curve', () => {
    const points = Array.from({ length: 3000 }, (_, x) => ({ x, y: Math.sin(x / 100), low: Math.sin(x / 100) - 0.1, high: Math.sin(x / 100) + 0.1 }));
    const svg = plotSvg({ ...loss, series: [{ name: '', points }] });
    expect(ofClass(svg, 'line')[0]!.attributes['d']!.match(/[ML]/g)).toHaveLength(3000);
    expect(ofClass(svg, 'band')[0]!.attributes['d']).toMatch(/Z$/);
  });

  it('explains suppressed values where there are some, and only there', () => {
    const says = (plot: Plot): boolean => everyTag(svgTree(plotSvg(plot))).some(({ name, text }) => name === 'text' && text === 'suppressed: too few people');
    expect(all.map(says)).toEqual([true, true, true, false, true, true]);
  });

  it('gives two plots of one page names of their own', () => {
    const ids = [bars, { ...bars, title: 'Another' }].map((plot) => everyTag(svgTree(plotSvg(plot))).map(({ attributes }) => attributes['id']).filter(Boolean));
    expect(new Set(ids.flat()).size).toBe(6);
  });

  it('puts labels below bars where they fit, and beside lying bars where they do not', () => {
    const wide = plotSvg({ ...bars, bars: ['Agriculture, forestry and fishing', 'Financial and insurance activities', 'Public administration and defence', 'Health and social work activities'].map((label, at) => ({ label, value: at + 1 })) });
    const widths = ofClass(wide, 'bar').map(({ attributes }) => Number(attributes['width']));
    expect(widths).toEqual([...widths].sort((a, b) => a - b));
    expect(new Set(ofClass(wide, 'bar').map(({ attributes }) => attributes['height'])).size).toBe(1);
  });

  it('shows as many bars as can be told apart and says how many there are', () => {
    const many = { ...bars, bars: Array.from({ length: 900 }, (_, at) => ({ label: `group ${at}`, value: at })) };
    const svg = plotSvg(many);
    const shown = ofClass(svg, 'bar').length;
    expect(svg).toContain(`the first ${shown} of 900 bars`);
    expect(plotText(many, 80).at(-1)).toBe('the first 60 of 900 bars');
  });

  it('merges neighbouring bins, and does not lose a suppressed one in them', () => {
    const many = { ...ages, bins: Array.from({ length: 500 }, (_, at) => ({ from: at, to: at + 1, value: at === 7 ? ('suppressed' as const) : 4 })) };
    expect(plotText(many, 80).at(-1)).toBe('each column is the mean of 7 bins');
    expect(ofClass(plotSvg(many), 'suppressed')).toHaveLength(1);
  });
});

describe('as a table', () => {
  it('is what was drawn, column by column', () => {
    expect(plotTable(bars)).toEqual({ title: 'Body mass', subtitle: undefined, columns: [{ label: 'species' }, { label: 'mean', unit: 'g' }], rows: [['Adelie', 3700.66], ['Gentoo', 5076.02], ['Macaroni', 'suppressed'], ['King', null]] });
    expect(plotTable(boxes).rows[1]).toEqual(['Gentoo', null, null, null, null, null, 217, 6]);
    expect(plotTable(salaries).rows[0]).toEqual(['2019-01-01', 30]);
    expect(plotTable(loss).columns.map(({ label }) => label)).toEqual(['epoch', 'loss', 'low', 'high']);
  });

  it('is read aloud line by line', () => {
    expect(tableLines(plotTable(bars))).toEqual(['Body mass', 'Adelie: mean 3,701 g', 'Gentoo: mean 5,076 g', 'Macaroni: mean suppressed, too few people', 'King: mean no value']);
  });

  it('has a sentence that tells what matters', () => {
    expect(all.map(plotSentence)).toEqual([
      'Bar plot of mean by species: 4 bars, from 3,701 to 5,076; 1 suppressed because of too few people; 1 without a value.',
      'Histogram of age from 0 to 40: 4 bins of people, the highest 40; 1 suppressed because of too few people.',
      'Line plot of mean over year, from 30 to 35; 1 suppressed because of too few people; 1 without a value.',
      'Curve plot of loss over epoch, from 1 to 4.',
      'Box plot of length by species: 3 boxes; 1 suppressed because of too few people.',
      'Heat map of correlation: 3 rows and 3 columns, the strongest -0.50 for a and b; 2 suppressed because of too few people; 2 without a value.',
    ]);
  });
});

describe('what cannot be drawn', () => {
  const bad: [string, Plot][] = [
    ['a kind that nobody knows', { ...bars, kind: 'constructor' as 'bar' }],
    ['bins that overlap', { ...ages, bins: [{ from: 0, to: 10, value: 1 }, { from: 5, to: 15, value: 1 }] }],
    ['a bin without breadth', { ...ages, bins: [{ from: 1, to: 1, value: 1 }] }],
    ['a bin below zero', { ...ages, bins: [{ from: 0, to: 1, value: -1 }] }],
    ['points that go back', { ...salaries, series: [{ name: '', points: [{ x: 2, y: 1 }, { x: 1, y: 1 }] }] }],
    ['a place that is not finite', { ...salaries, series: [{ name: '', points: [{ x: Number.NaN, y: 1 }] }] }],
    ['a band upside down', { ...loss, series: [{ name: '', points: [{ x: 1, y: 1, low: 2, high: 1 }] }] }],
    ['quartiles that do not ascend', { ...boxes, boxes: [{ label: '', value: { low: 1, q1: 3, median: 2, q3: 4, high: 5 } }] }],
    ['a negative deviation', { ...boxes, boxes: [{ label: '', value: { mean: 1, sd: -1 } }] }],
    ['a matrix with a hole', { ...correlations, cells: [[1]] }],
    ['a heat map without a range', { ...correlations, low: 1, high: 1 }],
    ['more bars than anybody could see', { ...bars, bars: Array.from({ length: 2001 }, () => ({ label: '', value: 1 })) }],
  ];

  it.each(bad)('is refused: %s', (_, plot) => {
    for (const draw of [() => plotSvg(plot), () => plotText(plot, 80), () => plotTable(plot)]) expect(draw).toThrow(Fault);
  });

  it('is no fault where there is simply nothing', () => {
    const empty: Plot[] = [{ ...bars, bars: [] }, { ...ages, bins: [] }, { ...salaries, series: [] }, { ...loss, series: [{ name: '', points: [] }] }, { ...boxes, boxes: [] }, { ...correlations, rows: [], columns: [], cells: [] }];
    for (const plot of empty) {
      expect(plotSvg(plot)).toContain('>no data<');
      expect(plotText(plot, 80)).toContain('no data');
      expect(plotTable(plot).rows).toEqual([]);
    }
  });
});
