import { makeScale, niceScale, type Scale } from './scale.ts';

const second = 1000;
const day = 86_400_000;
const steps = [1, 5, 15, 30, 60, 300, 900, 1800, 3600, 10_800, 21_600, 43_200].map((seconds) => seconds * second).concat([1, 2, 7, 14].map((days) => days * day));
/** What a Date can hold. */
const furthest = 8.64e15;

/** An axis of instants whose ticks fall on clocks and calendars, UTC. **Units** milliseconds since 1970. */
export function timeScale(values: readonly number[], about = 5): Scale {
  const inside = values.filter((value) => Math.abs(value) <= furthest);
  if (inside.length === 0) return makeScale(0, 1, []);
  let low = inside.reduce((least, value) => Math.min(least, value));
  let high = inside.reduce((most, value) => Math.max(most, value));
  if (low === high) [low, high] = [Math.max(-furthest, low - day / 2), Math.min(furthest, high + day / 2)];
  const raw = (high - low) / Math.max(1, about);
  const step = steps.find((each) => each >= raw);
  return makeScale(low, high, step ? clockTicks(low, high, step) : calendarTicks(low, high, raw));
}

function clockTicks(low: number, high: number, step: number): Scale['ticks'] {
  const ticks = [];
  for (let value = Math.ceil(low / step) * step; value <= high; value += step) ticks.push({ value, label: instantText(value, step) });
  return ticks;
}

function calendarTicks(low: number, high: number, raw: number): Scale['ticks'] {
  const months = raw / (30.44 * day);
  const by = [1, 3, 6].find((each) => each >= months) ?? Math.max(12, 12 * niceYears(months / 12));
  const from = new Date(low).getUTCFullYear() * 12;
  const ticks = [];
  for (let month = Math.floor(from / by) * by; ticks.length < 100; month += by) {
    const value = new Date(0).setUTCFullYear(Math.floor(month / 12), ((month % 12) + 12) % 12, 1);
    if (!(value <= high)) break;
    if (value >= low) ticks.push({ value, label: by >= 12 ? yearText(value) : instantText(value, 31 * day) });
  }
  return ticks;
}

/** The step of years that an axis of numbers would take. */
function niceYears(raw: number): number {
  const { ticks } = niceScale([0, raw * 5]);
  return Math.max(1, Math.round(ticks[1]!.value));
}

const yearText = (value: number): string => String(new Date(value).getUTCFullYear());

/** As much of ISO 8601 as a step needs. */
export function instantText(value: number, step = day): string {
  if (!(Math.abs(value) <= furthest)) return '?';
  const text = new Date(value).toISOString();
  const [date, time] = text.split('T') as [string, string];
  if (step > 27 * day) return date.slice(0, -3);
  if (step >= day) return date;
  return step >= 60 * second ? `${date.slice(-5)} ${time.slice(0, 5)}` : time.slice(0, 8);
}
