export type Theme = 'light' | 'dark';

export interface Palette {
  readonly paper: string;
  readonly ink: string;
  readonly muted: string;
  readonly grid: string;
  readonly axis: string;
  readonly hatch: string;
  /** **Source** Okabe & Ito 2008, told apart with every kind of colour vision; lightened for dark paper. */
  readonly series: readonly string[];
  /** Low end, middle, high end of a heat map: blue and orange differ in every kind of colour vision. */
  readonly heat: readonly [string, string, string];
}

export const palettes: Readonly<Record<Theme, Palette>> = {
  light: {
    paper: '#ffffff', ink: '#1d2430', muted: '#566072', grid: '#e4e8ee', axis: '#8a94a4', hatch: '#8a94a4',
    series: ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#b58900', '#56b4e9'],
    heat: ['#2166ac', '#f7f7f7', '#c8520a'],
  },
  dark: {
    paper: '#151a22', ink: '#e8ecf2', muted: '#a3adbd', grid: '#2a323e', axis: '#6c7788', hatch: '#7d8899',
    series: ['#56b4e9', '#f28e4b', '#2fc89a', '#e3a0c5', '#f0c24a', '#a9c4e8'],
    heat: ['#4393d3', '#2b323d', '#ef8a45'],
  },
};

/** Series are told apart without colours as well. */
export const dashes = [undefined, '7 4', '2 3', '10 3 2 3', '5 2', '1 4'] as const;

export const seriesColour = ({ series }: Palette, index: number): string => series[index % series.length]!;
export const seriesDash = (index: number): string | undefined => dashes[index % dashes.length];

const channels = (colour: string): number[] => [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));

/** A colour of the heat map. **Shape** part 0 to 1. */
export function heatColour({ heat }: Palette, part: number): string {
  const [from, to, share] = part < 0.5 ? [heat[0], heat[1], part * 2] : [heat[1], heat[2], part * 2 - 1];
  const [a, b] = [channels(from), channels(to)];
  return `#${a.map((value, at) => Math.round(value + (b[at]! - value) * share).toString(16).padStart(2, '0')).join('')}`;
}

/** Dark letters on light colours and the other way round. **Source** WCAG 2 relative luminance. */
export function letterOn(colour: string): string {
  const [red, green, blue] = channels(colour).map((value) => ((value / 255 + 0.055) / 1.055) ** 2.4) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.2 ? '#10151d' : '#ffffff';
}
