import { open, rename, rm } from 'node:fs/promises';
import { extname } from 'node:path';
import { randomUUID } from 'node:crypto';
import { Fault } from '@podnet/errors';
import { plotSvg, type Plot, type Size, type Theme } from '@podnet/plot';
import { pngOf } from './png.ts';

type Format = 'svg' | 'png';

/** Told before anything is asked of a pod. **Throws** `usage.unsupported` for any other ending than .svg and .png. */
export function plotFormat(path: string): Format {
  const ending = extname(path).slice(1).toLowerCase();
  if (ending === 'svg' || ending === 'png') return ending;
  throw new Fault('usage.unsupported', 'A plot is written as SVG or PNG.', { at: '--plot', hint: 'End the name of the file with .svg or .png.' });
}

/**
 * Writes a plot by the ending of its file: whole or not at all, also when the disk is full. What stood there before is replaced.
 * **Throws** `usage.unsupported` for another ending, `usage.invalid` where it cannot be written, `internal.storage-full`.
 */
export async function writePlot(path: string, plot: Plot, { size, theme = 'light' }: { size?: Size; theme?: Theme } = {}): Promise<void> {
  const format = plotFormat(path);
  const svg = plotSvg(plot, size, theme);
  const content = format === 'svg' ? svg : await pngOf(svg);
  // Beside its place: a rename is whole within one file system only.
  const draft = `${path}.${randomUUID()}.part`;
  try {
    const file = await open(draft, 'wx');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    const code = (error as { code?: string }).code;
    if (code === 'ENOSPC' || code === 'EDQUOT') throw new Fault('internal.storage-full', 'There is no room left to write the plot.', { at: '--plot' });
    throw new Fault('usage.invalid', 'The plot cannot be written there.', { at: '--plot', hint: 'Name a file in a folder that is there and that you may write to.' });
  }
}
