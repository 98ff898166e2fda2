import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plotSvg, type BarPlot } from '@podnet/plot';
import { pngOf } from './png.ts';
import { plotFormat, writePlot } from './write-plot.ts';

const plot: BarPlot = { kind: 'bar', title: 'Body mass', x: { label: 'species' }, y: { label: 'mean', unit: 'g' }, bars: [{ label: 'Adelie', value: 3700.66 }, { label: 'King', value: 'suppressed' }] };
let folder: string;

beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'podnet-plot-')); });
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Width and height that a PNG tells of itself. */
const sizeOf = (png: Uint8Array): [number, number] => [Buffer.from(png).readUInt32BE(16), Buffer.from(png).readUInt32BE(20)];

describe('a plot in a file', () => {
  it('is an SVG or a PNG by the ending of its name', async () => {
    await writePlot(join(folder, 'out.svg'), plot);
    await writePlot(join(folder, 'out.PNG'), plot, { size: { width: 300, height: 200 } });
    expect(readFileSync(join(folder, 'out.svg'), 'utf8')).toBe(plotSvg(plot));
    const png = readFileSync(join(folder, 'out.PNG'));
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect(sizeOf(png)).toEqual([600, 400]);
    expect(readdirSync(folder).sort()).toEqual(['out.PNG', 'out.svg']);
  });

  it.each(['out', 'out.pdf', 'out.svg.exe', '.svg', 'svg', ''])('is refused by any other name: %p', async (name) => {
    expect(() => plotFormat(name)).toThrow(expect.objectContaining({ code: 'usage.unsupported' }));
    await expect(writePlot(name, plot)).rejects.toMatchObject({ code: 'usage.unsupported', details: { at: '--plot' } });
  });

  it('replaces what stood there, and leaves it alone when the new one cannot be drawn', async () => {
    const path = join(folder, 'out.svg');
    writeFileSync(path, 'before');
    await expect(writePlot(path, { ...plot, bars: Array.from({ length: 3000 }, () => ({ label: '', value: 1 })) })).rejects.toMatchObject({ code: 'usage.too-large' });
    expect(readFileSync(path, 'utf8')).toBe('before');
    await writePlot(path, plot);
    expect(readFileSync(path, 'utf8')).toBe(plotSvg(plot));
  });

  it('leaves nothing half written behind where it cannot be put in its place', async () => {
    mkdirSync(join(folder, 'taken.svg'));
    writeFileSync(join(folder, 'taken.svg', 'inside'), '');
    await expect(writePlot(join(folder, 'taken.svg'), plot)).rejects.toMatchObject({ code: 'usage.invalid' });
    await expect(writePlot(join(folder, 'none', 'out.svg'), plot)).rejects.toMatchObject({ code: 'usage.invalid' });
    expect(readdirSync(folder)).toEqual(['taken.svg']);
  });
});

describe('a PNG', () => {
  it('has letters, though no font of the machine is asked', async () => {
    const [lettered, bare] = await Promise.all(['A', ' '].map((title) => pngOf(plotSvg({ ...plot, title }))));
    expect(Buffer.compare(lettered!, bare!)).not.toBe(0);
  });

  it('comes of any labels: another reader of XML finds every plot well formed', async () => {
    const hostile = ['</text><script>x</script>', '"><image href="file:///etc/passwd"/>', '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;', '&e;', ']]>', '\u0000\u001b[2J', '\ud800', '\uffff', '体重', 'x'.repeat(3000)];
    const svg = plotSvg({ ...plot, title: hostile.join(' '), bars: hostile.map((label, at) => ({ label, value: at })) }, { width: 400, height: 300 });
    expect(svg).not.toMatch(/<(script|image|!)/);
    expect(sizeOf(await pngOf(svg))).toEqual([800, 600]);
  });
});
