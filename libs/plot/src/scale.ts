import { tickText } from './number.ts';

/** Where values lie between the ends of an axis. */
export interface Scale {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly { readonly value: number; readonly label: string }[];
  /** **Shape** 0 at the low end, 1 at the high one. */
  at(value: number): number;
}

export interface ScaleWish {
  /** About how many steps. */
  readonly about?: number;
  /** Zero is on the axis: lengths of bars mean something. */
  readonly zero?: boolean;
  /** The axis ends where the values end; otherwise at ticks. */
  readonly tight?: boolean;
}

/** Beyond it sums of ends and steps would not be finite. */
const widest = Number.MAX_VALUE / 40;
const finest = 1e-290;

/** An axis in steps of 1, 2 or 5 times a power of ten that holds every value. **Throws** nothing: with no values it has no ticks. */
export function niceScale(values: readonly number[], { about = 5, zero = false, tight = false }: ScaleWish = {}): Scale {
  if (values.length === 0) return makeScale(0, 1, []);
  const [low, high] = stretched(values.map((value) => Math.min(widest, Math.max(-widest, value))), zero);
  const { unit, power } = niceStep((high - low) / Math.max(1, about));
  const step = times(unit, power);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  const ticks = [];
  for (let at = first; at <= last && ticks.length < 100; at++) {
    const value = times(at * unit, power);
    if (!tight || (value >= low - step * 1e-9 && value <= high + step * 1e-9)) ticks.push({ value, label: tickText(value, step) });
  }
  return tight ? makeScale(low, high, ticks) : makeScale(Math.min(low, ticks[0]!.value), Math.max(high, ticks.at(-1)!.value), ticks);
}

export function makeScale(low: number, high: number, ticks: Scale['ticks']): Scale {
  return { low, high, ticks, at: (value) => Math.min(1, Math.max(0, (value - low) / (high - low))) };
}

/** The ends of the values, apart from each other by more than the last digits of a double. */
function stretched(values: readonly number[], zero: boolean): [number, number] {
  let low = zero ? 0 : Infinity;
  let high = zero ? 0 : -Infinity;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const size = Math.max(Math.abs(low), Math.abs(high));
  if (size < finest) return zero ? [0, 1] : [-1, 1];
  if (high - low > size * 1e-9) return [low, high];
  return [low - size / 10, high + size / 10];
}

function niceStep(raw: number): { unit: 1 | 2 | 5; power: number } {
  const power = Math.floor(Math.log10(raw));
  const rest = raw / times(1, power);
  if (rest <= 1.0001) return { unit: 1, power };
  if (rest <= 2.0001) return { unit: 2, power };
  return rest <= 5.0001 ? { unit: 5, power } : { unit: 1, power: power + 1 };
}

/** Divides by a power of ten below one: 3/10 is 0.3, 3·0.1 is not. */
const times = (unit: number, power: number): number => (power < 0 ? unit / 10 ** -power : unit * 10 ** power);
