import type { Palette } from './theme.ts';

export interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The room that a kind of plot has for its axes and marks, below heading and legend. */
export interface Sheet {
  readonly area: Area;
  readonly palette: Palette;
  /** Fill of what is suppressed. */
  readonly hatch: string;
}

export const small = 11;
export const normal = 12;
