import colours from 'picocolors';

/** Colours where a person looks, none where a program reads. */
export interface Style {
  good(text: string): string;
  bad(text: string): string;
  dim(text: string): string;
  bold(text: string): string;
}

/** `NO_COLOR` and `TERM=dumb` switch colours off, `FORCE_COLOR` on; else a terminal has them. **Source** no-color.org. */
export function wantsColour(stream: { isTTY?: boolean }, environment: NodeJS.ProcessEnv): boolean {
  if (environment['NO_COLOR'] || environment['TERM'] === 'dumb') return false;
  if (environment['FORCE_COLOR'] && environment['FORCE_COLOR'] !== '0') return true;
  return stream.isTTY === true && !environment['CI'];
}

export function makeStyle(colourful: boolean): Style {
  const { green, red, dim, bold } = colours.createColors(colourful);
  return { good: green, bad: red, dim, bold };
}
