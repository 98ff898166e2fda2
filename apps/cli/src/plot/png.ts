import { createRequire } from 'node:module';

/**
 * An SVG of ours as PNG, twice as fine, with fonts that come along: the same picture on every machine. Loads its renderer when it is
 * asked for, so that other commands stay quick. **Throws** nothing that a plot of `@podnet/plot` could cause.
 */
export async function pngOf(svg: string): Promise<Uint8Array> {
  const { renderAsync } = await import('@resvg/resvg-js');
  const { resolve } = createRequire(import.meta.url);
  const fontFiles = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((file) => resolve(`dejavu-fonts-ttf/ttf/${file}`));
  const image = await renderAsync(svg, { fitTo: { mode: 'zoom', value: 2 }, font: { loadSystemFonts: false, fontFiles, defaultFontFamily: 'DejaVu Sans' }, logLevel: 'off' });
  return image.asPng();
}
